"""Who entered a cohort and who left it, by the step that decides; names for whoever may see them and has said what for."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.research.comparison import Comparison
from lib.services import outcome_people
from lib.ui import display, opening
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.outcomes import naming

_WIDTHS = {"Change": 76, "Why": 420, "Patients": 72}
_PEOPLE_WIDTHS = {"Patient": 110, "Clinic": 110, "Change": 76, "Why": 340}
_ENTERED, _LEFT = "entered", "left"


def show_moves(found: Comparison, limit: int, what: str) -> None:
    """limit: small cells. what: is compared, as the opening of names is noted."""
    told = found.tell(limit)
    st.markdown(
        f"Before **{display.escape(told.n_before)}**, now **{display.escape(told.n_after)}**, in both "
        f"**{display.escape(told.n_same)}**."
    )
    if found.is_same:
        st.markdown("Nobody entered, and nobody left.")
        return
    moves = [(_ENTERED, move, n) for move, n in zip(found.entered, told.entered, strict=True)]
    moves += [(_LEFT, move, n) for move, n in zip(found.left, told.left, strict=True)]
    said = pd.DataFrame([(way, move.why, n) for way, move, n in moves], columns=list(_WIDTHS))
    columns: dict[str, Any] = {
        "Change": text_column("Change", _WIDTHS["Change"]),
        "Why": text_column(
            "Why", _WIDTHS["Why"], "Entered: what kept them out before. Left: what keeps them out now."
        ),
        "Patients": text_column("Patients", _WIDTHS["Patients"]),
    }
    display.show_table(said, columns, key="cohort-moves", alt=f"{what}: who entered and who left, by reason")
    naming.offer_names()
    if naming.is_named():
        rows = [(patient, way, move.why) for way, move, _ in moves for patient in move.patients]
        _show_people(pd.DataFrame(rows, columns=["patient_key", "Change", "Why"]), what)


def _show_people(rows: pd.DataFrame, what: str) -> None:
    keys = tuple(sorted(set(rows["patient_key"].tolist())))
    naming.note_list(what, keys, keys)
    names = ask(outcome_people.read_names, keys).set_index("patient_key")
    said = rows.join(names, on="patient_key").dropna(subset=["patient_id"])
    said = said.rename(columns={"patient_id": "Patient", "clinic_id": "Clinic"}).assign(Open=opening.OPEN)
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _PEOPLE_WIDTHS.items()}
    columns["Open"] = opening.open_column([f"patient-{key}" for key in said["patient_key"]])
    display.show_table(said, columns, key="cohort-people", alt=f"{what}: {len(said)} people", most_rows=14)
