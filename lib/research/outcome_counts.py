"""What a cohort's outcomes come to, as counts that may leave: the measures of the page Outcomes, in one table.

The counts of an instrument at a time point are one network (lib/clinical/small_cells.py): people go through response, remission,
improvement and deterioration one after another, so that no count of one measure tells a small one of another.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.response_measures import count_measures
from lib.clinical.policy import Policy
from lib.clinical.small_cells import Flow
from lib.research.aggregates import Name, Rounding, make_table, tell_together
from lib.research.table import ExportTable

# Measures of those at caseness, and of everybody due.
_OF_CASES, _OF_ALL = ("response", "remission"), ("reliable_improvement", "deterioration")
_LABELS = MappingProxyType(
    {
        "measure": "measure (definitions.md)",
        "due": "people due at the time point whom the measure counts",
        "met": "of those due, met the measure",
        "not_met": "of those due, have both scores and did not meet it",
        "missing": "of those due, lack a score",
        "percent_of_due": "met, of those due, from the rounded counts: a missing score counts as not met",
        "percent_of_known": "met, of those due who have both scores, from the rounded counts",
    }
)
_COLUMNS = ("instrument", "time_point", *_LABELS)


def describe_outcomes(facts: Facts, n_people: int, policy: Policy, rounding: Rounding) -> ExportTable:
    """outcomes: instrument, time_point, and the columns of _LABELS; percents are empty where a count of theirs is hidden. facts:
    one course a person, of both instruments. n_people: with those who began none."""
    rows = [
        row
        for one in BY_CODE
        for time_point in TIME_POINTS
        for row in _describe(Asked(one.code, time_point, policy), facts, n_people, rounding)
    ]
    return make_table("outcomes", "Outcomes of the course that is looked at", _COLUMNS, rows, _LABELS)


def _describe(asked: Asked, facts: Facts, n_people: int, rounding: Rounding) -> Iterator[tuple[str, ...]]:
    counted = count_measures(asked, facts, MISSING_FAILS)
    said = tell_together(dict(_gather_flows(counted, n_people)), rounding)
    for of, names in (("cases", _OF_CASES), ("all", _OF_ALL)):
        due, known = said[of, "due"], said[of, "known"]
        for name in names:
            met = said[name, "met"]
            counts = (due, met, said[name, "not met"], said[of, "missing"])
            yield (
                asked.name,
                asked.time_point,
                name,
                *counts,
                _say_percent(met, due),
                _say_percent(met, known),
            )


def _say_percent(n: str, total: str) -> str:
    """Of rounded counts; empty where one is hidden, or nobody is counted."""
    if not (n.isdigit() and total.isdigit()) or not int(total):
        return ""
    return f"{100 * int(n) / int(total):.1f}"


def _gather_flows(counted: Mapping[str, Counted], n_people: int) -> Iterator[tuple[Name, Flow]]:
    """Those due are below caseness or at it, and lack a score or not; who has both goes by what became of them, as each measure
    has it. What is of cases is the last to be hidden: response and remission are asked for first."""
    cases, every = counted[_OF_CASES[0]], counted[_OF_ALL[0]]
    known, all_known = cases.met + cases.not_met, every.met + every.not_met
    yield ("all", "not due"), Flow("in", "out", n_people - every.total)
    yield ("all", "due"), Flow("in", "due", every.total)
    yield ("low", "due"), Flow("due", "low", every.total - cases.total)
    yield ("cases", "due"), Flow("due", "cases", cases.total, is_total=True)
    yield ("low", "missing"), Flow("low", "missing", every.missing - cases.missing)
    yield ("low", "known"), Flow("low", "known", all_known - known)
    yield ("cases", "missing"), Flow("cases", "missing", cases.missing, is_total=True)
    yield ("all", "missing"), Flow("missing", "out", every.missing)
    yield ("cases", "known"), Flow("cases", "response", known, is_total=True)
    yield ("all", "known"), Flow("known", "reliable_improvement", all_known)
    ways = (("response", "remission"), ("remission", "known"), _OF_ALL, ("deterioration", "out"))
    for name, target in ways:
        yield (name, "met"), Flow(name, target, counted[name].met)
        yield (name, "not met"), Flow(name, target, counted[name].not_met)
