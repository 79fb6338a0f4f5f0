"""A patient on one sheet of paper: what stands on it, and where."""
