"""The clinic's own thresholds: every rule in plain words, as it stood on a day, and a draft of other numbers."""

from lib.ui import access, rules_page

access.require("rules")

shown = rules_page.take_policy()
rules_page.show_title(shown)

part = rules_page.choose_part()

rules_page.show_part(shown, part)
