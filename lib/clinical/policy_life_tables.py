"""The policy's table of the life of a flag (docs/further_rules.md, section 7)."""

from dataclasses import dataclass

from lib.clinical.policy_tables import within


@dataclass(frozen=True)
class FlagLife:
    reassess_days: int = within(1, 365)
    snooze_max_days: int = within(1, 365)
    wrong_max_days: int = within(1, 365)
    escalate_after_hours: int = within(1, 168)
    look_back_days: int = within(1, 365)
