"""How the therapy is said to work: by whom, and in whom it was seen."""

from lib.ui import access, display, how_it_works

access.require("how_it_works")

display.show_title("How it works", how_it_works.say_caption())

how_it_works.show_page()
