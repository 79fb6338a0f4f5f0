"""How the doses of a course were taken: what can explain a poor response before the dose is asked about. Counts, no verdict.

A tablet that is held for less than the page's 10 to 15 minutes gives less through the mucosa (clinical evidence 4.4,
illustrative), and what is swallowed goes another way. What is not recorded is counted as that, never as "as it should be".
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import pandas as pd

from lib.clinical.plain_rows import Row
from lib.clinical.protocols import Protocol, Protocols
from lib.clinical.rules.catalogue import EFFICACY_RULES

POOR_CATEGORIES = ("no response", "partial", "worse", "relapse")


@dataclass(frozen=True)
class Minutes:
    """A number recorded in some of the sessions; empty where it is in none."""

    values: tuple[float, ...]
    n_sessions: int

    @property
    def n_recorded(self) -> int:
        return len(self.values)

    @property
    def median(self) -> float | None:
        return median(self.values) if self.values else None


@dataclass(frozen=True)
class Answers:
    """A yes or no recorded in some of the sessions."""

    n_yes: int
    n_no: int
    n_sessions: int

    @property
    def n_unknown(self) -> int:
        return self.n_sessions - self.n_yes - self.n_no


@dataclass(frozen=True)
class Technique:
    """One course. hold_reference: the protocol whose page states a hold, or None; n_short: recorded holds below its lower end.

    Of the sessions that count: hold, swallowed, food_h, supervisor. Of all that are recorded: n_recorded = n_taken (n_partial of
    them in part) + n_missed + n_planned (planned up to today, without an outcome) + n_other (nothing said of a dose).
    """

    hold: Minutes
    hold_reference: Protocol | None
    n_short: int
    swallowed: Answers
    food_h: Minutes
    supervisor: Answers
    n_recorded: int
    n_taken: int
    n_partial: int
    n_missed: int
    n_planned: int

    @property
    def n_other(self) -> int:
        return self.n_recorded - self.n_taken - self.n_missed - self.n_planned


def find_poor_statuses(status: Sequence[Row]) -> list[Row]:
    """Those of PatientHistory.status_rows that are short of response by PHQ-9, also a last known one."""
    return [row for row in status if row["instrument"] == "PHQ-9" and row["category"] in POOR_CATEGORIES]


def is_response_poor(status: Sequence[Row], open_rules: Iterable[str]) -> bool:
    """Whether a PHQ-9 category is short of response, also a last known one, or a flag on the response is open."""
    return bool(find_poor_statuses(status)) or not set(EFFICACY_RULES).isdisjoint(open_rules)


def summarise_technique(sessions: Sequence[Row], protocols: Protocols) -> Technique | None:
    """The current course of PatientHistory.session_rows; None where no session counts."""
    current = next((row["course"] for row in reversed(sessions) if row["counts"]), None)
    if current is None:
        return None
    course = [row for row in sessions if row["course"] == current]
    taken = [row for row in course if row["counts"]]
    hold = _minutes(taken, "hold_min")
    # The page that states a hold serves every tablet under the tongue, and is named where it does.
    reference = next((one for one in protocols.values() if one.hold_min), None)
    shortest = reference.hold_min.low if reference and reference.hold_min else 0
    statuses = Counter(row["status"] for row in course if not row["counts"])
    return Technique(
        hold=hold,
        hold_reference=reference,
        n_short=sum(value < shortest for value in hold.values),
        swallowed=_answers(taken, "swallowed"),
        food_h=_minutes(taken, "food_h"),
        supervisor=_answers(taken, "supervisor_present"),
        n_recorded=len(course),
        n_taken=len(taken),
        n_partial=sum(row["status"] == "partial" for row in taken),
        n_missed=statuses["missed"],
        n_planned=statuses["planned"],
    )


def _minutes(taken: Sequence[Row], name: str) -> Minutes:
    return Minutes(tuple(float(value) for value in _known(taken, name)), len(taken))


def _answers(taken: Sequence[Row], name: str) -> Answers:
    counts = Counter(map(bool, _known(taken, name)))
    return Answers(counts[True], counts[False], len(taken))


def _known(rows: Sequence[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if not pd.isna(row[name])]
