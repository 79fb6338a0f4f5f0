"""The case conference: one patient of the queue at a time, what is said of them typed live, and the minutes of the day."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.standing_words import say_unreadable
from lib.services import conference
from lib.services.conference import Minutes
from lib.services.entries import DrawnForm
from lib.services.errors import StoreError
from lib.services.patients import PatientPage
from lib.ui import access, address, caseload, display, dose_review, wording
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.filters import SLUGS
from lib.ui.patient_page import read_address
from lib.ui.queue_place import first_in_queue


def take_patient() -> PatientPage | None:
    """The patient of the address, else the first of the list; None where the list is empty."""
    page = read_address()
    if page is not None:
        return page
    first = first_in_queue()
    if first is None:
        return None
    address.write("patient", str(first))
    return caseload.read_patient(first)


def choose_list() -> None:
    """Which card of the queue is gone through: the address says it, as on the queue."""
    slugs = {slug: name for name, slug in SLUGS.items()}
    address.show_choice("card", list(slugs))
    st.segmented_control(
        "Card of the queue",
        list(slugs),
        format_func=slugs.__getitem__,
        key="card",
        label_visibility="collapsed",
        on_change=_follow_card,
    )


def _follow_card() -> None:
    """Another list begins with its own first patient."""
    address.follow("card")
    address.write("patient", "")


def show_empty() -> None:
    display.show_title("Case conference", "One patient of the queue at a time.")
    choose_list()
    display.show_empty("No patient of this list stands in the queue today.")


def show_reasons(page: PatientPage) -> None:
    """Why the patient stands in the queue, and what a review is."""
    said = [
        f"**{escape(flag['label'])}** ({flag['severity']}): {escape(flag['evidence'])}  \n:small[{_say_limit(flag)}]"
        for flag in _flags(page)
    ]
    if page.n_unreadable:
        said.insert(0, f"**Unreadable form**: {escape(say_unreadable(page.n_unreadable))}")
    st.markdown(
        "  \n".join(said) or "No flag is open; which rules could not be read stands on the patient’s page."
    )
    st.caption("Review does not mean raise.")


def _say_limit(flag: Mapping[Any, Any]) -> str:
    source = f"{escape(flag['source'])}; policy version {flag['policy_version']}"
    return f"Limit: {escape(flag['threshold'])}. Source: {source}."


def _flags(page: PatientPage) -> list[Mapping[Any, Any]]:
    return [flag for flag in page.flags.to_dict("records") if flag["severity"] != "info"]


def show_review(page: PatientPage) -> None:
    """Where the dose review stands; the whole of it, with its form, when it is asked for."""
    dose_review.show_line(page)
    if address.read("section") == dose_review.SLUG:
        dose_review.show_review(page)


def ask_note(page: PatientPage) -> None:
    """What is said of this patient: kept for good, under the writer's name."""
    if not access.may_enter():
        return
    key = page.patient_key
    drawn_from = caseload.read_entry_form(key, "events")
    with st.container(border=True, key=f"conference-{key}"):
        placeholder = "What was said, what was agreed, who does what"
        st.text_area(
            f"Discussed, of {escape(drawn_from.identity)}",
            key=f"discussed-{key}",
            placeholder=placeholder,
            height=90,
            max_chars=2000,
        )
        arguments = (key, drawn_from.draw())
        label = f"Add to the minutes, of {escape(drawn_from.identity)}"
        st.button(label, type="primary", key=f"note-{key}", on_click=_save, args=arguments)
        message = st.session_state.pop(f"conference-error-{key}", None)
        if message:
            st.error(escape(message), icon=":material/error:")


def _save(patient_key: int, drawn: DrawnForm) -> None:
    note = st.session_state.get(f"discussed-{patient_key}") or ""
    try:
        conference.note_discussed(access.actor(), access.store(), patient_key, note, drawn)
    except StoreError as error:
        st.session_state[f"conference-error-{patient_key}"] = str(error)
    else:
        st.session_state[f"discussed-{patient_key}"] = ""


def show_minutes() -> None:
    """Today's notes of every patient, and the same as a file."""
    minutes = caseload.read_minutes()
    with display.heading_row(f"Minutes of {wording.say_date(minutes.on)} ({len(minutes.rows)})"):
        if len(minutes.rows):
            name = f"case-conference-{minutes.on.isoformat()}.csv"
            display.show_download("Minutes, CSV", lambda: describe_minutes(minutes), name, key="minutes")
    if minutes.rows.empty:
        st.caption("Nothing has been noted today.")
        return
    widths: dict[str, Any] = {"Time": 130, "Patient": 110, "Reasons": 190, "Discussed": 380, "By": 100}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    rows = describe_minutes(minutes).iloc[::-1]
    alt = f"Minutes, the newest first: {len(rows)}"
    display.show_table(rows, columns, key="minutes-table", alt=alt, row_height=display.WRAPPED, most_rows=8)


def describe_minutes(minutes: Minutes) -> pd.DataFrame:
    """The notes with headings to be read, the oldest first."""
    return pd.DataFrame(
        {
            "Time": wording.say_instant(row["happened_at"]),
            "Patient": " · ".join(
                str(row[name]) for name in ("patient_id", "initials") if wording.is_known(row[name])
            ),
            "Reasons": ", ".join(row["reasons"]) or "none open",
            "Discussed": row["note"],
            "By": row["actor"],
        }
        for row in minutes.rows.to_dict("records")
    )
