"""Who did what, to whom and when; and whether it is still as it was written."""

from lib.ui import access, audit

access.require("audit")

audit.show_title()
audit.show_rows(audit.choose_asked())
