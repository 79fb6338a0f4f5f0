"""The page Cohort: criteria with the number after each, saved cohorts, and what differs between two."""
