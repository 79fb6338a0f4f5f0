"""The page of monthly packs: a period is chosen, a pack made and kept, and those of the past looked at again."""
