"""One patient's frames as typed rows: a figure walks a few dozen records, and None says "not recorded" plainly."""

from dataclasses import dataclass
from datetime import datetime

from lib.charts.typed_rows import read_rows
from lib.clinical.history import PatientHistory, WaitingForms
from lib.clinical.plain_rows import rows_of
from lib.clinical.pressure import MOMENTS, Reading

PRORATED, BY_STAFF = "p", "s"


@dataclass(frozen=True, slots=True)
class Form:
    """One assessment; the fields are columns of PatientHistory.assessments."""

    instrument: str
    on: datetime
    at: datetime
    is_time_known: bool
    total: int | None
    total_low: int | None
    total_high: int | None
    is_prorated: bool | None
    n_missing: int | None
    item_9: int | None
    has_items: bool | None
    is_in_force: bool | None
    is_before_first_dose: bool | None
    entered_by: str | None
    record: int | None

    @property
    def is_by_staff(self) -> bool:
        return self.entered_by == "staff"

    @property
    def mark(self) -> str:
        """What stands beside the point: p for a prorated total, s for one that staff entered."""
        return " ".join([PRORATED] * bool(self.is_prorated) + [BY_STAFF] * self.is_by_staff)


@dataclass(frozen=True, slots=True)
class Session:
    """One dosing session; the fields are columns of PatientHistory.dosing_sessions."""

    on: datetime
    at: datetime
    is_time_known: bool
    counts: bool
    number: int | None
    course: int | None
    status: str | None
    dose_mg: float | None
    prescribed_mg: float | None
    dose_mg_per_kg: float | None
    sbp_pre_mmhg: float | None
    dbp_pre_mmhg: float | None
    sbp_40_mmhg: float | None
    dbp_40_mmhg: float | None
    sbp_120_mmhg: float | None
    dbp_120_mmhg: float | None
    sedation_moaas: float | None
    dissociation_0_10: float | None
    ae_asked: bool | None
    supervisor_present: bool | None
    note: str | None

    @property
    def pressures(self) -> tuple[Reading, ...]:
        before, early, late = MOMENTS.values()
        return (
            (before, self.sbp_pre_mmhg, self.dbp_pre_mmhg),
            (early, self.sbp_40_mmhg, self.dbp_40_mmhg),
            (late, self.sbp_120_mmhg, self.dbp_120_mmhg),
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One dose order; the fields are columns of PatientHistory.dose_orders."""

    on: datetime
    at: datetime
    is_time_known: bool
    dose_mg: float | None
    interval_days: float | None
    clinician_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    on: datetime
    at: datetime
    is_time_known: bool
    term: str | None
    severity: str | None
    is_serious: bool | None
    action_taken: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Integration:
    """One integration practice; the fields are columns of PatientHistory.integration_events."""

    on: datetime
    at: datetime
    is_time_known: bool
    practice: str | None
    minutes: float | None
    tags: str | None


@dataclass(frozen=True, slots=True)
class LifeEvent:
    on: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Medication:
    """`on` is None where the start was not recorded."""

    on: datetime | None
    name: str | None
    class_: str | None
    ended_on: datetime | None


@dataclass(frozen=True, slots=True)
class Record:
    """All rows of a patient that a chart draws, oldest first. waiting: forms that were not taken."""

    forms: list[Form]
    sessions: list[Session]
    orders: list[Order]
    adverse_events: list[AdverseEvent]
    integrations: list[Integration]
    events: list[LifeEvent]
    medications: list[Medication]
    waiting: WaitingForms

    @property
    def counting(self) -> list[Session]:
        return [session for session in self.sessions if session.counts]

    @property
    def moments(self) -> list[datetime]:
        """When anything of the treatment happened; neither an event nor a medication of years ago stretches the axis."""
        timed = [row.at for rows in (self.forms, self.sessions, self.adverse_events) for row in rows]
        return timed + [order.on for order in self.orders] + self.waiting.every_moment

    @property
    def first_doses(self) -> tuple[datetime, ...]:
        """The first counting session of each course."""
        first: dict[int, datetime] = {}
        for session in self.counting:
            first.setdefault(session.course or 1, session.at)
        return tuple(sorted(first.values()))


def read_record(history: PatientHistory) -> Record:
    return Record(
        read_rows(history.form_rows, Form),
        read_rows(history.session_rows, Session),
        read_rows(rows_of(history.dose_orders), Order),
        read_rows(history.event_rows, AdverseEvent),
        read_rows(history.practice_rows, Integration),
        read_rows(rows_of(history.events), LifeEvent),
        read_rows(rows_of(history.medications), Medication),
        history.waiting,
    )
