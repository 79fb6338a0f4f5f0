"""Known on: the clinic's records as they were known on a day, and why a patient's flags of that day were not what they are now.

known_on is a date of knowledge, as_of one of events: they are two arguments, and never mixed (docs/glossary.md).
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.clinical.flag_keeping import join_findings, keep_critical, split_findings
from lib.clinical.policy import Policy
from lib.clinical.reading_limits import strip_limit
from lib.clinical.rules.reading_flags import find_followed
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._derived_rows import flags_on
from lib.services._drawn import find_person
from lib.services._histories import load_histories
from lib.services._identities import rename_merged
from lib.services._late_records import LateRecord, Look, read_late_records
from lib.services._late_sentence import Flags, read_flags, say_late
from lib.services._quality_records import COUNTED_ON
from lib.services._refresh import current_policy, refresh
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.bulk_care import read_care_records
from lib.store.engine import Store, StoreError, Transaction
from lib.store.flag_life import read_closed_findings
from lib.store.known import Knowledge, StoreAsKnown, count_first_load
from lib.store.records import read_clinics


@permitted(Permission.SEE_PATIENTS)
def open_as_known(actor: Actor, store: Store, on: date) -> Store:
    """What was known at the end of a day by the clinic's time, or by UTC where clinics have several; every service reads it as
    it reads the store itself, and none writes to it. Raises StoreError for a day that is not over."""
    with store.read() as connection:
        zones = set(read_clinics(connection)["time_zone"])
        now_on = today(connection)
    if on >= now_on:
        raise StoreError(f"{say_day(on)} is not over yet: choose a day before {say_day(now_on)}.")
    zone = zones.pop() if len(zones) == 1 else "UTC"
    known = StoreAsKnown(store, Knowledge(on, _clock.day_number(on), _clock.end_of_day(on, [zone]) - 1))
    with known.filling() as connection:
        rename_merged(connection)
        refresh(connection, on, None)
        # The trend is that which was counted then.
        derived.write_about(connection, **{COUNTED_ON: on.isoformat()})
    return known


@dataclass(frozen=True)
class Looked:
    """sentence: why the flags of the day were not what today's records say of it. late: what was recorded afterwards of what had
    happened by then. n_first_load: the patient's records that came in a first load, and so count as known since their events."""

    on: date
    sentence: str
    late: tuple[LateRecord, ...]
    n_first_load: int


@permitted(Permission.SEE_PATIENTS)
def look_back(actor: Actor, store: Store, known: Store, patient_key: int) -> Looked:
    """What was known of a patient on a day beside what is known of that day now. known: of open_as_known. Raises NotFoundError,
    with the same words for another clinic's patient and for nobody."""
    on = known.known_on
    if on is None:
        raise StoreError("This store shows what is known today.")
    with store.read() as now, known.read() as then:
        person = find_person(then, actor, patient_key)
        zone = read_clinics(then).set_index("clinic_id")["time_zone"][person.clinic_id]
        look = Look(
            patient_key, _clock.day_number(on), int(derived.read_about(then)["known_until"]), str(zone)
        )
        open_then = derived.read_open_flags(then, None, [patient_key])
        late = read_late_records(now, then, look)
        sentence = say_late(on, read_flags(open_then), _flags_today(now, then, look, open_then), late)
        n_first_load = count_first_load(then, patient_key)
    return Looked(on, sentence, tuple(late), n_first_load)


def _flags_today(now: Transaction, then: Transaction, look: Look, open_then: pd.DataFrame) -> Flags:
    """What is open by today's records and policy, nothing dated after the day read; without what was closed by then."""
    policy = current_policy(now)
    loaded = load_histories(now, policy, [look.patient_key])
    care = read_care_records(now, [look.patient_key], len(loaded.clinic_of))
    sessions = loaded.sessions[loaded.sessions["day"] <= look.day]
    found, followed = (
        flags.rename(columns={"patient": "patient_key"})
        for flags in (
            flags_on(loaded, care, look.day, policy),
            _find_followed(sessions, look.day, policy, open_then),
        )
    )
    closed = read_closed_findings(then, [look.patient_key])
    before = _select_kept(then, look, open_then)[list(found.columns)]
    return read_flags(keep_critical(found, before, followed, closed, look.day))


def _select_kept(then: Transaction, look: Look, open_then: pd.DataFrame) -> pd.DataFrame:
    """Of the flags of the day what their rules no longer found by then, though no session followed it: it had been corrected or
    taken back, and what became known later changes nothing of that."""
    policy = current_policy(then)
    sessions = load_histories(then, policy, [look.patient_key]).sessions
    stands = find_followed(sessions[sessions["day"] <= look.day], look.day, policy, since_ever=True)
    stood = set(zip(stands["rule"], stands["evidence"].map(strip_limit), strict=True))
    kept = [
        {
            one: day
            for one, day in split_findings(said).items()
            if day and (rule, strip_limit(one)) not in stood
        }
        for rule, said in zip(open_then["rule"], open_then["evidence"], strict=True)
    ]
    of_day = open_then.assign(evidence=pd.Series(map(join_findings, kept), open_then.index, dtype="str"))
    return of_day[of_day["evidence"] != ""]


def _find_followed(sessions: pd.DataFrame, day: int, policy: Policy, open_then: pd.DataFrame) -> pd.DataFrame:
    """As on the day, and readings of earlier weeks that a flag of the day said: it outlasts the days that are read again, and
    ends only where today's records say something else."""
    said = {
        (rule, strip_limit(finding))
        for rule, evidence in zip(open_then["rule"], open_then["evidence"], strict=True)
        for finding in split_findings(evidence)
    }
    recent, every = (find_followed(sessions, day, policy, since_ever=ever) for ever in (False, True))
    each = zip(every["rule"], every["evidence"], strict=True)
    was_said = [(rule, strip_limit(finding)) in said for rule, finding in each]
    return pd.concat([recent, every[was_said]], ignore_index=True) if any(was_said) else recent
