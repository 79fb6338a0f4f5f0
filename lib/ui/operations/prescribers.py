"""Doses by prescriber: medians and quartiles, and whether chance alone explains what differs. Nobody is ranked."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.charts.clinic.funnel import Funnel, Unit, describe_funnel, plot_funnel
from lib.clinical.intervals import Share
from lib.services.dosing_practice import Prescribed
from lib.ui import display
from lib.ui.display import escape
from lib.ui.operations.counted import (
    Columns,
    find_few,
    read_chosen,
    say_dates,
    show_counts,
    show_figure,
    show_people,
)

_PRESCRIBED = (
    "The last dose in this span of each patient, by whoever ordered it last, else by whose patient it is. In alphabetical order: "
    "patients differ, and a dose is chosen for a patient. The software proposes none."
)
_COLUMNS: Columns = MappingProxyType(
    {
        "Prescriber": (104, None),
        "Drug": (116, None),
        "Patients": (62, None),
        "mg, middle half": (130, "Median and middle half of the last dose taken"),
        "mg/kg, middle half": (160, "The same, of patients with a weight on record by then"),
        "No weight": (70, "Their mg/kg is unknown"),
    }
)


def show_prescribed(found: Prescribed) -> None:
    st.header("Doses by prescriber", anchor=False)
    st.caption(_PRESCRIBED)
    if found.counts.empty:
        display.show_empty("No dose was taken in this span.")
        return
    rows = found.counts.to_dict("records")
    slugs = [f"{row['prescriber']}:{row['drug']}" for row in rows]
    said = pd.DataFrame([_say_prescriber(row) for row in rows])
    parts = [(int(row["n_weighed"]), int(row["n_patients"] - row["n_weighed"])) for row in rows]
    few, opens, alt = find_few(parts, found.policy), ("prescriber", slugs), "Doses by prescriber"
    show_counts(said, _COLUMNS, key="prescribers", alt=alt, opens=opens, few=few, n_names=2)
    _show_funnel(found, rows)
    at = read_chosen("prescriber", slugs)
    if at is not None:
        row = rows[at]
        is_own = (found.people["prescriber"] == row["prescriber"]) & (found.people["drug"] == row["drug"])
        own = found.people[is_own]
        words = {
            "Last dose": say_dates(own["on"]),
            "mg": [f"{mg:g}" for mg in own["dose_mg"]],
            "mg/kg": ["unknown" if pd.isna(kg) else f"{kg:.1f}" for kg in own["mg_per_kg"]],
        }
        show_people(f"Patients of {escape(row['prescriber'])}", own, words, key="prescriber-people")


def _show_funnel(found: Prescribed, rows: list[dict]) -> None:
    """Of the drug that most patients took: how many of each prescriber's stand above everybody's upper quartile."""
    drugs = [row["drug"] for row in rows]
    drug = max(set(drugs), key=lambda one: sum(row["n_weighed"] for row in rows if row["drug"] == one))
    own = [row for row in rows if row["drug"] == drug and row["n_weighed"]]
    if len(own) < 2:
        return
    parts = [(int(row["n_above"]), int(row["n_weighed"] - row["n_above"])) for row in own]
    few = find_few(parts, found.policy)
    units = [
        Unit(str(row["prescriber"]), None if is_few else Share(n, n + rest))
        for row, (n, rest), is_few in zip(own, parts, few, strict=True)
    ]
    target = sum(n for n, _ in parts) / sum(map(sum, parts))
    what = f"{drug.replace('_', ' ').capitalize()}: last dose in the upper quarter of mg/kg"
    data = Funnel(what, "prescriber", units, target, "all patients")
    show_figure(found, "funnel", lambda theme: (plot_funnel(data, theme), describe_funnel(data)))


def _say_prescriber(row: dict) -> dict[str, str]:
    n, n_weighed = int(row["n_patients"]), int(row["n_weighed"])
    kilo = _say_quartiles(row, "kg", ".1f")
    return {
        "Prescriber": row["prescriber"],
        "Drug": row["drug"],
        "Patients": f"{n:,}",
        "mg, middle half": _say_quartiles(row, "mg", ".0f"),
        "mg/kg, middle half": f"{kilo} (n {n_weighed})" if n_weighed else "unknown",
        "No weight": f"{n - n_weighed:,}",
    }


def _say_quartiles(row: dict, prefix: str, form: str) -> str:
    low, median, high = (format(row[f"{prefix}_{name}"], form) for name in ("low", "median", "high"))
    return f"{median}, {low}–{high}"
