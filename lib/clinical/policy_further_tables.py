"""The policy's tables of the further rules (docs/further_rules.md), as policy_tables has those of the first."""

from dataclasses import dataclass

from lib.clinical.policy_tables import within


@dataclass(frozen=True)
class EarlyWatch:
    """What counts as not improved stands in the table of non_improver."""

    min_days: int = within(0, 365)
    min_sessions: int = within(1, 60)
    min_latest: int = within(0, 27)


@dataclass(frozen=True)
class PartialAndFlat:
    flat_points: int = within(0, 10)
    min_span_days: int = within(1, 90)
    min_days: int = within(0, 365)
    min_sessions: int = within(1, 60)


@dataclass(frozen=True)
class WorseningWithoutBaseline:
    """The rise is the reliable change of the table of categories; the marked one that of reliable_deterioration."""

    window_days: int = within(7, 365)


@dataclass(frozen=True)
class DiscordantInstruments:
    max_days_apart: int = within(0, 90)


@dataclass(frozen=True)
class OffExpectedCourse:
    """Bands as of the expected course, in per cent of the patients. Whom it is read from stands in that table."""

    watch_band_percent: int = within(50, 98)
    medium_band_percent: int = within(50, 99)
    min_days: int = within(0, 365)
    min_latest: int = within(0, 27)


@dataclass(frozen=True)
class DoseLimits:
    """The ceiling is the patient's own, and the interval the one that was ordered."""

    step_mg: int = within(1, 1000)
    step_percent: int = within(1, 500)
    min_interval_percent: int = within(1, 100)


@dataclass(frozen=True)
class ProtocolGaps:
    shortest_hold_min: int = within(0, 60)
    longest_hold_min: int = within(1, 60)
    alone_sessions: int = within(1, 10)
    alone_within: int = within(1, 60)
    silent_sessions: int = within(1, 60)
    silent_days: int = within(0, 365)


@dataclass(frozen=True)
class LowOxygen:
    high_below_pct: int = within(70, 100)


@dataclass(frozen=True)
class SlowRecovery:
    """The expected end is the protocol's that a session names."""

    after_end_min: int = within(0, 1440)


@dataclass(frozen=True)
class Tolerability:
    recent_days: int = within(1, 365)


@dataclass(frozen=True)
class UrinarySymptoms:
    """Has no number of its own."""


@dataclass(frozen=True)
class LiverEnzymes:
    times_upper_limit: int = within(1, 20)


@dataclass(frozen=True)
class Benzodiazepine:
    """Has no number of its own."""


@dataclass(frozen=True)
class MisuseSignals:
    """How much too early a dose is stands in the table of dose_limits."""

    early_within_days: int = within(1, 365)
    early_refill_percent: int = within(1, 100)
    refill_days: int = within(1, 365)


@dataclass(frozen=True)
class IntegrationMissed:
    sessions: int = within(1, 60)
    from_day: int = within(0, 30)
    to_day: int = within(0, 30)


@dataclass(frozen=True)
class InPersonDue:
    after_days: int = within(1, 1000)


@dataclass(frozen=True)
class Queue:
    """What holds the queue's noise down; `flags` prints what the rules find."""

    not_assessable_wait_days: int = within(0, 60)
