"""What a cohort's records say, with where each number comes from."""

from lib.ui import access
from lib.ui.explore import page

access.require("explore")

page.show_title()
page.show_section()
