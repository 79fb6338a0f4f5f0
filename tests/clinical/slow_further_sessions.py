"""The slow twin of the further rules on dosing sessions and supply (docs/further_rules.md 2 and 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from slow_care import Care, Order
from slow_records import Session, days_between, moment

VITAL_SIGNS = tuple(
    [f"{name}_{when}_mmhg" for name in ("sbp", "dbp") for when in ("pre", "40", "120")]
    + ["heart_rate_pre_bpm", "spo2_min_pct"]
)


def ordered_interval(session: Session, care: Care) -> float | None:
    """“That of the last order that names one, dated on or before the session's date”."""
    orders = [order for order in care.orders if order.interval_days is not None and order.on <= session.on]
    last = max(orders, key=order_moment, default=None)
    return last.interval_days if last else None


def order_moment(order: Order) -> tuple:
    return order.on, order.at is not None, order.at.isoformat() if order.at else ""


def full_dose(session: Session) -> float:
    """“The larger of its dose and prescribed dose”."""
    return max(session.dose_mg or 0, session.readings.get("prescribed_mg", 0))


def is_too_early(sessions: Sequence[Session], care: Care) -> bool:
    """“100 × days since that session < 75 × the ordered interval”."""
    if len(sessions) < 2:
        return False
    before, latest = sessions[-2:]
    interval = ordered_interval(latest, care)
    return interval is not None and 100 * days_between(before.on, latest.on) < 75 * interval


def dose_limits(sessions: Sequence[Session], care: Care) -> str | None:
    """“Dose taken above the patient's recorded ceiling; or above the counting session before it by more than 50 mg and more
    than 50 %”; or too early."""
    if not sessions:
        return None
    dose, ceiling = sessions[-1].dose_mg or 0, care.person.dose_ceiling_mg
    is_over = ceiling is not None and dose > ceiling
    before = full_dose(sessions[-2]) if len(sessions) > 1 else None
    is_step = before is not None and dose - before > 50 and 2 * (dose - before) > before
    return "high" if is_over or is_step or is_too_early(sessions, care) else None


def low_oxygen(sessions: Sequence[Session], _care: Care) -> str | None:
    """“Lowest SpO2 < 92 %”."""
    return "high" if sessions and sessions[-1].readings.get("spo2_min_pct", 100) < 92 else None


def slow_recovery(sessions: Sequence[Session], _care: Care) -> str | None:
    """“More than 120 min after the latest end that the protocol named by the session expects”."""
    readings = sessions[-1].readings if sessions else {}
    if not {"effect_end_min", "expected_end_min"} <= set(readings):
        return None
    return "high" if readings["effect_end_min"] > readings["expected_end_min"] + 120 else None


def is_missed(sessions: Sequence[Session], *names: str) -> bool:
    """“Where an earlier counting session has one, 3 or more sessions and more than 14 days ago”."""
    for n_without, session in enumerate(reversed(sessions)):
        if any(name in session.readings for name in names):
            return n_without >= 3 and days_between(session.on, sessions[-1].on) > 14
    return False


def is_hold_off(sessions: Sequence[Session]) -> bool:
    """“Hold time < 10 or > 15 min in this session and in the last one before it with a hold time”."""
    if not sessions or "hold_min" not in sessions[-1].readings:
        return False
    holds = [session.readings["hold_min"] for session in sessions if "hold_min" in session.readings]
    return len(holds) > 1 and all(not 10 <= hold <= 15 for hold in holds[-2:])


def protocol_gaps(sessions: Sequence[Session], _care: Care) -> str | None:
    """Supervisor absent again, silence, absent once, hold time off: the most severe that holds."""
    if not sessions:
        return None
    present = [one.readings["supervisor_present"] for one in sessions if "supervisor_present" in one.readings]
    is_alone = sessions[-1].readings.get("supervisor_present") == 0
    if is_alone and present[-4:].count(0) >= 2:
        return "medium"
    if is_missed(sessions, *VITAL_SIGNS) or is_missed(sessions, "has_contact"):
        return "watch"
    return "info" if is_alone or is_hold_off(sessions) else None


def misuse_signals(sessions: Sequence[Session], care: Care, day: date) -> str | None:
    """“Medium at one kind, high at two or three”."""
    kinds = [
        is_overused(sessions, care),
        is_twice_early(sessions, care, day),
        is_refilled_early(sessions, care, day),
    ]
    return (None, "medium", "high", "high")[sum(kinds)]


def is_overused(sessions: Sequence[Session], care: Care) -> bool:
    """“The doses taken of counting sessions from the first dispensing on exceed what was dispensed”."""
    if not care.fills or any(fill.strength_mg is None for fill in care.fills):
        return False
    first = min(fill.on for fill in care.fills)
    taken = sum(session.dose_mg or 0 for session in sessions if session.on >= first)
    return taken > sum(fill.tablets * (fill.strength_mg or 0) for fill in care.fills)


def is_twice_early(sessions: Sequence[Session], care: Care, day: date) -> bool:
    """“Two counting sessions at most 84 days apart, each at less than 75 % of the ordered interval; holds until 84 days after
    the first of the latest two”."""
    early = [one.on for n, one in enumerate(sessions) if is_too_early(sessions[: n + 1], care)]
    return len(early) > 1 and any(days_between(one, day) <= 84 for one in early[:-1])


def is_refilled_early(sessions: Sequence[Session], care: Care, day: date) -> bool:
    """“On a day of dispensing after another, what had been dispensed, less what sessions before that day took up, is at least
    50 % of what was dispensed the time before. Holds until the next dispensing, at most 84 days”."""
    filled_on = sorted({fill.on for fill in care.fills})
    if len(filled_on) < 2 or days_between(filled_on[-1], day) > 84:
        return False
    earlier = [fill for fill in care.fills if fill.on < filled_on[-1]]
    if any(fill.strength_mg is None for fill in earlier):
        return False
    handed_out = {
        on: sum(f.tablets * (f.strength_mg or 0) for f in earlier if f.on == on) for on in filled_on[:-1]
    }
    used = sum(full_dose(one) for one in sessions if filled_on[0] <= one.on < filled_on[-1])
    return 2 * (sum(handed_out.values()) - used) >= handed_out[filled_on[-2]]


def integration_missed(course_sessions: Sequence[Session], care: Care, day: date) -> str | None:
    """“None of the last 4 counting sessions of the course whose third day is over (and there are 4) has a practice dated 1 to
    3 days after it; the patient has at least one practice recorded”."""
    over = [one for one in sorted(course_sessions, key=moment) if one.on + timedelta(days=3) < day]
    if len(over) < 4 or not care.practices:
        return None
    practised = {practice.on for practice in care.practices}
    followed = [any(one.on + timedelta(days=n) in practised for n in (1, 2, 3)) for one in over[-4:]]
    return None if any(followed) else "info"
