"""Where each patient's dose review stands: new, in review, decided, follow-up due or closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib.clinical.decision_records import CLOSED, FOLLOW_UP_DUE, NO_DOSE, NOT_MET
from lib.clinical.decision_words import say_state
from lib.clinical.dose_review import DOSE_REVIEW, SAFETY_NOW, classify_card, select_queue_flags
from lib.clinical.plain_rows import rows_of
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import MEDIUM
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._flag_marks import is_among, read_marks
from lib.services._followed import follow
from lib.store import decisions, derived
from lib.store.engine import Transaction

NEW, IN_REVIEW, NO_REVIEW = "new", "in review", "no review"
STARTED, LEFT = "started", "left"
FOLLOW_UP, HOLD_BROKEN = "Follow-up due", "Dose taken during a hold"
STOP_BROKEN = "Dose taken after a stop"
_OF_FLAG = ("patient_key", "rule", "instrument", "severity", "since")
# Among the others, after safety, deterioration and non-response.
_URGENCY = 3


@dataclass(frozen=True)
class ReviewState:
    """state: NEW, IN_REVIEW, one of decision_records.STATES or NO_REVIEW. reviewer, started_at: of who reviews now. decision: the
    row of the newest decision (columns of _followed.follow), or None. due: why it waits for somebody, or ""."""

    state: str
    reviewer: str = ""
    started_at: int = 0
    decision: dict[str, Any] | None = None
    due: str = ""


NO_STATE = ReviewState(NO_REVIEW)


def read_states(
    connection: Transaction,
    clinics: Sequence[int] | None,
    as_of: date,
    policy: Policy,
    patients: Iterable[int] | None = None,
    *,
    followed: pd.DataFrame | None = None,
) -> dict[int, ReviewState]:
    """By patient key, of everyone with a flag on Safety now or Dose review, a review or a decision. followed: their decisions
    and what became of them (_followed.follow), where that is known already."""
    chosen = None if patients is None else list(patients)
    flags = derived.read_open_flags(connection, clinics, chosen)
    flags = select_queue_flags(flags)
    followed = _read_followed(connection, clinics, as_of, policy, chosen) if followed is None else followed
    newest = _newest_of(followed)
    events = decisions.read_review_events(connection, clinics, chosen)
    reviews = {int(row["patient_key"]): row for row in rows_of(events) if row["event"] in (STARTED, LEFT)}
    open_flags: dict[int, list[dict]] = {}
    for flag, card in zip(rows_of(flags, _OF_FLAG), classify_card(flags).tolist(), strict=True):
        if card in (SAFETY_NOW, DOSE_REVIEW):
            open_flags.setdefault(int(flag["patient_key"]), []).append(flag)
    return {
        key: _state(open_flags.get(key, []), reviews.get(key), newest.get(key))
        for key in sorted({*open_flags, *reviews, *newest})
    }


def _read_followed(
    connection: Transaction,
    clinics: Sequence[int] | None,
    as_of: date,
    policy: Policy,
    patients: list[int] | None,
) -> pd.DataFrame:
    signed = decisions.read_decisions(connection, clinics, patients)
    return follow(connection, signed, _clock.day_number(as_of), policy)


def _newest_of(followed: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """By patient key the newest decision and what became of it: columns of _followed.follow."""
    return {int(row["patient_key"]): row for row in rows_of(followed)}


def _state(flags: list[dict], review: dict | None, decision: dict | None) -> ReviewState:
    due = _say_due(decision) if decision else ""
    if review and review["event"] == STARTED and not _is_over(review, decision):
        return ReviewState(IN_REVIEW, review["actor"], int(review["happened_at"]), decision, due)
    known = read_marks(decision["flags"]) if decision else {}
    is_new = any(not is_among(flag, known) for flag in flags)
    if decision and (decision["state"] == FOLLOW_UP_DUE or not is_new):
        return ReviewState(decision["state"], decision=decision, due=due)
    return ReviewState(NEW if is_new else NO_REVIEW, decision=decision, due=due)


def _is_over(review: dict, decision: dict | None) -> bool:
    """A decision that was signed after the start ends the review."""
    return decision is not None and decision["signed_at"] >= review["happened_at"]


def _say_due(decision: dict) -> str:
    if decision["state"] == FOLLOW_UP_DUE:
        return FOLLOW_UP
    is_broken = (decision["state"], decision["outcome"]) == (CLOSED, NOT_MET)
    if not is_broken or decision["effect"]["target"] != NO_DOSE:
        return ""
    return STOP_BROKEN if decision["is_stop"] else HOLD_BROKEN


def read_due(
    connection: Transaction, clinics: Sequence[int] | None, as_of: date, policy: Policy
) -> pd.DataFrame:
    """Patients whose newest decision waits for somebody, as rows of the queue beside those of flags: patient_key, reason,
    waiting (days), card, severity, urgency."""
    newest = _newest_of(_read_followed(connection, clinics, as_of, policy, None))
    due = {key: said for key in sorted(newest) if (said := _say_due(newest[key]))}
    since = [newest[key]["review_by" if said == FOLLOW_UP else "settled_on"] for key, said in due.items()]
    today = _clock.day_number(as_of)
    return pd.DataFrame(
        {
            "patient_key": list(due),
            "reason": list(due.values()),
            "waiting": [today - int(day) for day in since],
            "card": DOSE_REVIEW,
            "severity": MEDIUM,
            "urgency": _URGENCY,
        }
    ).astype({"patient_key": "int64", "waiting": "int64", "severity": "int64", "urgency": "int64"})


def say_short(state: ReviewState) -> str:
    """For a list: New · In review by dr-x since 28 Nov 2026 · Decided 3 Nov 2026 · Follow-up due since 3 Nov 2026 · Closed: …"""
    if state.state == IN_REVIEW:
        day = say_day(_clock.day_of_second(state.started_at))
        return f"In review by {state.reviewer} since {day}"
    if state.decision is None or state.state == NEW:
        return "New" if state.state == NEW else "–"
    if state.state == CLOSED:
        return f"Closed: {state.decision['outcome']}"
    return say_state(state.decision)
