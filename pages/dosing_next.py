"""Whose dosing session is next, and what is open for them before it."""

from lib.ui import access, caseload, dosing_next, filters

access.require("dosing_next")

found = caseload.read_dosing_next()
dosing_next.show_title(found)

chosen = filters.choose_filters(found)

rows = filters.select_once(found, chosen, found.rows)

dosing_next.show_next(found, rows, chosen)
