"""Everyone and how they stand: `status`, `flags`, freshness, and the caseload."""

from datetime import date

import pandas as pd

from lib.clinical.status import STATUS_COLUMNS, derive_status
from lib.services import _clock
from lib.services._derived_rows import flags_on
from lib.services._histories import load_histories
from lib.services._quality_records import COUNTED_ON, keep_counts
from lib.services._refresh import current_policy, refresh
from lib.services._scope import clinic_keys
from lib.services._standing import describe_flags, standing_on, today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.bulk_care import read_care_records
from lib.store.engine import Store, Transaction
from lib.store.records import read_patients

# Of which day the open flags are, as the store says it of itself.
FLAGS_AS_OF = "flags_as_of"
FLAG_FILE_COLUMNS = (
    "patient_id",
    "rule",
    "severity",
    "since",
    "instrument",
    "evidence",
    "threshold",
    "source",
    "policy_version",
)


@permitted(Permission.SEE_PATIENTS)
def read_status(
    actor: Actor, store: Store, as_of: date | None = None, *, all_courses: bool = False
) -> pd.DataFrame:
    """STATUS_COLUMNS, sorted by patient, course and instrument; on a day, by default today."""
    with store.read() as connection:
        policy = current_policy(connection)
        rows = standing_on(connection, actor, policy, as_of, all_courses=all_courses)
    status = derive_status(rows, policy)
    status.insert(0, "patient_id", rows["patient_id"].astype("string"))
    return status[list(STATUS_COLUMNS)].sort_values(["patient_id", "course", "instrument"], ignore_index=True)


@permitted(Permission.SEE_PATIENTS)
def read_flags(actor: Actor, store: Store, as_of: date | None = None) -> pd.DataFrame:
    """FLAG_FILE_COLUMNS: what the rules find on a day, by default today; sorted by patient, rule and instrument."""
    with store.read() as connection:
        policy = current_policy(connection)
        people = read_patients(connection, clinics=clinic_keys(connection, actor))
        loaded = load_histories(connection, policy, None)
        care = read_care_records(connection, None, len(loaded.clinic_of))
        flags = flags_on(loaded, care, _clock.day_number(as_of or today(connection)), policy)
    flags = flags.merge(people, left_on="patient", right_on="patient_key")
    return describe_flags(flags.assign(policy_version=policy.version), policy)[
        list(FLAG_FILE_COLUMNS)
    ].sort_values(["patient_id", "rule", "instrument"], ignore_index=True)


@permitted(Permission.MANAGE_STORE)
def read_due(actor: Actor, store: Store) -> frozenset[str]:
    """Which of what changes with the day alone is still that of an earlier one: FLAGS_AS_OF (minutes of a large store),
    COUNTED_ON."""
    with store.read() as connection:
        return _due(connection, today(connection))


@permitted(Permission.MANAGE_STORE)
def refresh_if_a_day_has_passed(actor: Actor, store: Store) -> None:
    """Once a day the open flags are worked out again, as some rules look at the calendar, and data quality is counted."""
    with store.read() as connection:
        day = today(connection)
        due = _due(connection, day)
    if FLAGS_AS_OF in due:
        with store.write() as connection:
            refresh(connection, day, None)
    # An import of this day has brought the flags up to date, and counted nothing.
    if COUNTED_ON in due:
        keep_counts(store)


def _due(connection: Transaction, day: date) -> frozenset[str]:
    about = derived.read_about(connection)
    return frozenset(name for name in (FLAGS_AS_OF, COUNTED_ON) if about.get(name) != day.isoformat())
