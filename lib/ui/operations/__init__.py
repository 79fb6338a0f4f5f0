"""The page Operations, a part at a time."""
