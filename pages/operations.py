"""The loop closed on the clinic: what became of flags, and of decisions."""

from lib.ui import access, opening, operations

access.require("operations")

opening.follow_click()
found = operations.take_operations()

operations.show_yield(found)
operations.show_decisions(found)
