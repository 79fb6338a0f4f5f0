"""Who belongs to a cohort, step by step, and the same people next month."""

from lib.ui import access
from lib.ui.cohort import page

access.require("cohort")

page.show_title()
page.show_section()
