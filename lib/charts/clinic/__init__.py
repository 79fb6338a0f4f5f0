"""Figures of a clinic: what goes in is counted already, so that no figure holds a patient."""
