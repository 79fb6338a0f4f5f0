"""Whether PHQ-9 was used in each third of a year in which a patient with depression was seen (HEDIS DMS-E-like)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np

from lib.clinical.outcomes.care_facts import CareFacts
from lib.clinical.outcomes.diagnosis_groups import DEPRESSION
from lib.clinical.outcomes.followed import YOUNGEST, exclude
from lib.clinical.outcomes.index_rules import HEDIS_GROUPS, date_of, day_number
from lib.clinical.outcomes.measures import ELIGIBLE, MISSING_FAILS, Measure, Step
from lib.clinical.outcomes.reported import (
    SAY_ENCOUNTER,
    Reported,
    eligible,
    exclusions,
    leave,
)
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.wording import say_span

VERSION = "HEDIS-DMS-E-like, MY {year}, CQL 2019"
_MONTHS = 4


@dataclass(frozen=True)
class Seen:
    """One entry a patient, of one third of a year. out: by an exit's name, who leaves by it. has_form: a valid PHQ-9 in it."""

    patient: Ints
    out: Mapping[str, Bools]
    has_form: Bools

    def __len__(self) -> int:
        return len(self.patient)


def thirds(year: int) -> list[tuple[int, int]]:
    """January to April, May to August, September to December: first and last days, since 1970-01-01."""
    days = [day_number(date(year, 1 + month, 1)) for month in range(0, 12, _MONTHS)]
    return list(zip(days, [*(day - 1 for day in days[1:]), day_number(date(year, 12, 31))], strict=True))


def look_at(facts: CareFacts, year: int, first: int, last: int) -> Seen:
    begin, end = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    gone_on = np.where(facts.ended_on == NONE, facts.died_on, facts.ended_on)
    out = {
        "never-seen": ~facts.has_key(facts.encounters, NONE, last),
        "ended": (gone_on != NONE) & (gone_on < first),
        "no-diagnosis": ~facts.has_diagnosis(DEPRESSION, first, last),
        "young": facts.is_younger(YOUNGEST, begin),
        **exclude(facts, HEDIS_GROUPS, begin, end),
        "not-due": np.full(len(facts), last > facts.as_of),
        "no-encounter": ~facts.has_key(facts.encounters_with(DEPRESSION), first, last),
    }
    return Seen(facts.patient, out, facts.has_key(facts.looks.key, first, last))


def report_monitoring(facts: CareFacts, year: int) -> list[Reported]:
    """One measure each third of a measurement year."""
    return [_report(facts, year, number, *third) for number, third in enumerate(thirds(year))]


def _report(facts: CareFacts, year: int, number: int, first: int, last: int) -> Reported:
    when = say_span(date_of(first), date_of(last))
    exits = _exits(when, year)
    measure = Measure(
        name="dms_phq9_used",
        version=VERSION.format(year=year),
        title="PHQ-9 in a third of the year (DMS-E-like, not certified)",
        start=f"everybody on record; {SAY_ENCOUNTER}",
        window=when,
        source="HEDIS DMS-E (cqframework/hedis-ig, dms-logic.cql)",
        exits=exits,
        met=Step("used", f"a valid PHQ-9 {when}", lambda of: of.has_form & ~of.out["no-encounter"]),
        missing=Step("missing", "in treatment, and not seen", lambda of: of.out["no-encounter"]),
        # Whoever stays away in that time is in no denominator of HEDIS: the bounds count them, or a clinic would do the better
        # the more patients it lost.
        leaves=MappingProxyType({ELIGIBLE: eligible(exits), MISSING_FAILS: eligible(exits, "no-encounter")}),
        bound_by=MISSING_FAILS,
    )
    return Reported(measure, look_at(facts, year, first, last), f"months_{4 * number + 1}_{4 * number + 4}")


def _exits(when: str, year: int) -> tuple[Step, ...]:
    return (
        leave("never-seen", "no encounter yet"),
        leave("ended", "treatment ended before"),
        leave("no-diagnosis", f"no {DEPRESSION.words} {when}"),
        leave("young", f"known to be below {YOUNGEST} on 1 Jan {year}"),
        *exclusions(HEDIS_GROUPS, f"by the end of {year} (death: ours)"),
        leave("not-due", "the time is not over yet"),
        leave("no-encounter", f"no encounter {when} with it"),
    )
