"""What happened to a patient's flags: opened, seen, put off, handed over, resolved; the newest first."""

from typing import Any

import streamlit as st

from lib.clinical.plain_rows import rows_of
from lib.services.patients import PatientPage
from lib.ui import display, wording
from lib.ui.columns import text_column
from lib.ui.drawn_once import draw_once

_MOST_ROWS = 5
_TEXTS = ("who", "flag", "what", "note")


def show_story(page: PatientPage) -> None:
    if len(page.story):
        draw_once(page, "story", draw=lambda: _draw(page))


def _draw(page: PatientPage) -> None:
    story = rows_of(page.story)[::-1]
    st.subheader(f"What happened to flags ({len(story):,})", anchor=False)
    said = display.texts_as_sent(
        {
            "When": [wording.say_instant(row["happened_at"]) for row in story],
            **{name.capitalize(): [_text(row[name]) for row in story] for name in _TEXTS},
        }
    )
    widths: dict[str, Any] = {"When": 130, "Who": 80, "Flag": 120, "What": 160, "Note": 250}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    key, alt = f"flag-story-{page.patient_key}", "What happened to the patient's flags, the newest first"
    display.show_table(said, columns, key=key, alt=alt, row_height=display.WRAPPED, most_rows=_MOST_ROWS)


def _text(value: Any) -> str | None:
    return value if wording.is_known(value) else None
