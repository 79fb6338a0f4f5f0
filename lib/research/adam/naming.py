"""The last step of an ADaM-like file: patient and clinic by CDISC's names, and the study before them."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from lib.research.table import ColumnNote, ExportTable

STUDY = "OUTCOMES"
_STUDYID = ColumnNote("STUDYID", "the study: records of routine care", "text", derivation=STUDY)
# What a de-identified table calls a patient, too.
_NAMES = {"patient_id": "USUBJID", "research_id": "USUBJID", "clinic_id": "SITEID"}


def name_as_adam(table: ExportTable) -> ExportTable:
    """STUDYID, USUBJID, SITEID, and the rest as it is."""
    columns = tuple(replace(note, name=_NAMES.get(note.name, note.name)) for note in table.columns)

    def read() -> Iterator[pd.DataFrame]:
        for rows in table.read():
            named = rows.rename(columns=_NAMES)
            named.insert(0, _STUDYID.name, pd.array([STUDY] * len(rows), dtype="string"))
            yield named

    return replace(table, columns=(_STUDYID, *columns), read=read)
