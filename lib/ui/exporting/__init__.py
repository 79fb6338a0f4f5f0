"""The page Export: what is chosen, what it would hold, and the files while they are made."""
