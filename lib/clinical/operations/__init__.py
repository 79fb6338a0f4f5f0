"""What a clinic does, counted: each count with its denominator, and unknown beside it, never within it."""
