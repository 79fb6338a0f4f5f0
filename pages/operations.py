"""What the clinic does, counted: where people leave, what is recorded, who is overdue, what became of flags and decisions."""

from lib.ui import access
from lib.ui.operations import page, period

access.require("operations")

period.show_title()
page.show_part(period.choose_period())
