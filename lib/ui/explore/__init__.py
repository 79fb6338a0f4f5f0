"""The page Explore: what a cohort's records say, and how far that can be relied upon."""
