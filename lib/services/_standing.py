"""How patients stand on a day, and their flags in words."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.held_columns import arrays_of, beside, rename, texts, typed
from lib.clinical.histories import prepare, select_points
from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.response import CATEGORIES
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.clinical.rules.follow_up import is_in_treatment
from lib.clinical.segments import NONE
from lib.clinical.standing import assess
from lib.clinical.status import dates_of
from lib.services import _clock
from lib.services._histories import load_histories
from lib.services._scope import clinic_keys
from lib.services.access import Actor
from lib.store import derived
from lib.store.engine import Transaction, seeing_every_clinic
from lib.store.listed_people import read_categories, read_current_courses
from lib.store.records import read_clinics, read_patients, read_time_zones


def standing_on(
    connection: Transaction,
    actor: Actor,
    policy: Policy,
    as_of: date | None,
    *,
    all_courses: bool = False,
    patients: list[int] | None = None,
) -> pd.DataFrame:
    """Kept rows as they stand on a day; patients with records after it are computed again without those."""
    scope = clinic_keys(connection, actor)
    day = _clock.day_number(as_of or today(connection))
    rows = derived.read_standing(connection, scope, all_courses=all_courses, patients=patients)
    held = arrays_of(rows)
    later = sorted(set(held["patient_key"][held["record_day"] > day].tolist()))
    if later:
        rows = rename(rows, {"patient_key": "patient"})
        loaded = load_histories(connection, policy, later)
        prepared = prepare(loaded.histories.to_day(day), policy)
        points = select_points(prepared, day, with_earlier_courses=all_courses)
        again = assess(prepared, points, policy)
        names = read_patients(connection, later).set_index("patient_key")[
            ["patient_id", "clinic_id", "clinic_key"]
        ]
        again = again.join(names, on="patient")
        rows = pd.concat([rows[rows["record_day"] <= day], again], ignore_index=True)
        held = arrays_of(rows)
    yes_no = {name: held[name] == 1 for name in ("is_provisional", "has_session")}
    said = {"as_of": np.full(len(rows), day), **yes_no}
    return beside(rows, said, renamed={"patient_key": "patient"})


def select_collected(connection: Transaction, rows: pd.DataFrame) -> pd.DataFrame:
    """Those of instruments that the patient's clinic collects. rows: clinic_key, instrument (code)."""
    clinics = read_clinics(connection)
    named = zip(clinics["clinic_key"].tolist(), clinics["instruments"].tolist(), strict=True)
    collected = {clinic: names.split(";") for clinic, names in named}
    pairs = zip(rows["clinic_key"].tolist(), rows["instrument"].tolist(), strict=True)
    is_collected = [BY_CODE[code].name in collected[clinic] for clinic, code in pairs]
    return rows[pd.Series(is_collected, index=rows.index, dtype=bool)]


def phq9_categories_on(
    connection: Transaction, actor: Actor, policy: Policy, as_of: date
) -> "pd.Series[str]":
    """phq9_category by patient key: that of the current course, of whoever has a row of standing_on for PHQ-9."""
    kept = read_categories(connection, clinic_keys(connection, actor))
    kept = _as_on(connection, actor, policy, as_of, kept.assign(instrument=PHQ9.code))
    kept = kept[kept["instrument"] == PHQ9.code]
    words = pd.Series(CATEGORIES, dtype="string").take(kept["category"])
    return pd.Series(words.array, index=kept["patient"].to_numpy(), name="phq9_category")


def _as_on(
    connection: Transaction, actor: Actor, policy: Policy, as_of: date, kept: pd.DataFrame
) -> pd.DataFrame:
    """Kept rows of current courses as they stand on a day: of whoever has records after it those of standing_on. kept: patient,
    record_day, and columns of standing_on."""
    is_later = kept["record_day"] > _clock.day_number(as_of)
    later = sorted(set(kept.loc[is_later, "patient"].tolist()))
    if not later:
        return kept
    again = standing_on(connection, actor, policy, as_of, patients=later)
    names = [name for name in kept if name != "record_day"]
    rows = [kept.loc[~is_later, names], again.loc[again["patient"].isin(later), names]]
    return pd.concat(rows, ignore_index=True)


def find_last_sessions(
    connection: Transaction, actor: Actor, policy: Policy, as_of: date
) -> "pd.Series[int]":
    """By patient key the day number of the last session, of whoever is in treatment."""
    kept = read_current_courses(connection, clinic_keys(connection, actor))
    kept = kept.assign(as_of=_clock.day_number(as_of), has_session=kept["has_session"] == 1)
    rows = _as_on(connection, actor, policy, as_of, kept)
    treated = rows[is_in_treatment(rows, policy)].drop_duplicates("patient")
    return treated.set_index("patient")["last_session_on"].rename_axis("patient_key")


def today(connection: Transaction) -> date:
    """The day that the screens speak of: of a store as it was known on a day, that day. It is one for all clinics, whoever asks:
    what is kept of everybody is brought up to it."""
    known_on = derived.read_about(connection).get("known_on")
    if known_on:
        return date.fromisoformat(known_on)
    with seeing_every_clinic(connection):
        return _clock.today(read_time_zones(connection))


def describe_flags(flags: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Flags in words: severity and instrument by name, since as a date, source from the policy."""
    return beside(flags, words_of_flags(flags, policy))


def words_of_flags(flags: pd.DataFrame, policy: Policy) -> dict[str, Any]:
    """The columns that describe_flags says in words."""
    names = {one.code: one.name for one in BY_CODE} | {NONE: ""}
    held = arrays_of(flags, ("severity", "since", "instrument", "rule"))
    return {
        "severity": typed([SEVERITIES[code] for code in held["severity"].tolist()]),
        "since": dates_of(held["since"].astype(np.int64)),
        "instrument": texts([names[code] for code in held["instrument"].tolist()]),
        "source": typed([policy.notes[RULES[rule].policy_table].source for rule in held["rule"].tolist()]),
    }
