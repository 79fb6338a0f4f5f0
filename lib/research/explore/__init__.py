"""Explore: what a cohort's records say, each number with where it comes from and the code that gives it again."""
