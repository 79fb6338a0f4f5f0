"""What a score lane draws of one instrument: its forms and the current course's row of `status`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.charts.canvas import Lane
from lib.charts.expected_facts import Ribbon
from lib.charts.records import Form, Record
from lib.charts.text import lines, say_moment
from lib.charts.time_axis import TimeAxis
from lib.charts.typed_rows import present
from lib.clinical.instruments import RECALL_DAYS, Instrument
from lib.clinical.plain_rows import Row
from lib.clinical.wording import say_percent, say_short_day, say_signed


@dataclass(frozen=True)
class Scores:
    """One instrument of one patient. `points` have a total and are in force, `superseded` have one and are not.

    ribbon: the expected course, where it is asked for and there is one.
    """

    instrument: Instrument
    lane: Lane
    reliable_change: int
    points: tuple[Form, ...]
    superseded: tuple[Form, ...]
    without_total: tuple[Form, ...]
    baseline: int | None
    baseline_on: datetime | None
    is_baseline_stale: bool
    has_session: bool
    ribbon: Ribbon | None = None

    @property
    def n_forms(self) -> int:
        return len(self.points) + len(self.superseded) + len(self.without_total)

    def runs(self, gap_days: int) -> list[list[Form]]:
        """The points in order, parted where nobody knows what happened in between."""
        runs: list[list[Form]] = []
        for form in self.points:
            if runs and (form.on - runs[-1][-1].on).days <= gap_days:
                runs[-1].append(form)
            else:
                runs.append([form])
        return runs

    @property
    def baseline_at(self) -> datetime | None:
        """The moment of the baseline: of two forms of that day it is the first, the one before the dose."""
        return next((form.at for form in self.points if form.on == self.baseline_on), None)

    def change(self, form: Form) -> int | None:
        """From the current course's baseline; none for the baseline itself and for what lies before it."""
        if self.baseline is None or form.total is None or self.baseline_at is None:
            return None
        return form.total - self.baseline if form.at > self.baseline_at else None

    def say_change(self, form: Form) -> str:
        change = self.change(form)
        if change is None or self.baseline is None:
            return ""
        return say_percent(change, self.baseline) or say_signed(change)


def gather_scores(
    instrument: Instrument, lane: Lane, record: Record, status: Sequence[Row], *, reliable_change: int
) -> Scores:
    """Sort the forms of an instrument by how they are drawn, and take its baseline from `status`."""
    own = [form for form in record.forms if form.instrument == instrument.name]
    rows = [row for row in status if row["instrument"] == instrument.name]
    row = rows[-1] if rows else {}
    return Scores(
        instrument,
        lane,
        reliable_change,
        tuple(form for form in own if form.total is not None and form.is_in_force is not False),
        tuple(form for form in own if form.total is not None and form.is_in_force is False),
        tuple(form for form in own if form.total is None),
        present(row.get("baseline_total")),
        present(row.get("baseline_on")),
        bool(present(row.get("is_baseline_stale"))),
        bool(record.first_doses),
    )


def describe_form(form: Form, scores: Scores, time: TimeAxis) -> str:
    """What the mouse reads on a point."""
    band = "" if form.total is None else f" · {scores.instrument.band(form.total)}"
    head = f"<b>{form.instrument} {'without a total' if form.total is None else form.total}</b>{band}"
    change = scores.change(form)
    percent = say_percent(change, scores.baseline) if change is not None and scores.baseline else ""
    moved = f"{say_signed(change)} from baseline" if change is not None else None
    return lines(
        head,
        f"{moved} ({percent})" if moved and percent else moved,
        f"{say_moment(form.at, form.is_time_known)} · {time.say_day_of_course(form.at)}",
        _say_blanks(form),
        "another form of that day is in force" if form.is_in_force is False else None,
        f"asks about the {RECALL_DAYS} days to {say_short_day(form.on)}",
        f"entered by {form.entered_by}" if form.entered_by in ("patient", "staff") else None,
    )


def _say_blanks(form: Form) -> str | None:
    if form.n_missing is None:
        return "total only, items not collected"
    blank = f"{form.n_missing} item{'s' * (form.n_missing != 1)} blank"
    if form.total is None:
        return f"form without a total ({blank})"
    return (
        f"p: prorated, {blank}, total between {form.total_low} and {form.total_high}"
        if form.is_prorated
        else None
    )
