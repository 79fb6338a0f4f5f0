"""What leaves the building: cohorts, tables with a dictionary, and what is taken out of them before they go."""
