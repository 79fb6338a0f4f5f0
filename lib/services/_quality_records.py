"""The records that the checks of data quality look at, read once; and a day's counts, kept for the trend."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.quality import find_failing
from lib.clinical.quality_records import Found, QualityRecords
from lib.clinical.same_people import find_alike
from lib.clinical.segments import NONE
from lib.services import _clock
from lib.services._entering import WEIGHT
from lib.services._quarantined import read_quarantined
from lib.services._refresh import current_policy
from lib.services._standing import select_collected, standing_on, today
from lib.services.access import Actor, Permission
from lib.store import derived
from lib.store import quality as store_quality
from lib.store.engine import Store, Transaction, seeing_every_clinic
from lib.store.records import read_patients

# When it was counted last, as the store says of itself.
COUNTED_ON = "quality_counted_on"
# Who counts for the trend: nobody in particular, over all clinics.
_COUNTER = Actor("this release", frozenset(Permission))
_FORMS_AT_ONCE = 100_000
_KEYS = ("patient", "clinic_key")
WAIVED, TAKEN_BACK, TWO_PEOPLE = "waived", "taken back", "two people"


def find_failing_records(
    connection: Transaction, actor: Actor, scope: list[int] | None, policy: Policy
) -> dict[str, Found]:
    """What each check looked at in the actor's clinics, as they stand today, and which of it fails."""
    parts = []
    for records in _read_parts(connection, actor, scope, policy):
        found = find_failing(records, policy)
        # A view of the records would keep all of them in memory.
        parts.append({code: Found(one.asked.copy(), one.failing) for code, one in found.items()})
    return {code: _join([part[code] for part in parts]) for code in parts[0]}


def _join(parts: list[Found]) -> Found:
    failing = [part.failing for part in parts if len(part.failing)] or [parts[0].failing]
    return Found(np.concatenate([part.asked for part in parts]), pd.concat(failing, ignore_index=True))


def _read_parts(
    connection: Transaction, actor: Actor, scope: list[int] | None, policy: Policy
) -> Iterator[QualityRecords]:
    """Some patients at a time; what is not of one patient comes with the first."""
    as_of = today(connection)
    day = _clock.day_number(as_of)
    every = read_people(connection, scope)
    pairs, waiting = find_alike(every, read_two_people(connection)), _read_waiting(connection, scope)
    standing = select_collected(connection, standing_on(connection, actor, policy, as_of))
    standing = standing.astype(dict.fromkeys(_KEYS, "int64"))
    people = _describe_people(every)

    for part in store_quality.split_patients(connection, scope, _FORMS_AT_ONCE):
        yield QualityRecords(
            as_of=day,
            people=people[people["patient"].between(part.first, part.last)],
            standing=standing[standing["patient"].between(part.first, part.last)],
            forms=store_quality.read_forms(connection, part, day),
            other_forms=store_quality.read_other_forms(connection, part, day),
            sessions=store_quality.read_sessions(connection, part),
            orders=store_quality.read_orders(connection, part, day),
            weights=store_quality.read_weights(connection, part, WEIGHT, day),
            waiting=waiting,
            pairs=pairs,
        )
        waiting, pairs = waiting.iloc[:0], pairs.iloc[:0]


def read_two_people(connection: Transaction) -> frozenset[tuple[int, int]]:
    """Pairs of which somebody has said that they are two people, and not taken it back."""
    said = store_quality.read_verdicts(connection)
    said = said[said["event"] == TWO_PEOPLE]
    return frozenset(zip(said["first_key"].tolist(), said["second_key"].tolist(), strict=True))


def waivers_in_force(connection: Transaction, day: int) -> frozenset[tuple[str, str]]:
    """Check and record of each waiver that has not run out."""
    rows = store_quality.read_waivers(connection)
    rows = rows[(rows["event"] == WAIVED) & (rows["until_day"] >= day)]
    return frozenset(zip(rows["check_code"].tolist(), rows["record"].tolist(), strict=True))


def keep_counts(store: Store) -> None:
    """Count every check of every clinic, in place of what was counted today before. Others may write while it is counted,
    which takes a third of a second for 1,000 patients: a store of one file has one writer."""
    with store.read() as connection, seeing_every_clinic(connection):
        # Not the day on which somebody began what led here: it may have passed.
        as_of = today(connection)
        rows = _count_all(connection, _clock.day_number(as_of))
    with store.write() as connection, seeing_every_clinic(connection):
        store_quality.keep_counts(connection, _clock.day_number(as_of), rows)
        derived.write_about(connection, **{COUNTED_ON: as_of.isoformat()})


def _count_all(connection: Transaction, day: int) -> pd.DataFrame:
    found = find_failing_records(connection, _COUNTER, None, current_policy(connection))
    waived = waivers_in_force(connection, day)
    rows = pd.concat([_count(code, one, waived) for code, one in found.items()], ignore_index=True)
    return rows.assign(on_day=day, counted_at=_clock.seconds(_clock.now()))


def _count(code: str, found: Found, waived: frozenset[tuple[str, str]]) -> pd.DataFrame:
    """By clinic; without a known one None."""
    failing = found.failing
    is_waived = np.array([(code, record) in waived for record in failing["record"]], dtype=bool)
    by_clinic = {
        "n_asked": pd.Series(found.asked).value_counts(),
        "n_failing": failing.loc[~is_waived, "clinic_key"].value_counts(),
        "n_waived": failing.loc[is_waived, "clinic_key"].value_counts(),
    }
    rows = pd.DataFrame(by_clinic).fillna(0).astype("int64").rename_axis("clinic_key").reset_index()
    known = rows["clinic_key"].astype(object).where(rows["clinic_key"] != NONE, None)
    return rows.assign(clinic_key=known, check_code=code)


def read_people(connection: Transaction, scope: list[int] | None) -> pd.DataFrame:
    """Every identity that is a patient of its own: patient, patient_id, clinic_key, clinic_id, and what patients.csv says."""
    people = read_patients(connection, clinics=scope).rename(columns={"patient_key": "patient"})
    return people.merge(store_quality.read_about_people(connection, scope), on="patient", how="left")


def _describe_people(people: pd.DataFrame) -> pd.DataFrame:
    """As QualityRecords has them."""
    first_of_year = pd.to_datetime(
        people["birth_year"].astype("Int64").astype("str") + "-01-01", errors="coerce"
    )
    days = (first_of_year - pd.Timestamp(0)).dt.days
    born_on = pd.to_numeric(people["birth_date"]).fillna(days)
    return pd.DataFrame(
        {
            "patient": people["patient"].astype("int64"),
            "clinic_key": people["clinic_key"].astype("int64"),
            "has_clinician": people["clinician_id"].notna(),
            "born_on": born_on.fillna(NONE).astype("int64"),
            "died_on": pd.to_numeric(people["died_on"]).fillna(NONE).astype("int64"),
        }
    )


def _read_waiting(connection: Transaction, scope: list[int] | None) -> pd.DataFrame:
    """As QualityRecords has them."""
    rows = read_quarantined(connection, scope)
    whole = {name: pd.to_numeric(rows[name]).fillna(NONE).astype("int64") for name in ("id", "clinic_key")}
    return pd.DataFrame(
        {
            **whole,
            "patient": pd.to_numeric(rows["patient_key"]).fillna(NONE).astype("int64"),
            "day": pd.to_numeric(rows["event_day"]).fillna(NONE).astype("int64"),
            "kind": rows["kind"].astype(object),
            "code": rows["code"].astype(object),
            "days": rows["age_days"],
        }
    )
