"""Whom to look at today, and why: the most urgent first."""

from lib.ui import access, cards, caseload, filters, opening, queue_lists, queue_table, unreadable_forms

access.require("review_queue")

queue = caseload.read_queue()
opened_form = opening.take_form()
queue_table.show_title(queue)

queue_lists.show_late(queue)
cards.choose_card(queue)
chosen = filters.choose_filters(queue, with_cards=True)
queue_lists.show_other_lists(queue, chosen)

rows = filters.select_once(queue, chosen, queue_lists.rows_listed(queue, chosen))

queue_table.show_queue(queue, rows, chosen)
unreadable_forms.offer_form(opened_form)
