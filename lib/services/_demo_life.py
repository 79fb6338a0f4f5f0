"""The demo's clinicians have begun to work on their flags: files carry records, not what people did about them."""

from datetime import date, timedelta

import pandas as pd

from lib.clinical import flag_life
from lib.clinical.flag_life import can_be_set_aside
from lib.demo.planted import CASES
from lib.services import _clock
from lib.services._refresh import current_policy
from lib.store import derived
from lib.store import flag_life as stored
from lib.store.engine import Transaction
from lib.store.records import read_record_table

# Of the flags that can be put off, in the order of the patients: every so manieth one.
_SEEN, _TAKEN, _SNOOZED, _WRONG, _CALLED = 4, 9, 17, 97, 13
_DAYS_SNOOZED, _DAYS_AWAY = 7, 10


def begin_flag_life(connection: Transaction, today: date) -> None:
    """Some flags are seen, taken, snoozed or called wrong, and one clinician is away. Planted patients keep theirs untouched."""
    flags = derived.read_open_flags(connection, None)
    flags = flags[~flags["patient_id"].isin(list(CASES))].sort_values(["patient_key", "rule", "instrument"])
    can = [can_be_set_aside(*pair) for pair in zip(flags["rule"], flags["severity"], strict=True)]
    clinicians = read_record_table(connection, "patients", None, ("clinician_id",))
    by = dict(zip(clinicians["patient_key"], clinicians["clinician_id"], strict=True))
    for number, flag in enumerate(flags[pd.Series(can, index=flags.index, dtype=bool)].to_dict("records")):
        who = str(by.get(flag["patient_key"]) or "dr-tanaka")
        for event, more in _acts(number, who, _clock.day_number(today)):
            _add(connection, flag, who, _clock.day_number(today), {"event": event, **more})
    _add_absence(connection, sorted({str(name) for name in by.values() if name}), today)


def _acts(number: int, who: str, today: int) -> list[tuple[str, dict]]:
    """What was done about the flag of this number."""
    if number % _WRONG == 1:
        note = "scored by a relative; the patient was asked again"
        return [(flag_life.WRONG, {"reason_code": "record", "note": note, "until_day": today + 84})]
    if number % _SNOOZED == 1:
        until = {"reason_code": "next_session", "until_day": today + _DAYS_SNOOZED}
        return [(flag_life.SNOOZED, until)]
    acts: list[tuple[str, dict]] = []
    if number % _SEEN == 1:
        acts.append((flag_life.SEEN, {}))
    if number % _TAKEN == 1:
        acts.append((flag_life.OWNER, {"to_actor": who}))
    if number % _CALLED == 1:
        acts.append((flag_life.CONTACT, {"reason_code": "message", "note": "asked to call back"}))
    return acts


def _add(connection: Transaction, flag: dict, who: str, today: int, act: dict) -> None:
    about = {name: flag[name] for name in ("patient_key", "clinic_key", "rule", "instrument", "evidence")}
    empty = {"reason_code": "", "note": "", "covers_assessment_id": 0, "covers_held_row_id": 0}
    written = {"actor": who, "happened_at": _clock.seconds(_clock.now()), "on_day": today}
    version = {"policy_version": current_policy(connection).version}
    derived.add_flag_event(connection, {**empty, **about, **written, **version, **act})


def _add_absence(connection: Transaction, clinicians: list[str], today: date) -> None:
    if len(clinicians) < 2:
        return
    days = {
        "from_day": _clock.day_number(today),
        "to_day": _clock.day_number(today + timedelta(days=_DAYS_AWAY)),
    }
    who = {"absent": clinicians[0], "cover": clinicians[1], "actor": clinicians[0]}
    stored.add_absence(connection, {**who, **days, "happened_at": _clock.seconds(_clock.now())})
