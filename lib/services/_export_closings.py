"""The file of closings of flags: each with what it was about, so that it closes just that in another store, and nothing else."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lib.clinical.brought_closings import name_events, name_forms, write_findings
from lib.clinical.flag_keeping import read_finding, split_findings
from lib.clinical.frames import CLOSINGS, KINDS
from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.record_names import KIND_NAMES
from lib.clinical.rules.catalogue import ITEM_9, TOLERABILITY
from lib.clinical.segments import NONE
from lib.research.dictionary import note_kind
from lib.research.table import ExportTable
from lib.research.written_columns import write_dates, write_instants, write_text, write_whole, write_yes_no
from lib.services._export_ground import Ground, in_blocks
from lib.services._item_9_forms import load_item_9
from lib.store import derived
from lib.store.brought_closings import read_brought
from lib.store.bulk_care import read_adverse_events
from lib.store.bulk_closings import read_closings
from lib.store.engine import Transaction
from lib.store.export_rows import find_withdrawn
from lib.store.flag_life import CLOSED

_COLUMNS = (
    *("patient", "rule", "instrument", "on_day", "evidence", "closed_by", "reason_code", "note"),
    *("is_assessed", "policy_version", "recorded_at"),
)
_ORDER = ["rank", "on_day", "recorded_at", "rule", "instrument", "evidence"]


def make_flag_closings(ground: Ground) -> ExportTable:
    """Closings of flags of known patients, made here or brought by a file."""
    columns = note_kind(KINDS[CLOSINGS], ground.dictionary)
    counts = _count(ground)

    def read() -> Iterator[pd.DataFrame]:
        for patients in ground.batches(counts):
            yield from in_blocks(_read(ground, patients)[[note.name for note in columns]])

    n_rows = int(ground.count(counts).sum())
    return ExportTable(CLOSINGS, f"{KIND_NAMES[CLOSINGS]}: each record", columns, read, n_rows)


def _count(ground: Ground) -> "pd.Series[int]":
    own, brought = _read_own(ground.connection, None), read_brought(ground.connection, None)
    return pd.concat([own["patient"], brought["patient"]]).value_counts()


def _read_own(connection: Transaction, patients: list[int] | None) -> pd.DataFrame:
    """Closings that were made here, of patients: rows of flag_event. An unreadable form is nobody's."""
    events = derived.read_flag_events(connection, patients)
    events = events[(events["event"] == CLOSED) & events["patient_key"].notna()]
    return events.rename(columns={"patient_key": "patient"}).astype({"patient": "int64"})


def _read(ground: Ground, patients: list[int]) -> pd.DataFrame:
    own = _describe_own(ground.connection, patients)
    rows = pd.concat([own, read_brought(ground.connection, patients)[list(_COLUMNS)]], ignore_index=True)
    rows = rows[rows["patient"].isin(patients)]
    rows = rows.assign(rank=ground.rank(rows["patient"].to_numpy())).sort_values(_ORDER, kind="stable")
    return pd.DataFrame(
        {
            **ground.name(rows["patient"].to_numpy()),
            "closed_on": write_dates(rows["on_day"].to_numpy(np.int64)),
            "recorded_at": write_instants(rows["recorded_at"].to_numpy(np.int64)),
            "is_assessed": write_yes_no(rows["is_assessed"].to_numpy(np.int64)),
            "policy_version": write_whole(rows["policy_version"].to_numpy(np.int64)),
            **{
                name: write_text([one or None for one in rows[name]])
                for name in ("rule", "instrument", "evidence", "closed_by", "reason_code", "note")
            },
        }
    )


def _describe_own(connection: Transaction, patients: list[int]) -> pd.DataFrame:
    events = _read_own(connection, patients)
    named = _name_forms(connection, patients) | _name_events(connection, patients)
    assessed = read_closings(connection, patients)
    assessed = set(assessed.loc[assessed["is_assessed"] == 1, "id"])
    instrument = events["instrument"].astype("Float64").fillna(NONE).astype("int64")
    instrument = instrument.mask(events["rule"] == ITEM_9, PHQ9.code)
    said = zip(events["id"], events["rule"], events["evidence"], strict=True)
    return events.assign(
        instrument=instrument.map({one.code: one.name for one in BY_CODE} | {NONE: ""}),
        evidence=[
            write_findings(named.get(key, []) if rule in (ITEM_9, TOLERABILITY) else _findings(text))
            for key, rule, text in said
        ],
        closed_by=events["actor"],
        is_assessed=events["id"].isin(assessed).astype("int64"),
        recorded_at=events["happened_at"],
    )[list(_COLUMNS)]


def _findings(evidence: str | None) -> list[str]:
    """Closings of earlier releases say nothing."""
    if not isinstance(evidence, str):
        return []
    return list(split_findings(read_finding(evidence)))


def _name_forms(connection: Transaction, patients: list[int]) -> dict[int, list[str]]:
    """By closing the forms that it covered: answered, stored and not withdrawn, as only those leave."""
    forms, _ = load_item_9(connection, patients)
    withdrawn = find_withdrawn(connection, "assessments", patients)
    leaves = ~forms["is_held"] & (forms["item_9"] != NONE) & ~forms["id"].isin(withdrawn)
    forms = forms[leaves & (forms["closed_by"] != NONE)]
    return _by_closing(forms, name_forms(forms))


def _name_events(connection: Transaction, patients: list[int]) -> dict[int, list[str]]:
    events = read_adverse_events(connection, patients)
    events = events[events["closed_by"] != NONE]
    return _by_closing(events, name_events(events))


def _by_closing(records: pd.DataFrame, named: list[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, one in sorted(zip(records["closed_by"].tolist(), named, strict=True)):
        found.setdefault(key, []).append(one)
    return found
