"""The policy's tables of decisions: what comes after one, what is looked up beside it, and what became of flags."""

from dataclasses import dataclass

from lib.clinical.policy_tables import within, within_decimal


@dataclass(frozen=True)
class Decisions:
    """follow_up_days: after review-by, while an outcome is still taken. longest_days: from signing to review-by."""

    follow_up_days: int = within(0, 180)
    longest_days: int = within(7, 730)


@dataclass(frozen=True)
class DecisionMemory:
    """Which past decisions are neighbours, and when there are too few of them."""

    min_neighbours: int = within(8, 100)
    caliper_sd: float = within_decimal(0.1, 3)
    after_sessions: int = within(1, 12)
    within_days: int = within(7, 365)
    fall_points: int = within(1, 27)


@dataclass(frozen=True)
class FlagYield:
    """When a flag counts as acted upon, and as followed by an improvement."""

    acted_within_days: int = within(1, 365)
    improved_within_days: int = within(7, 365)
    weeks: int = within(4, 260)
