"""The strip above the chart: what is new since the reader's own last review, and marking this one."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.wording import say_day
from lib.services import review_marks
from lib.services.errors import StoreError
from lib.services.patients import PatientPage
from lib.services.review_marks import CORRECTED, NEW, OLDER_VERSION, WITHDRAWN, Change, Drawn, SinceReview
from lib.ui import access, display, wording
from lib.ui.columns import text_column
from lib.ui.record_words import say_difference, say_kind, say_record, say_which
from lib.ui.unfolding import unfold

# What is counted by its own name when it is new; the other kinds are other records.
_NAMED = ("assessments", "dosing_sessions", "adverse_events")
_WORDS = {CORRECTED: "corrected record", WITHDRAWN: "withdrawn record"}
_OLDER = ("older version of a record", "older versions of records")


def _offer_mark(key: int, drawn: Drawn) -> None:
    st.button(
        "Mark as reviewed",
        icon=":material/done:",
        key=f"mark-reviewed-{key}",
        help="Your own mark, kept for good. It covers what this page shows, and nothing that arrives later.",
        on_click=_mark,
        args=(key, drawn),
    )


def show_since_review(page: PatientPage) -> None:
    """One line, the list behind it, and the button that makes a mark; not over what was known on an earlier day."""
    if access.looks_back():
        return
    since, key = page.since_review, page.patient_key
    with st.container(border=True, gap="xsmall", key=f"since-review-{key}"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.markdown(display.escape(say_since(since)))
            if access.may_handle():
                _offer_mark(key, since.drawn)
        if since.changes:
            with unfold("What changed", f"changes-{key}", kind="compact") as is_open:
                if is_open:
                    _show_changes(since, key)
    message = st.session_state.pop(f"mark-error-{key}", None)
    if message:
        st.error(display.escape(message), icon=":material/error:")


def _mark(patient_key: int, drawn: Drawn) -> None:
    """drawn: what was on the screen when the button was pressed."""
    try:
        review_marks.mark_reviewed(access.actor(), access.store(), patient_key, drawn)
    except StoreError as error:
        st.session_state[f"mark-error-{patient_key}"] = str(error)


def say_since(since: SinceReview) -> str:
    """Since your review on 20 Nov 2026, 08:12 UTC: 2 forms, 1 dosing session, 1 corrected record."""
    if since.reviewed_at is None:
        return "You have not marked this patient as reviewed yet: nothing here is marked as new."
    counts = [*_count(since.changes)]
    if since.n_held:
        counts.append(f"{wording.count(since.n_held, 'row')} not taken, listed below")
    when = f"your review on {wording.say_instant(since.reviewed_at)}"
    if not counts:
        return f"Since {when}: no record has arrived, changed or been withdrawn."
    return f"Since {when}: {', '.join(counts)}."


def _count(changes: tuple[Change, ...]) -> list[str]:
    new = Counter(change.kind for change in changes if change.what == NEW)
    said = [wording.count(new.pop(kind), say_kind(kind)) for kind in _NAMED if kind in new]
    if new:
        said.append(wording.count(new.total(), "other record"))
    other = Counter(change.what for change in changes)
    said += [wording.count(other[what], word) for what, word in _WORDS.items() if other[what]]
    if other[OLDER_VERSION]:
        said.append(wording.count(other[OLDER_VERSION], *_OLDER))
    return said


def _show_changes(since: SinceReview, patient_key: int) -> None:
    rows = pd.DataFrame([_describe(change) for change in since.changes])
    widths: Mapping[str, int] = {"Change": 92, "Record": 170, "What": 280, "By": 180}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    display.show_table(
        rows,
        columns,
        key=f"since-review-table-{patient_key}",
        alt="Records that changed since your review",
        row_height=display.WRAPPED,
        most_rows=8,
    )


def _describe(change: Change) -> dict[str, Any]:
    day = say_day(change.on) if change.on else "no date"
    time = "" if change.second is None else f", {change.second // 3600:02}:{change.second // 60 % 60:02}"
    return {
        "Change": change.what,
        "Record": f"{say_which(change.kind, change.now or change.was)}, {day}{time}",
        "What": _say_what(change),
        "By": _say_by(change),
    }


def _say_what(change: Change) -> str:
    if change.what == CORRECTED:
        return say_difference(change.kind, change.was, change.now)
    if change.what == WITHDRAWN:
        return f"had said: {say_record(change.kind, change.was)}. Reason: {change.why}"
    if change.what == OLDER_VERSION:
        return f"still says: {say_record(change.kind, change.now)}"
    return say_record(change.kind, change.now)


def _say_by(change: Change) -> str:
    when = wording.say_instant(change.happened_at)
    if not change.why:
        return f"{change.by}, {when}, {change.file_name}"
    reason = f": {change.why}" if change.what == CORRECTED else ""
    return f"{change.by}, {when}{reason}; it had come with {change.file_name}"
