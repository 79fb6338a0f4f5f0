"""Do patients get better here, and can the number be defended?"""

from lib.ui import access
from lib.ui.outcomes import choices, sections

access.require("clinic_outcomes")

choice = choices.take_choice()
sections.show_section(choice)
