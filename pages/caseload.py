"""Everyone, one row each, and how they stand."""

from lib.ui import access, caseload, display, filters, people_table

access.require("caseload")

people = caseload.read_caseload()
display.show_title("Caseload", people_table.say_caption(people.rows))

chosen = filters.choose_filters(people)

rows = filters.select_once(people, chosen, people.rows)

people_table.show_people(rows, chosen)
