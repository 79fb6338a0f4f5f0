"""What the dose lane draws: steps of the prescribed dose, and what became of each dosing session."""

from dataclasses import dataclass
from datetime import datetime

from lib.charts.records import Record, Session
from lib.charts.text import lines, mg, plain, say_moment
from lib.charts.time_axis import TimeAxis

NOT_TAKEN = ("missed", "planned")


@dataclass(frozen=True)
class Step:
    """From when to when a dose held."""

    at: datetime
    until: datetime
    dose_mg: float


@dataclass(frozen=True)
class Doses:
    """`steps` are prescribed doses, from orders or else from the sessions; `taken_steps` changes in the dose taken."""

    sessions: tuple[Session, ...]
    steps: tuple[Step, ...]
    taken_steps: tuple[Step, ...]
    ceiling_mg: float | None

    @property
    def highest_mg(self) -> float:
        taken = [session.dose_mg or session.prescribed_mg or 0 for session in self.sessions]
        return max([*taken, *(step.dose_mg for step in self.steps), self.ceiling_mg or 0, 0])

    def fate(self, session: Session) -> str:
        """Taken, partial, missed, planned or not recorded."""
        if session.status in (*NOT_TAKEN, "partial"):
            return session.status
        return "taken" if session.counts else "not recorded"

    def height_mg(self, session: Session) -> float:
        """A dose taken at its height; one not taken at what was prescribed for it, or on the floor."""
        if session.counts:
            return session.dose_mg or 0
        ordered = [step.dose_mg for step in self.steps if step.at <= session.at]
        return session.prescribed_mg or (ordered[-1] if ordered else 0)

    def spacing_px(self, time: TimeAxis) -> float:
        shown = [time.px(session.at) for session in self.sessions if time.shows(session.at)]
        return (shown[-1] - shown[0]) / (len(shown) - 1) if len(shown) > 1 else 20.0


def gather_doses(
    record: Record, ceiling_mg: float | None, until: datetime, ended_on: datetime | None
) -> Doses:
    """Orders say what was prescribed until the end of treatment; without any, the sessions of each course do."""
    ordered = [(order.on, order.dose_mg) for order in record.orders if order.dose_mg is not None]
    end = min(until, ended_on or until)
    steps = _steps(ordered, end) if ordered else _steps_of_sessions(record.sessions)
    taken = [(row.at, row.dose_mg) for row in record.sessions if row.counts and row.dose_mg]
    return Doses(tuple(record.sessions), steps, _steps(taken, until), ceiling_mg)


def _steps_of_sessions(sessions: list[Session]) -> tuple[Step, ...]:
    """What was prescribed is known from a course's first session to its last, and not in between courses."""
    courses: dict[int, list[tuple[datetime, float]]] = {}
    for row in sessions:
        if row.prescribed_mg is not None:
            courses.setdefault(row.course or 0, []).append((row.at, row.prescribed_mg))
    return tuple(step for doses in courses.values() for step in _steps(doses, doses[-1][0]))


def _steps(doses: list[tuple[datetime, float]], until: datetime) -> tuple[Step, ...]:
    """One step for each dose that differs from the one before it."""
    changes = [doses[k] for k in range(len(doses)) if k == 0 or doses[k][1] != doses[k - 1][1]]
    ends = [*(at for at, _ in changes[1:]), until]
    return tuple(Step(at, max(at, end), dose) for (at, dose), end in zip(changes, ends, strict=False))


def describe_session(session: Session, time: TimeAxis) -> str:
    """What the mouse reads on a session."""
    number = f"<b>S{session.number}</b>" if session.number else f"<b>{session.status or 'not counted'}</b>"
    per_kg = f" ({session.dose_mg_per_kg:.1f} mg/kg)" if session.dose_mg_per_kg else ""
    return lines(
        f"{number} · {say_moment(session.at, session.is_time_known)} · {time.say_day_of_course(session.at)}",
        f"taken {mg(session.dose_mg)}{per_kg}" if session.dose_mg is not None and session.counts else None,
        "only part of the dose" if session.status == "partial" else None,
        f"prescribed {mg(session.prescribed_mg)}"
        if session.prescribed_mg is not None
        else "prescribed not recorded",
        *(_say_pressures(session) if session.counts else ()),
        f"sedation MOAA/S {session.sedation_moaas:g}" if session.sedation_moaas is not None else None,
        f"dissociation {session.dissociation_0_10:g}/10" if session.dissociation_0_10 is not None else None,
        f"note: {plain(session.note, 80)}" if session.note else None,
    )


def _say_pressures(session: Session) -> list[str]:
    known = [
        f"{sbp:.0f}/{dbp:.0f} {when}"
        for when, sbp, dbp in session.pressures
        if sbp is not None and dbp is not None
    ]
    return [f"BP {', '.join(known)}" if known else "BP not recorded"]
