"""The section Context: what else is on record, in small tables; what is not recorded at all is named in one line."""

from functools import partial
from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.plain_rows import rows_of
from lib.services.patients import PatientPage
from lib.ui import caseload, wording
from lib.ui import record_cells as cells
from lib.ui.drawn_once import make_once
from lib.ui.patient_tables import Say, Table, show_records


def _text(column: str) -> Say:
    return lambda row: cells.say_text(row[column])


def _words(column: str) -> Say:
    """A word of a file's vocabulary, its underscores read as spaces."""
    return lambda row: cells.say_text(row[column]).replace("_", " ")


def _day(column: str, unknown: str) -> Say:
    return lambda row: wording.say_date(row[column], unknown)


_MOMENT = (170, "In the clinic's time", cells.say_moment)
_CLINICIAN = (120, None, _text("clinician_id"))
# The kind of its file, and its table.
TABLES = MappingProxyType(
    {
        "medications": Table(
            "Medications",
            "medication",
            MappingProxyType(
                {
                    "Medication": (170, None, _text("name")),
                    "Class": (130, None, _words("class")),
                    "Started": (140, None, _day("on", "start not recorded")),
                    "Ended": (160, None, _day("ended_on", "no end recorded")),
                }
            ),
        ),
        "diagnoses": Table(
            "Diagnoses",
            "diagnosis",
            MappingProxyType(
                {
                    "ICD-10-CM": (120, None, _text("code")),
                    "Onset": (160, None, _day("on", "onset not recorded")),
                    "Resolved": (190, None, _day("resolved_on", "no resolution recorded")),
                }
            ),
        ),
        "events": Table(
            "Events",
            "event",
            MappingProxyType(
                {"Date": (120, None, _day("on", cells.UNKNOWN)), "Event": (480, None, _text("text"))}
            ),
        ),
        "observations": Table(
            "Observations",
            "observation",
            MappingProxyType(
                {
                    "Date": _MOMENT,
                    "Observation": (
                        190,
                        "With its unit where the name has one",
                        lambda row: cells.say_kind(row["kind"]),
                    ),
                    "Value": (180, None, _words("value")),
                }
            ),
        ),
        "risk_assessments": Table(
            "Risk assessments",
            "risk assessment",
            MappingProxyType(
                {
                    "Date": _MOMENT,
                    "Tool": (170, None, _text("tool")),
                    "Result": (190, None, _text("result")),
                    "Clinician": _CLINICIAN,
                }
            ),
        ),
        "contacts": Table(
            "Contacts",
            "contact",
            MappingProxyType(
                {
                    "Date": _MOMENT,
                    "Contact": (170, None, _text("kind")),
                    "Outcome": (190, None, _text("outcome")),
                    "Clinician": _CLINICIAN,
                }
            ),
        ),
        "dispensing": Table(
            "Dispensing",
            "dispensing",
            MappingProxyType(
                {
                    "Date": (120, None, _day("on", cells.UNKNOWN)),
                    "Tablets": (90, None, lambda row: cells.say_number(row["tablets"])),
                    "Strength": (110, None, lambda row: cells.say_mg(row["strength_mg"])),
                    "Lot": (140, None, _text("lot")),
                }
            ),
        ),
    }
)
OTHER_INSTRUMENTS = Table(
    "Other questionnaires",
    "other questionnaire",
    MappingProxyType(
        {
            "Date": _MOMENT,
            "Instrument": (140, None, _text("instrument")),
            "Total": (160, "As it was sent. No rule reads it, and no range is assumed", cells.say_total),
        }
    ),
)


def show_context(page: PatientPage) -> None:
    """Every kind that has a record as a table, with its file; the others in one line."""
    context = caseload.read_context(page.patient_key)
    found: list[tuple[Table, pd.DataFrame, str]] = []
    for kind, table in TABLES.items():
        source = page.history if hasattr(page.history, kind) else context
        found.append((table, getattr(source, kind), kind))
    forms = page.history.assessments
    others = forms[~forms["instrument"].isin(list(INSTRUMENTS))]
    found.append((OTHER_INSTRUMENTS, others, "assessments"))
    for table, rows, kind in found:
        if len(rows):
            said = make_once(page, f"rows of {table.title}", partial(rows_of, rows))
            show_records(page, table, said, kind=kind, frame=rows)
    missing = [table.title.lower() for table, rows, _ in found if rows.empty]
    if missing:
        st.caption(f"Nothing is recorded of: {', '.join(missing)}.")
