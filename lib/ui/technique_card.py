"""Technique before dose: how the doses of the course were taken, above the flags that ask about the response."""

import streamlit as st

from lib.clinical.technique import find_poor_statuses, is_response_poor, summarise_technique
from lib.clinical.technique_words import say_technique
from lib.services.patients import PatientPage
from lib.ui.display import escape, fine_print
from lib.ui.drawn_once import draw_once
from lib.ui.wording import is_known

_TITLE = "**Technique before dose.** Review does not mean raise."


def show_technique(page: PatientPage) -> None:
    """The card, where a response that is poor asks for it; nothing elsewhere."""
    draw_once(page, "technique", draw=lambda: _draw(page))


def _draw(page: PatientPage) -> None:
    if not is_response_poor(page.history.status_rows, page.flags["rule"]):
        return
    technique = summarise_technique(page.history.session_rows, page.protocols)
    if technique is None:
        said = "No dosing session is recorded: how doses were taken is unknown."
    else:
        said = "\n".join(f"- {escape(line)}" for line in say_technique(technique))
    why = f"{_say_why(page)} Sessions taken in the current course; what is not recorded is unknown."
    with st.container(border=True, gap="xsmall", key=f"technique-{page.patient_key}"):
        st.markdown(f"{_TITLE}\n\n{said}\n\n{fine_print(why)}")


def _say_why(page: PatientPage) -> str:
    poor = find_poor_statuses(page.history.status_rows)
    if not poor:
        return "Shown because an open flag asks about the response."
    known = "" if all(is_known(row["is_current"]) and row["is_current"] for row in poor) else "last known "
    return f"Shown because PHQ-9 is {known}{poor[0]['category']}."
