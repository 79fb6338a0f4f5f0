"""The policy's tables of a clinic's outcomes and operations: when a score is due, when a rate is too thin, a count too small."""

from dataclasses import dataclass

from lib.clinical.policy_tables import within


@dataclass(frozen=True)
class Operations:
    """return_days: within which a score after a call counts as a return."""

    return_days: int = within(1, 90)


@dataclass(frozen=True)
class Outcomes:
    """session_due_days: from the first dose, after which a score after session k is due. week_4_margin_days,
    week_12_margin_days: how far a form may lie from the day. benchmark_gad7_caseness: the entry of the published comparator.
    min_coverage_percent: below it a period is hatched. smallest_count: smaller counts are suppressed."""

    session_due_days: int = within(7, 365)
    week_4_margin_days: int = within(0, 13)
    week_12_margin_days: int = within(0, 27)
    benchmark_gad7_caseness: int = within(5, 15)
    min_coverage_percent: int = within(1, 100)
    smallest_count: int = within(1, 50)
