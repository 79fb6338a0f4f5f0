"""What the queue lists beside all open flags: what is put off, what only persists, what is late; and who stands in for whom."""

import pandas as pd
import streamlit as st

from lib.services.review import Queue
from lib.ui import access, address, wording
from lib.ui.absence_form import offer_absence
from lib.ui.display import escape
from lib.ui.drawn_once import make_once
from lib.ui.filters import ASIDE, PERSISTING, Filters

_MOST_NAMED = 6


def rows_listed(queue: Queue, filters: Filters) -> pd.DataFrame:
    """The rows of the list that is asked for, before the other filters."""
    return {ASIDE: queue.aside, PERSISTING: queue.persisting}.get(filters.show, queue.rows)


def show_late(queue: Queue) -> None:
    """Critical flags that nobody has looked at for too long, whatever is filtered."""
    if said := make_once(queue, "late", lambda: _say_late(queue)):
        st.error(said, icon=":material/alarm:")


def _say_late(queue: Queue) -> str:
    late = queue.rows.loc[queue.rows["is_escalated"].astype(bool), "patient_id"].tolist()
    if not late:
        return ""
    names = [escape(name) for name in late[:_MOST_NAMED]]
    more = f" and {len(late) - _MOST_NAMED} more" if len(late) > _MOST_NAMED else ""
    limit = wording.count(queue.escalate_after_hours, "hour")
    verb = "has" if len(late) == 1 else "have"
    return (
        f"Nobody has looked at a critical flag for {limit} or more: {wording.count(len(late), 'patient')} {verb} waited, "
        f"{', '.join(names)}{more}. They stand first."
    )


def show_other_lists(queue: Queue, filters: Filters) -> None:
    """How much is not in the list, each with a button that shows it; and leave cover."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="other-lists"):
        _offer(ASIDE, _say_aside(queue), filters)
        n = len(queue.persisting)
        _offer(
            PERSISTING,
            f"Item 9 persisting under a closing: {wording.count(n, 'patient')}" if n else "",
            filters,
        )
        if access.may_handle():
            offer_absence()


def _say_aside(queue: Queue) -> str:
    counts = ((queue.n_snoozed, "snoozed"), (queue.n_wrong, "called wrong"))
    said = [f"{n:,} {word}" for n, word in counts if n]
    return f"Not listed: {', '.join(said)}" if said else ""


def _offer(show: str, words: str, filters: Filters) -> None:
    """A list that is empty has no button, unless it is the one that is shown."""
    is_shown = filters.show == show
    if not words and not is_shown:
        return
    label = f"{words or 'Nothing is put off'}: {'back to all open' if is_shown else 'show'}"
    st.button(
        label,
        key=f"show-{show}",
        type="tertiary",
        icon=":material/undo:" if is_shown else ":material/visibility:",
        on_click=address.write,
        args=("show", "" if is_shown else show),
    )
