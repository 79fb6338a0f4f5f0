"""Who belongs to a cohort, step by step, and the same people next month."""

from lib.ui import access, opening
from lib.ui.cohort import page

access.require("cohort")

opening.follow_click()
page.show_title()
page.show_section()
