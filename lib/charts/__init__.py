"""Figures: frames of one patient or of a clinic in, a plotly figure or a small SVG out."""
