"""Dose reviews and their decisions: a named person starts, decides, signs and adds. Nothing signed is ever changed."""

import json
from dataclasses import dataclass

import pandas as pd

from lib.clinical.decision_answers import Answers
from lib.services import _clock
from lib.services._audit import About, Act, Detail, write_entry, writing
from lib.services._decision_rows import describe_answers, say_by
from lib.services._dose_questions import check_doses
from lib.services._drawn import DrawnForm, check_person, find_person
from lib.services._flag_marks import keep_flags, say_seen
from lib.services._followed import follow
from lib.services._refresh import current_policy
from lib.services._review_states import NO_STATE, ReviewState, read_states
from lib.services._signature import fingerprint
from lib.services._signing import (
    NEEDS_SIGN_IN,
    DrawnDecision,
    Signature,
    check_answers,
    check_may_sign,
    check_newest,
    check_signature,
    describe_effect,
    may_sign,
    read_seen_flags,
)
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError, Store, StoreError
from lib.services.patients import PatientPage
from lib.store import decisions
from lib.store.engine import Transaction

__all__ = [
    "NEEDS_SIGN_IN",
    "Answers",
    "DrawnDecision",
    "DrawnForm",
    "ReviewState",
    "Signature",
    "fingerprint",
]


@dataclass(frozen=True)
class PatientDecisions:
    """signed: newest first: columns of the table `decision`, effect, and those of lib.clinical.decisions.derive_outcomes.
    addenda: the oldest first. may_sign: whether this store takes signatures. last_decision: the newest one's key, 0: none."""

    identity: str
    state: ReviewState
    signed: pd.DataFrame
    addenda: pd.DataFrame
    asks_for_patient_id: bool
    may_sign: bool
    longest_days: int
    last_decision: int

    def draw(self, page: PatientPage, token: str) -> DrawnDecision:
        """A form over this page, with the flags and records that the page shows."""
        form = DrawnForm(page.patient_key, self.identity)
        import_key = page.since_review.drawn.import_key
        return DrawnDecision(form, token, self.last_decision, import_key, say_seen(page.flags))


@dataclass(frozen=True)
class Signed:
    """As it stands in the store after the press."""

    decision_key: int
    signer: str
    signed_at: int
    is_verified: bool


@permitted(Permission.SEE_PATIENTS)
def read_decisions(actor: Actor, store: Store, patient_key: int) -> PatientDecisions:
    """The review of one patient and all its decisions. Raises NotFoundError, with the same words for another clinic's patient and
    for nobody."""
    with store.read() as connection:
        person = find_person(connection, actor, patient_key)
        policy, as_of = current_policy(connection), today(connection)
        rows = decisions.read_decisions(connection, None, [patient_key])
        signed = follow(connection, rows, _clock.day_number(as_of), policy)
        states = read_states(connection, None, as_of, policy, [patient_key], followed=signed)
        return PatientDecisions(
            identity=person.identity,
            state=states.get(patient_key, NO_STATE),
            signed=signed if signed.empty else signed.iloc[::-1].reset_index(drop=True),
            addenda=decisions.read_addenda(connection, patient_key),
            asks_for_patient_id=person.asks_for_patient_id,
            may_sign=may_sign(connection, actor),
            longest_days=policy.decisions.longest_days,
            last_decision=int(rows["id"].iloc[-1]) if len(rows) else 0,
        )


@permitted(Permission.DECIDE)
def sign_decision(
    actor: Actor,
    store: Store,
    patient_key: int,
    answers: Answers,
    signature: Signature,
    *,
    drawn: DrawnDecision,
) -> Signed:
    """Sign and lock. The same form signed again is the same decision. Raises StoreError with everything that is missing, for a
    wrong patient, for flags or decisions that the form did not show, and without sign-in for patients who are not made up."""
    with store.write() as connection:
        person = check_person(connection, actor, patient_key, drawn.form)
        known = decisions.find_decision(connection, token=drawn.token)
        if known is None:
            check_may_sign(connection, actor)
            check_newest(connection, drawn)
            check_signature(person, signature)
            _save(connection, actor, answers, drawn)
        elif (known["patient_key"], known["signer"]) != (patient_key, actor.name):
            raise StoreError("This form was signed by somebody else. Open the patient's page again.")
    return _read_back(store, drawn.token)


def _save(connection: Transaction, actor: Actor, answers: Answers, drawn: DrawnDecision) -> None:
    as_of, policy = today(connection), current_policy(connection)
    flags = read_seen_flags(connection, drawn)
    check_answers(answers, as_of, policy)
    asked = check_doses(connection, answers, drawn.form.patient_key, as_of, policy)
    effect = describe_effect(connection, answers, drawn.form.patient_key, as_of, policy)
    by = say_by(connection, actor, drawn.form.patient_key)
    values = {name: by[name] for name in ("clinic_key", "patient_key", "on_day")}
    values |= {
        "token": drawn.token,
        "signer": by["actor"],
        "signed_at": by["happened_at"],
        "is_verified": int(actor.is_signed_in),
        "expected_effect": json.dumps(effect),
        "flags": keep_flags(flags),
        "policy_version": policy.version,
        "covers_import_key": drawn.import_key,
    }
    key = decisions.add_decision(connection, describe_answers(answers, asked) | values)
    sealed = fingerprint(decisions.find_decision(connection, token=drawn.token) or {})
    detail: Detail = {"n_flags": len(flags), "policy_version": policy.version, "sha256": sealed}
    about: About = {"patient_key": drawn.form.patient_key, "subject": f"decision:{key}", "detail": detail}
    write_entry(connection, actor, Act.DECIDE, **about)


def _read_back(store: Store, token: str) -> Signed:
    """What another reading of the store finds after the press."""
    with store.read() as connection:
        row = decisions.find_decision(connection, token=token)
    if row is None:
        raise StoreError("The decision was not found in the store after it was saved. Look at its history.")
    return Signed(int(row["id"]), str(row["signer"]), int(row["signed_at"]), bool(row["is_verified"]))


@permitted(Permission.DECIDE)
def add_addendum(actor: Actor, store: Store, decision_key: int, text: str, *, drawn: DrawnForm) -> None:
    """Say something more about a signed decision, as a row of its own. Raises StoreError for an empty text, and NotFoundError for
    a decision that is not this patient's."""
    if not text.strip():
        raise StoreError("Write what is to be added.")
    patient_key, subject = drawn.patient_key, f"decision:{decision_key}"
    with writing(actor, store, Act.ADD_TO_DECISION, patient_key=patient_key, subject=subject) as connection:
        check_person(connection, actor, patient_key, drawn)
        own = decisions.read_decisions(connection, None, [patient_key])
        if decision_key not in set(own["id"]):
            raise NotFoundError("This decision was not found.")
        by = say_by(connection, actor, patient_key)
        values = {name: by[name] for name in ("actor", "happened_at", "on_day")}
        values |= {"is_verified": int(actor.is_signed_in), "decision_key": decision_key}
        decisions.add_addendum(connection, {**values, "text": text.strip()})
