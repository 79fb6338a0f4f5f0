"""The page of a clinic's outcomes: what is asked, the tiles, the figures, and the people behind each number."""
