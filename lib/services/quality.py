"""How good the records are: each check with what it looked at, the rows that fail it, and letting a row stand for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.quality import summarise_checks
from lib.clinical.quality_checks import CHECKS
from lib.clinical.segments import NONE
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._audit import About, Act, writing
from lib.services._quality_records import (
    TAKEN_BACK,
    WAIVED,
    find_failing_records,
    waivers_in_force,
)
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import quality as store_quality
from lib.store.engine import Store, StoreError, Transaction
from lib.store.records import read_clinics, read_patients

# The trend goes back so far.
_TREND_DAYS = 91


@dataclass(frozen=True)
class Quality:
    """checks: columns of quality.summarise_checks. rows: of every check, the failing ones: check, record, patient_key (NA
    unknown), patient_id, clinic_id, on (date or None), what, and of a waiver in force or run out waived_by, waived_why,
    waived_until (date), is_waived. trend: on_day, check, n_asked, n_failing, n_waived, the oldest first."""

    as_of: date
    checks: pd.DataFrame
    rows: pd.DataFrame
    trend: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@permitted(Permission.CHECK_QUALITY)
def read_quality(actor: Actor, store: Store) -> Quality:
    """The actor's clinics, today."""
    with store.read() as connection:
        policy, as_of, scope = current_policy(connection), today(connection), clinic_keys(connection, actor)
        day = _clock.day_number(as_of)
        found = find_failing_records(connection, actor, scope, policy)
        waived = waivers_in_force(connection, day)
        listed = [one.failing.assign(check=code) for code, one in found.items() if len(one.failing)]
        empty = next(iter(found.values())).failing.iloc[:0].assign(check="")
        rows = _describe(connection, pd.concat(listed or [empty], ignore_index=True), day)
        trend = store_quality.read_counts(connection, scope, day - _TREND_DAYS)
    return Quality(as_of, summarise_checks(found, waived, policy), rows, trend, policy)


def _describe(connection: Transaction, rows: pd.DataFrame, day: int) -> pd.DataFrame:
    known = sorted({key for key in rows["patient"].tolist() if key != NONE})
    people = read_patients(connection, known, with_merged=True).set_index("patient_key")["patient_id"]
    clinics = read_clinics(connection).set_index("clinic_key")["clinic_id"]
    waivers = store_quality.read_waivers(connection)
    waivers = waivers[waivers["event"] == WAIVED].rename(columns={"check_code": "check"})
    # Of no waiver at all pandas would not know that these are words.
    said = waivers[["check", "record", "actor", "reason", "until_day"]].astype(
        {"check": object, "record": object}
    )
    rows = rows.astype({"check": object, "record": object})
    rows = rows.merge(said, on=["check", "record"], how="left")
    until = [None if pd.isna(number) else _clock.day_of(number) for number in rows["until_day"]]
    return pd.DataFrame(
        {
            "check": rows["check"],
            "record": rows["record"],
            "patient_key": rows["patient"].where(rows["patient"].isin(people.index)).astype("Int64"),
            "patient_id": rows["patient"].map(people).astype(object).fillna(""),
            "clinic_id": rows["clinic_key"].map(clinics).astype(object).fillna(""),
            "on": pd.Series(
                [None if number == NONE else _clock.day_of(number) for number in rows["day"]], dtype=object
            ),
            "what": rows["what"],
            "waived_by": rows["actor"].astype(object).fillna(""),
            "waived_why": rows["reason"].astype(object).fillna(""),
            "waived_until": pd.Series(until, dtype=object),
            "is_waived": (rows["until_day"] >= day).to_numpy(bool),
        }
    )


@dataclass(frozen=True)
class Waiver:
    """Failing rows of a check that may stand until a day, this day included. records: as they stood on the screen."""

    check: str
    records: tuple[str, ...]
    why: str
    until: date | None


@permitted(Permission.CHECK_QUALITY)
def waive(actor: Actor, store: Store, waiver: Waiver) -> None:
    """The rows are counted apart until the day is over; nothing else of the product reads a waiver. Raises StoreError without a
    reason or a day, NotFoundError where one of them does not fail (any more)."""
    if not waiver.why.strip():
        raise StoreError("Say why these rows may stand.")
    about: About = {"subject": f"check:{waiver.check}", "detail": {"n_rows": len(waiver.records)}}
    with writing(actor, store, Act.WAIVE, **about) as connection:
        _check_failing(connection, actor, waiver)
        day = _clock.day_number(today(connection))
        longest = current_policy(connection).quality.waiver_max_days
        if waiver.until is None or not 0 <= _clock.day_number(waiver.until) - day <= longest:
            last = say_day(_clock.day_of(day + longest))
            raise StoreError(f"Choose the last day of the waiver: from today to {last}.")
        _say(connection, actor, waiver, WAIVED)


@permitted(Permission.CHECK_QUALITY)
def end_waivers(actor: Actor, store: Store, check: str, records: Sequence[str]) -> None:
    """Failing rows count again. Raises NotFoundError where one of them does not fail (any more)."""
    about: About = {"subject": f"check:{check}", "detail": {"n_rows": len(records)}}
    with writing(actor, store, Act.END_WAIVER, **about) as connection:
        waiver = Waiver(check, tuple(records), "", today(connection))
        _check_failing(connection, actor, waiver)
        _say(connection, actor, waiver, TAKEN_BACK)


def _check_failing(connection: Transaction, actor: Actor, waiver: Waiver) -> None:
    if waiver.check not in CHECKS or not waiver.records:
        raise StoreError("Choose the rows.")
    policy, scope = current_policy(connection), clinic_keys(connection, actor)
    found = find_failing_records(connection, actor, scope, policy)[waiver.check]
    if not set(waiver.records) <= set(found.failing["record"]):
        raise NotFoundError("Some of these rows do not fail the check any more; look again.")


def _say(connection: Transaction, actor: Actor, waiver: Waiver, event: str) -> None:
    said = {
        "check_code": waiver.check,
        "event": event,
        "reason": waiver.why.strip(),
        "actor": actor.name,
        "until_day": _clock.day_number(waiver.until or _clock.EPOCH),
        "happened_at": _clock.seconds(_clock.now()),
    }
    store_quality.add_waivers(
        connection, [{**said, "record": record} for record in dict.fromkeys(waiver.records)]
    )
