"""The policy's tables of files and of data quality: when a file is held whole, and when a check of the records has failed."""

from dataclasses import dataclass

from lib.clinical.policy_tables import within


@dataclass(frozen=True)
class Imports:
    """A file is held whole that has so much fewer rows than the last one of its source, where that had enough of them."""

    shrink_percent: int = within(1, 100)
    shrink_from_rows: int = within(1, 1_000_000)


@dataclass(frozen=True)
class Quality:
    """What the checks look for. waiver_max_days: how long a failing row may be let stand at once."""

    same_answers_forms: int = within(3, 20)
    jump_points: int = within(5, 27)
    jump_days: int = within(0, 60)
    same_vitals_sessions: int = within(3, 50)
    weight_percent: int = within(1, 100)
    weight_days: int = within(1, 365)
    plan_days: int = within(0, 365)
    waiting_days: int = within(0, 365)
    waiver_max_days: int = within(1, 730)


@dataclass(frozen=True)
class QualityLimits:
    """By check (quality_checks.CHECKS): the share of failing rows, in per cent, above which it has failed."""

    no_baseline: int = within(0, 100)
    stale_baseline: int = within(0, 100)
    after_end: int = within(0, 100)
    no_session: int = within(0, 100)
    no_clinician: int = within(0, 100)
    no_clinic: int = within(0, 100)
    same_person: int = within(0, 100)
    no_total: int = within(0, 100)
    item_9_blank: int = within(0, 100)
    prorated: int = within(0, 100)
    total_only: int = within(0, 100)
    near_name: int = within(0, 100)
    outside_life: int = within(0, 100)
    same_answers: int = within(0, 100)
    big_jump: int = within(0, 100)
    no_pre_dose_pressure: int = within(0, 100)
    no_prescribed_dose: int = within(0, 100)
    same_vitals: int = within(0, 100)
    too_close: int = within(0, 100)
    past_plan: int = within(0, 100)
    weight_change: int = within(0, 100)
    waiting_row: int = within(0, 100)
