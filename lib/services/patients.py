"""The patient page: one patient's history, how they stand, and which flags are open."""

from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from lib.clinical.gone_findings import find_gone
from lib.clinical.held_columns import beside, in_order, pick, typed
from lib.clinical.history import PatientHistory
from lib.clinical.plain_rows import rows_of
from lib.clinical.policy import Policy
from lib.clinical.protocols import Protocols
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9, RULES
from lib.clinical.rules.coverage import Covered, spell_out
from lib.clinical.rules.further_wording import CRITICAL_CLEARING, say_clearing
from lib.clinical.status import derive_status
from lib.services._brought_closings import read_brought_events
from lib.services._contraindications import read_asked, say_asked
from lib.services._flag_states import add_states, read_persisting
from lib.services._flag_story import tell_story
from lib.services._freshness import Freshness, measure_freshness
from lib.services._headline import Headline, say_headline
from lib.services._patient_history import Subject, build_history
from lib.services._people import find_patient
from lib.services._protocols import shipped_protocols
from lib.services._reading import next_reading
from lib.services._reasons import say_persisting
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._since_review import SinceReview, read_since_review
from lib.services._standing import standing_on, today, words_of_flags
from lib.services.access import Actor, Permission, permitted
from lib.store import decisions, derived
from lib.store.engine import Store, Transaction
from lib.store.flag_life import CLOSED, read_flag_log


@dataclass(frozen=True)
class PatientPage:
    """flags: open ones: rule, label, severity (word), since, instrument, instrument_code, evidence, threshold, source,
    clears_when, policy_version, and what people did about them (_flag_states.add_states). persisting: what item 9 adds to the
    last closing, in words, or nothing. n_unreadable: forms that wait because nobody could read them. closings: what named
    people closed: happened_at, actor, reason_code, note, rule.
    coverage: how far each rule could read, in the order of the catalogue; nothing where there is neither a form nor a course.
    story: what happened to flags, the oldest first (_flag_story.tell_story). protocols: by name.
    since_review: what the reader has not seen yet, read at the same moment as the rest.
    reading: a number that no other reading has."""

    patient_key: int
    clinic_id: str
    headline: Headline
    history: PatientHistory
    flags: pd.DataFrame
    coverage: tuple[Covered, ...]
    persisting: str
    closings: pd.DataFrame
    story: pd.DataFrame
    policy: Policy
    freshness: Freshness
    protocols: Protocols
    since_review: SinceReview
    reading: int = field(default_factory=next_reading)

    @property
    def n_unreadable(self) -> int:
        return self.history.waiting.n_unreadable


@permitted(Permission.SEE_PATIENTS)
def read_patient(
    actor: Actor, store: Store, patient_key: int, freshness: Freshness | None = None
) -> PatientPage:
    """One patient of the actor's clinics. Raises NotFoundError, with the same words for another clinic's and for nobody.

    freshness: of the actor's clinics, where it is known already; otherwise it is measured, over all their records.
    """
    with store.read() as connection:
        policy = current_policy(connection)
        as_of = today(connection)
        person = find_patient(connection, actor, patient_key)
        rows = standing_on(connection, actor, policy, as_of, patients=[patient_key])
        rows = in_order(rows, rows["instrument"].to_numpy())
        status = derive_status(rows, policy).reset_index(drop=True)
        history = build_history(connection, Subject(patient_key, person["patient_id"], as_of), status, policy)
        flags = derived.read_open_flags(connection, clinic_keys(connection, actor), [patient_key])
        history = replace(history, gone=find_gone(flags, history, policy))
        flags = add_states(connection, flags, as_of, policy, [patient_key])
        coverage = _read_coverage(connection, patient_key, history.waiting.n_unknown)
        events = _read_events(connection, patient_key)
        persisting = _say_what_persists(connection, patient_key, events, as_of, policy)
        story = tell_story(events, read_flag_log(connection, [patient_key]))
        freshness = freshness or measure_freshness(connection, actor, policy, as_of)
        since_review = read_since_review(connection, actor.name, patient_key, as_of, policy)
        asked = read_asked(decisions.read_decisions(connection, None, [patient_key]))
    return PatientPage(
        patient_key,
        person["clinic_id"],
        replace(say_headline(history, rows, policy), contraindications=say_asked(asked)),
        history,
        _describe(flags, policy),
        coverage,
        persisting,
        pick(events, events["event"].to_numpy() == CLOSED),
        story,
        policy,
        freshness,
        shipped_protocols(),
        since_review,
    )


def _read_events(connection: Transaction, patient_key: int) -> pd.DataFrame:
    """What happened to the patient's flags, the oldest first, then the closings that files brought."""
    events = derived.read_flag_events(connection, [patient_key])
    brought = read_brought_events(connection, patient_key)
    return pd.concat([events, brought], ignore_index=True) if len(brought) else events


def _say_what_persists(
    connection: Transaction, patient_key: int, events: pd.DataFrame, as_of: date, policy: Policy
) -> str:
    # Nothing adds to a closing that nobody made.
    if ITEM_9 not in events["rule"].tolist():
        return ""
    persisting = read_persisting(connection, None, as_of, policy, [patient_key])
    return " ".join(say_persisting(row) for row in rows_of(persisting))


def _read_coverage(connection: Transaction, patient_key: int, n_unread: int) -> tuple[Covered, ...]:
    kept = rows_of(derived.read_coverage(connection, None, [patient_key]))
    return spell_out(kept[0], n_unread) if kept else ()


def _describe(flags: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    flags = in_order(flags, -flags["severity"].to_numpy())
    rules, severities = flags["rule"].tolist(), flags["severity"].tolist()
    clears_when = [
        CRITICAL_CLEARING if severity == CRITICAL and rule != ITEM_9 else say_clearing(rule, policy)
        for rule, severity in zip(rules, severities, strict=True)
    ]
    said = {
        "instrument_code": flags["instrument"].to_numpy(),
        "label": typed([RULES[rule].label for rule in rules]),
        "clears_when": typed(clears_when),
    }
    return beside(flags, words_of_flags(flags, policy) | said)
