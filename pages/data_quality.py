"""How good the records are: checks with what they looked at, the rows that fail, and who may be one person."""

from lib.ui import access, quality, quality_pairs, quality_rows

access.require("data_quality")

quality_rows.follow_click()
found = quality.take_quality()

quality.show_checks(found)
quality_rows.show_chosen(found)
quality_pairs.show_pairs()
