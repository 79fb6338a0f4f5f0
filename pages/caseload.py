"""Everyone, one row each, and how they stand."""

from lib.ui import access, caseload, display, filters, opening, people_table

access.require("caseload")

opening.follow_click()
people = caseload.read_caseload()
display.show_title("Caseload", people_table.say_caption(people))

chosen = filters.choose_filters(people)

rows = chosen.select(people)

people_table.show_people(rows, chosen)
