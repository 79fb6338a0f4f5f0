"""A period's outcomes to hand out, frozen with the data that they come from."""

from lib.ui import access
from lib.ui.packs import page

access.require("monthly_pack")

span = page.take_period()
page.show_making(span)
page.show_kept()
