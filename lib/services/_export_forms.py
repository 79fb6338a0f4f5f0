"""Scored PHQ-9 and GAD-7 forms of some patients, and the files that are made of them: an item a row, a day a row."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import BY_CODE
from lib.clinical.scoring import Scores, score_forms
from lib.clinical.segments import NONE
from lib.research import derived_notes as notes
from lib.research.table import ExportTable
from lib.research.written_columns import write_dates, write_moments, write_text, write_whole, write_yes_no
from lib.services._export_ground import Ground, in_blocks
from lib.services._item_9_forms import items_of
from lib.store import export_rows


def read_forms(ground: Ground, patients: list[int]) -> tuple[pd.DataFrame, Scores]:
    """In force, by patient, time, instrument and record: columns of export_rows.read_forms and rank; with their scores."""
    forms = export_rows.read_forms(ground.connection, patients)
    forms["rank"] = ground.rank(forms["patient"].to_numpy())
    order = np.lexsort([forms[name] for name in ("id", "instrument", "second", "day", "rank")])
    forms = forms.iloc[order].reset_index(drop=True)
    return forms, score_forms(
        forms["instrument"].to_numpy(), items_of(forms), forms["total"].to_numpy(), ground.policy
    )


def make_items(ground: Ground) -> ExportTable:
    """Forms of which any item was answered: a row an item, missing ones too."""
    counts = export_rows.count_items(ground.connection)

    def read() -> Iterator[pd.DataFrame]:
        for patients in ground.batches(counts):
            yield from in_blocks(_read_items(ground, patients))

    n_rows = int(ground.count(counts).sum())
    return ExportTable("items", "items of PHQ-9 and GAD-7, one a row", notes.ITEMS, read, n_rows)


def _read_items(ground: Ground, patients: list[int]) -> pd.DataFrame:
    forms, scores = read_forms(ground, patients)
    forms = forms[scores.has_items]
    n_items = np.array([one.n_items for one in BY_CODE])[forms["instrument"]]
    names = [one.item_names for one in BY_CODE]
    of = forms.loc[forms.index.repeat(n_items)]
    item = np.arange(len(of)) - np.repeat(np.cumsum(n_items) - n_items, n_items)
    code = of["instrument"].to_numpy()
    points = of[list(ITEM_COLUMNS)].to_numpy()[np.arange(len(of)), item]
    columns: dict[str, Any] = {
        **ground.name(of["patient"].to_numpy()),
        "instrument": write_text([BY_CODE[one].name for one in code]),
        "answered_at": write_moments(of["day"].to_numpy(), of["second"].to_numpy()),
        "item": write_whole(item + 1),
        "item_name": write_text([names[one][place] for one, place in zip(code, item, strict=True)]),
        "points": write_whole(points),
    }
    return pd.DataFrame(columns)


def make_wide(ground: Ground) -> ExportTable:
    """A row a patient and day, both instruments side by side; of several forms of a day the one that counts."""
    counts = export_rows.count_by_patient(ground.connection, "assessments")

    def read() -> Iterator[pd.DataFrame]:
        for patients in ground.batches(counts):
            yield from in_blocks(_read_wide(ground, patients))

    label = "PHQ-9 and GAD-7, a row a patient and day"
    return ExportTable("assessments_wide", label, notes.WIDE, read, sum(len(rows) for rows in read()))


def _read_wide(ground: Ground, patients: list[int]) -> pd.DataFrame:
    forms, scores = read_forms(ground, patients)
    forms = forms.assign(
        valid_total=scores.total, n_missing=scores.n_missing, is_prorated=scores.is_prorated.astype(np.int64)
    )
    # A form without a total never stands for one with a total.
    forms = forms.iloc[np.lexsort([forms.index, scores.is_valid])]
    forms = forms.drop_duplicates(["patient", "day", "instrument"], keep="last")
    days = forms[["rank", "patient", "day"]].drop_duplicates().sort_values(["rank", "day"])
    columns: dict[str, Any] = {
        **ground.name(days["patient"].to_numpy()),
        "assessed_on": write_dates(days["day"].to_numpy()),
    }
    place = pd.MultiIndex.from_frame(days[["patient", "day"]])
    for one in BY_CODE:
        own = forms[forms["instrument"] == one.code].set_index(["patient", "day"])
        own = own.reindex(place, fill_value=NONE)
        columns |= _write_wide(own, notes.wide_prefix(one.name), one.n_items)
    return pd.DataFrame(columns)


def _write_wide(own: pd.DataFrame, stem: str, n_items: int) -> dict[str, Any]:
    plain = [*ITEM_COLUMNS[:n_items], "difficulty"]
    return {
        **{f"{stem}_{name}": write_whole(own[name].to_numpy()) for name in plain},
        f"{stem}_total": write_whole(own["valid_total"].to_numpy()),
        f"{stem}_n_missing": write_whole(own["n_missing"].to_numpy()),
        f"{stem}_is_prorated": write_yes_no(own["is_prorated"].to_numpy()),
    }
