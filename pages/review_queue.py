"""Whom to look at today, and why: the most urgent first."""

from lib.ui import access, cards, caseload, closing_forms, display, filters, queue_table

access.require("review_queue")

queue = caseload.read_queue()
opened_form = queue_table.follow_click(filters.read_address())
queue_table.show_title(queue)

cards.choose_card(queue)
chosen = filters.choose_filters(queue.rows)

rows = chosen.select(queue.rows)

queue_table.show_queue(queue, rows, chosen)
closing_forms.offer_form(opened_form)
