"""Everyone and how they stand: `status`, `flags`, freshness, and the caseload."""

from datetime import date

import pandas as pd

from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.clinical.segments import NONE
from lib.clinical.standing import assess, prepare, select_points
from lib.clinical.status import STATUS_COLUMNS, dates, derive_status
from lib.services import _clock
from lib.services._histories import load_histories
from lib.services._refresh import current_policy, flags_on, refresh
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store, Transaction
from lib.store.records import read_clinics, read_patients

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


def standing_on(
    connection: Transaction, actor: Actor, policy: Policy, as_of: date | None, *, all_courses: bool
) -> pd.DataFrame:
    """Kept rows as they stand on a day; patients with records after it are computed again without those."""
    scope = clinic_keys(connection, actor)
    day = _clock.day_number(as_of or today(connection))
    rows = derived.read_standing(connection, scope, all_courses=all_courses)
    rows = rows.rename(columns={"patient_key": "patient"})
    later = rows.loc[rows["record_day"] > day, "patient"].unique()
    if len(later):
        loaded = load_histories(connection, policy, later)
        prepared = prepare(loaded.histories.to_day(day), policy)
        points = select_points(prepared, day, with_earlier_courses=all_courses)
        again = assess(prepared, points, policy)
        names = read_patients(connection).set_index("patient_key")[["patient_id", "clinic_id", "clinic_key"]]
        again = again.join(names, on="patient")
        rows = pd.concat([rows[rows["record_day"] <= day], again], ignore_index=True)
    return rows.assign(
        as_of=day, is_provisional=rows["is_provisional"] == 1, has_session=rows["has_session"] == 1
    )


def today(connection: Transaction) -> date:
    """The day that the screens speak of."""
    return _clock.today(read_clinics(connection)["time_zone"])


@permitted(Permission.SEE_PATIENTS)
def read_flags(actor: Actor, store: Store, as_of: date | None = None) -> pd.DataFrame:
    """FLAG_FILE_COLUMNS: what the rules find on a day, by default today; sorted by patient, rule and instrument."""
    with store.read() as connection:
        policy = current_policy(connection)
        scope = clinic_keys(connection, actor)
        people = read_patients(connection)
        if scope is not None:
            people = people[people["clinic_key"].isin(scope)]
        loaded = load_histories(connection, policy, None)
        flags = flags_on(loaded, _clock.day_number(as_of or today(connection)), policy)
    flags = flags.merge(people, left_on="patient", right_on="patient_key")
    return describe_flags(flags.assign(policy_version=policy.version), policy)[
        list(FLAG_FILE_COLUMNS)
    ].sort_values(["patient_id", "rule", "instrument"], ignore_index=True)


def describe_flags(flags: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Flags in words: severity and instrument by name, since as a date, source from the policy."""
    names = {one.code: one.name for one in BY_CODE} | {NONE: ""}
    return flags.assign(
        severity=[SEVERITIES[code] for code in flags["severity"]],
        since=dates(flags["since"]),
        instrument=flags["instrument"].map(names),
        source=[policy.notes[RULES[rule].policy_table].source for rule in flags["rule"]],
    )


@permitted(Permission.SEE_PATIENTS)
def refresh_if_a_day_has_passed(actor: Actor, store: Store) -> None:
    """Once a day the open flags are worked out again: some rules look at the calendar."""
    with store.read() as connection:
        day = today(connection)
        is_fresh = derived.read_about(connection).get("flags_as_of") == day.isoformat()
    if not is_fresh:
        with store.write() as connection:
            refresh(connection, day, None)
