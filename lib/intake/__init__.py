"""Files in: bytes to tables of text, tables of text to checked rows. Knows no database and no clock; guesses nothing."""
