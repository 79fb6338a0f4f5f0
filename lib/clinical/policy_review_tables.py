"""The policy's table of what comes after a decision, as policy_tables has those of the rules."""

from dataclasses import dataclass

from lib.clinical.policy_tables import within


@dataclass(frozen=True)
class Decisions:
    """follow_up_days: after review-by, while an outcome is still taken. longest_days: from signing to review-by."""

    follow_up_days: int = within(0, 180)
    longest_days: int = within(7, 730)
