"""Files out: of whom, which tables, in which form and class; what they would hold; and the files themselves."""

from lib.ui import access
from lib.ui.exporting import page

access.require("research_export")

page.show_title()
page.show_export()
