"""What the strip above the lanes says of each dose order: one word against the order before it, and the rest for the mouse."""

from dataclasses import dataclass
from datetime import datetime

from lib.charts.records import Order, Record
from lib.charts.text import lines, mg, plain, say_moment
from lib.charts.time_axis import TimeAxis


@dataclass(frozen=True)
class Mark:
    """One diamond of the strip, whatever was put on record there."""

    at: datetime
    word: str
    hover: str


def mark_orders(record: Record, time: TimeAxis) -> list[Mark]:
    """One mark an order, oldest first. An order that was never followed by a dose is still an order."""
    restarts = _find_restarts(record)
    previous: list[Order | None] = [None, *record.orders]
    return [
        _mark(order, before, time, is_restart=k in restarts)
        for k, (order, before) in enumerate(zip(record.orders, previous, strict=False))
    ]


def _mark(order: Order, before: Order | None, time: TimeAxis, *, is_restart: bool) -> Mark:
    word = "start again" if is_restart else _compare(order, before)
    return Mark(order.at, word, _describe(order, before, word, time))


def _compare(order: Order, before: Order | None) -> str:
    """What the order makes of the one before it."""
    if order.dose_mg is None:
        return "dose not recorded"
    if order.dose_mg == 0:
        return "stop"
    if before is None:
        return "start"
    if not before.dose_mg:
        return "order" if before.dose_mg is None else "start again"
    return _say_step(order, before, order.dose_mg - before.dose_mg)


def _say_step(order: Order, before: Order, change_mg: float) -> str:
    """The dose goes before the interval; an interval that was not recorded before has not changed."""
    if change_mg:
        return "up" if change_mg > 0 else "down"
    is_known = order.interval_days is not None and before.interval_days is not None
    return "interval" if is_known and order.interval_days != before.interval_days else "continue"


def _find_restarts(record: Record) -> set[int]:
    """Of each course but the first, the last order between the dose before it and its own first dose."""
    restarts = set()
    for first in record.first_doses[1:]:
        since = max(session.at for session in record.counting if session.at < first)
        between = [
            k for k, order in enumerate(record.orders) if since < order.at and order.on.date() <= first.date()
        ]
        restarts.update(between[-1:])
    return restarts


def _describe(order: Order, before: Order | None, word: str, time: TimeAxis) -> str:
    dose = "dose not recorded" if order.dose_mg is None else mg(order.dose_mg)
    was = "" if before is None or before.dose_mg is None else f" (before: {mg(before.dose_mg)})"
    every = f"every {order.interval_days:g} days" if order.interval_days else "interval not recorded"
    return lines(
        f"<b>Order: {word}</b>",
        f"{dose}, {every}{was}",
        f"{say_moment(order.at, order.is_time_known)} · {time.say_day_of_course(order.at)}",
        f"by {plain(order.clinician_id, 40)}" if order.clinician_id else "clinician not recorded",
        f"reason: {plain(order.reason, 80)}" if order.reason else "reason not recorded",
    )
