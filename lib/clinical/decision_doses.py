"""The doses typed in a decision beside those on record: what is asked before it is signed. Nothing here proposes a dose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.clinical.decision_answers import Answers
from lib.clinical.policy import Policy
from lib.clinical.rules.dose_limits import is_large_step
from lib.clinical.wording import say_day

# Two doses are the same when they differ by less: numbers of files pass through decimals.
SAME_DOSE_MG = 0.005


@dataclass(frozen=True)
class Dose:
    mg: float
    words: str


@dataclass(frozen=True)
class DosesOnRecord:
    """known: what an old dose may be; a step counts from the first. ceiling_mg: the patient's own, None: not recorded."""

    known: tuple[Dose, ...] = ()
    ceiling_mg: float | None = None


def find_doses(patient: pd.Series, sessions: pd.DataFrame, orders: pd.DataFrame) -> DosesOnRecord:
    """Of the last session and the last order. patient: of patients.csv, or empty. sessions: counting ones: on, dose_mg,
    prescribed_mg; orders: on, dose_mg; both the oldest first."""
    known = []
    if len(sessions):
        last = sessions.iloc[-1]
        taken, prescribed = last["dose_mg"], last["prescribed_mg"]
        known = [_say_dose(taken, "taken", last["on"])]
        if pd.notna(prescribed) and prescribed != taken:
            known.append(_say_dose(prescribed, "prescribed", last["on"]))
        # Half of a prescribed tablet was taken: the whole one is no step (further_rules.md 2).
        known.sort(key=lambda dose: -dose.mg)
    if len(orders):
        order = orders.iloc[-1]
        ordered = _say_dose(order["dose_mg"], "ordered", order["on"])
        # What was ordered since is lower: from there a step counts.
        is_lower = known and order["on"] >= sessions.iloc[-1]["on"] and ordered.mg < known[0].mg
        known.insert(0 if is_lower else len(known), ordered)
    ceiling = patient.get("dose_ceiling_mg")
    return DosesOnRecord(tuple(known), None if pd.isna(ceiling) else float(ceiling))


def _say_dose(mg: float, what: str, on: date) -> Dose:
    return Dose(float(mg), f"{mg:g} mg {what} on {say_day(on)}")


def ask_about_doses(answers: Answers, on_record: DosesOnRecord, policy: Policy) -> list[str]:
    """Why a new dose has to be typed once more: an old one that is not on record, a ceiling or a step that it passes. Empty where
    there is no new dose, and of what is not on record."""
    return list(_find_questions(answers, on_record, policy)) if answers.new_dose_mg is not None else []


def _find_questions(answers: Answers, on_record: DosesOnRecord, policy: Policy) -> Iterator[str]:
    old, new = answers.old_dose_mg, answers.new_dose_mg or 0.0
    known = on_record.known
    if known and old is not None and all(abs(old - dose.mg) >= SAME_DOSE_MG for dose in known):
        yield f"Old dose {old:g} mg: on record is {' and '.join(dose.words for dose in known)}."
    if on_record.ceiling_mg is not None and new > on_record.ceiling_mg:
        yield f"New dose {new:g} mg: above this patient's recorded ceiling of {on_record.ceiling_mg:g} mg."
    before = known[0] if known else Dose(old, f"{old:g} mg typed") if old else None
    if before and is_large_step(new, before.mg, policy):
        limits = policy.dose_limits
        yield (
            f"New dose {new:g} mg: {new - before.mg:g} mg above the {before.words}. A step above {limits.step_mg} mg and "
            f"{limits.step_percent} % is asked about."
        )


def is_typed_again(answers: Answers) -> bool:
    """Whether the new dose was typed a second time, and is the same."""
    new, again = answers.new_dose_mg, answers.new_dose_again_mg
    return new is not None and again is not None and abs(new - again) < SAME_DOSE_MG
