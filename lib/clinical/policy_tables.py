"""The tables of a policy: which numbers there are, and the range outside which each cannot be meant."""

from dataclasses import dataclass, field
from typing import Any

BASELINE_RULES = ("last_before_dose", "first_assessment", "worst_in_30_days")


@dataclass(frozen=True)
class Between:
    """The numbers from one to another, both allowed; tests and sentences ask for its ends as of a range."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __getitem__(self, end: int) -> float:
        return (self.low, self.high)[end]


def within(low: int, high: int) -> Any:
    """A whole number of the policy and the range outside which it cannot be meant."""
    return field(metadata={"allowed": range(low, high + 1)})


def within_decimal(low: float, high: float) -> Any:
    """A number with or without decimals, kept as a float, and the range outside which it cannot be meant."""
    return field(metadata={"allowed": Between(low, high)})


def one_of(*words: str) -> Any:
    return field(metadata={"allowed": words})


@dataclass(frozen=True)
class Courses:
    gap_days: int = within(7, 730)
    in_treatment_days: int = within(7, 730)


@dataclass(frozen=True)
class Baseline:
    rule: str = one_of(*BASELINE_RULES)
    window_days: int = within(0, 365)
    stale_after_days: int = within(0, 365)


@dataclass(frozen=True)
class Categories:
    phq9_caseness: int = within(1, 27)
    gad7_caseness: int = within(1, 21)
    phq9_reliable_change: int = within(1, 27)
    gad7_reliable_change: int = within(1, 21)
    remission_below: int = within(1, 10)
    response_percent: int = within(1, 100)
    partial_percent: int = within(1, 100)
    too_early_days: int = within(0, 90)
    current_days: int = within(1, 365)
    confirm_days: int = within(1, 90)
    phq9_relapse_total: int = within(1, 27)
    phq9_relapse_rise: int = within(1, 27)
    gad7_relapse_total: int = within(1, 21)
    gad7_relapse_rise: int = within(1, 21)


@dataclass(frozen=True)
class Scoring:
    phq9_max_missing: int = within(0, 2)
    gad7_max_missing: int = within(0, 2)


@dataclass(frozen=True)
class Regimen:
    daily_min_sessions: int = within(2, 60)
    daily_interval_days: int = within(1, 14)


@dataclass(frozen=True)
class Display:
    chart_gap_days: int = within(1, 365)
    silent_after_days: int = within(1, 365)
    plasticity_from_h: int = within(0, 336)
    plasticity_to_h: int = within(1, 336)
    dissociation_shown_from: int = within(1, 10)


@dataclass(frozen=True)
class ExpectedCourse:
    min_patients: int = within(10, 1_000)
    folds: int = within(2, 20)
    max_session: int = within(1, 60)
    min_days_after: int = within(0, 28)
    max_days_after: int = within(1, 84)
    pooled_offset_points: int = within(1, 27)


@dataclass(frozen=True)
class SuicidalityItem9:
    critical_at: int = within(1, 3)


@dataclass(frozen=True)
class Item9NotAnswered:
    """Has no number of its own."""


@dataclass(frozen=True)
class ReliableDeterioration:
    phq9_marked_rise: int = within(1, 27)
    gad7_marked_rise: int = within(1, 21)


@dataclass(frozen=True)
class NonImprover:
    min_fall_points: int = within(1, 27)
    min_fall_percent: int = within(1, 100)
    min_days: int = within(0, 365)
    min_sessions: int = within(1, 60)
    min_latest: int = within(0, 27)


@dataclass(frozen=True)
class NonResponder:
    min_days: int = within(0, 365)
    min_days_with_sessions: int = within(0, 365)
    min_sessions: int = within(1, 60)
    min_latest: int = within(0, 27)


@dataclass(frozen=True)
class Gad7NonResponse:
    min_fall_points: int = within(1, 21)
    min_days: int = within(0, 365)
    min_sessions: int = within(1, 60)


@dataclass(frozen=True)
class Relapse:
    """Its numbers stand in the table of categories."""


@dataclass(frozen=True)
class BloodPressure:
    watch_systolic: int = within(100, 250)
    watch_diastolic: int = within(60, 150)
    high_systolic: int = within(100, 250)
    high_diastolic: int = within(60, 150)
    rise_systolic: int = within(5, 150)
    rise_diastolic: int = within(5, 100)
    critical_systolic: int = within(100, 300)
    critical_diastolic: int = within(60, 200)


@dataclass(frozen=True)
class Sedation:
    high_at: int = within(0, 5)
    critical_at: int = within(0, 5)


@dataclass(frozen=True)
class NoRecentScore:
    after_days: int = within(7, 365)
    later_after_days: int = within(7, 365)
    later_from_day: int = within(7, 730)


@dataclass(frozen=True)
class NotAssessable:
    after_days: int = within(0, 365)


@dataclass(frozen=True)
class Pharmacokinetics:
    """One compartment, first-order absorption, for 70 kg; `_f`: the fraction of the dose that is absorbed."""

    volume_l: float = within_decimal(50, 1000)
    clearance_l_h: float = within_decimal(10, 300)
    clearance_exponent: float = within_decimal(0, 2)
    sublingual_f: float = within_decimal(0.01, 1)
    sublingual_f_low: float = within_decimal(0.01, 1)
    sublingual_f_high: float = within_decimal(0.01, 1)
    sublingual_f_cv_percent: float = within_decimal(1, 200)
    sublingual_absorption_per_h: float = within_decimal(0.1, 60)


@dataclass(frozen=True)
class Anaesthesia:
    """What a session's exposure is compared with, as published; no target and no limit."""

    iv_low_mg_per_kg: float = within_decimal(0.1, 20)
    iv_usual_mg_per_kg: float = within_decimal(0.1, 20)
    iv_high_mg_per_kg: float = within_decimal(0.1, 20)
    level_low_ng_ml: float = within_decimal(10, 20_000)
    level_high_ng_ml: float = within_decimal(10, 20_000)
