"""The medicine: pure functions from frames to frames. Imports numpy, pandas and itself; knows no file, clock or screen."""
