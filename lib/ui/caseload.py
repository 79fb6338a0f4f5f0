"""What the services say, asked once for each state of the records.

What is kept here is kept for one store, one reader's clinics and rights, one state of the store's file and one quarter of an
hour (a new day begins at one, in every time zone). Nobody may change what these functions return: sessions share it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import pandas as pd
import streamlit as st

from lib.clinical.expected_course import Reference
from lib.services import coverage, entries, expected, imports, patient_context, patients, review
from lib.services.caseload import refresh_if_a_day_has_passed
from lib.services.errors import Store
from lib.ui import access
from lib.ui.sparklines import Trend

_QUARTER = 900


class Freshness(Protocol):
    """How old the data are."""

    @property
    def text(self) -> str: ...
    @property
    def is_stale(self) -> bool: ...
    @property
    def is_synthetic(self) -> bool: ...


def read_queue() -> review.Queue:
    """The review queue of the reader's clinics, its flags of today."""
    _ask(refresh_if_a_day_has_passed)
    return _ask(review.read_queue, read_freshness())


def read_caseload() -> pd.DataFrame:
    """Everyone in the reader's clinics: columns of lib.services.review.read_caseload."""
    _ask(refresh_if_a_day_has_passed)
    return _ask(review.read_caseload)


def read_series(patient_keys: list[int]) -> dict[int, dict[str, Trend]]:
    """By patient key and instrument, the totals of these patients over time."""
    series: dict[int, dict[str, Trend]] = _ask(review.read_series, patient_keys)
    return series


def read_freshness() -> Freshness:
    """Asked of all records, and so once for each state of them."""
    return _ask(review.read_freshness)


def read_patient(patient_key: int) -> patients.PatientPage:
    """One patient's page. Raises NotFoundError."""
    _ask(refresh_if_a_day_has_passed)
    return _ask(patients.read_patient, patient_key, read_freshness())


def read_coverage(patient_key: int) -> pd.DataFrame:
    """What each rule could read of a patient: columns of lib.services.coverage.read_coverage. Raises NotFoundError."""
    return _ask(coverage.read_coverage, patient_key)


def read_reference(clinic_id: str) -> Reference:
    """The session scores of everybody in a clinic, the same for each of its patients. Raises NotFoundError."""
    return _ask(expected.read_reference, clinic_id)


def read_context(patient_key: int) -> patient_context.PatientContext:
    """What else is on record about one patient. Raises NotFoundError."""
    context: patient_context.PatientContext = _ask(patient_context.read_context, patient_key)
    return context


def read_entry_form(patient_key: int, kind: str) -> entries.EntryForm:
    """What a form of this patient is drawn from. Raises NotFoundError."""
    return _ask(entries.read_entry_form, patient_key, kind)


def read_imports() -> pd.DataFrame:
    """Every import, the newest first: columns of the table `import`."""
    return _ask(imports.read_imports)


def read_held_rows() -> pd.DataFrame:
    """Rows that wait: columns of lib.services.imports.read_held_rows."""
    return _ask(imports.read_held_rows)


def _ask(service: Callable[..., Any], *args: Any) -> Any:
    actor, store = access.actor(), access.store()
    state = _state(store)
    if state is None:
        return service(actor, store, *args)
    clinics = None if actor.clinics is None else tuple(sorted(actor.clinics))
    reader = (actor.name, clinics, tuple(sorted(actor.permissions)))
    return _keep(
        f"{service.__module__}.{service.__qualname__}",
        args,
        store.url,
        reader,
        state,
        lambda: service(actor, store, *args),
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _keep(service: str, args: tuple, url: str, reader: tuple, state: tuple, _read: Callable[[], Any]) -> Any:
    return _read()


def _state(store: Store) -> tuple[int, ...] | None:
    """What differs after every change of an SQLite store; of another database None, and nothing is kept."""
    if store.path is None:
        return None
    log = store.path.with_name(f"{store.path.name}-wal")
    files = [path.stat() for path in (store.path, log) if path.exists()]
    quarter = int(datetime.now(UTC).timestamp()) // _QUARTER
    return (quarter, *(number for file in files for number in (file.st_ino, file.st_mtime_ns, file.st_size)))
