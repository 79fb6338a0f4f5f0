"""A made-up clinic's counts, one case for each figure: as a test reads it, and as somebody looks at it."""

from collections.abc import Callable
from datetime import date

import numpy as np
import plotly.graph_objects as go

from lib.charts.clinic.funnel import Funnel, Unit, describe_funnel, plot_funnel
from lib.charts.clinic.months import Month, RunChart, describe_run_chart, plot_run_chart
from lib.charts.clinic.survival import Reference, TimedEvent, describe_survival, plot_survival
from lib.charts.clinic.waterfall import Waterfall, describe_waterfall, plot_waterfall
from lib.charts.theme import Theme
from lib.clinical.change_steps import sort_into_steps
from lib.clinical.control_limits import measure_dispersion
from lib.clinical.intervals import Share
from lib.clinical.survival import estimate_incidence, estimate_survival

RNG = np.random.default_rng(6)
Case = tuple[object, Callable[..., go.Figure], Callable[..., str]]


def follow(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Day and cause of made-up patients who are seen weekly."""
    event, stop = RNG.exponential(60, n), RNG.exponential(130, n)
    seen = np.minimum(np.ceil(np.minimum(event, stop) / 7) * 7 + RNG.integers(0, 3, n), 180)
    cause = np.where(seen >= 180, 0, np.where(event < stop, 1, RNG.choice([0, 2], n)))
    return seen, cause


def make_survival() -> TimedEvent:
    days, cause = follow(3_000)
    return TimedEvent(
        event="first confirmed response",
        curve=estimate_survival(days, cause == 1),
        last_day=182,
        references=(
            Reference(28, 42, "4–6 weeks: source page A"),
            Reference(28, 56, "4–8 weeks: source page B"),
            Reference(0.6, 0.7, "page A: 30–40 % fail", is_share=True),
        ),
        incidence=estimate_incidence(days, cause),
        competing="treatment stopped",
    )


def make_funnel() -> Funnel:
    totals = [*RNG.integers(12, 90, 14), 140, 180, 310, 420]
    shares = [Share(int(RNG.binomial(n, 0.44)), int(n)) for n in totals]
    shares[3] = Share(int(shares[3].total * 0.9), shares[3].total)
    n, total = sum(one.n for one in shares), sum(one.total for one in shares)
    dispersion = measure_dispersion([one.n for one in shares], [one.total for one in shares], n / total)
    units = [Unit(f"C{number:02}", share) for number, share in enumerate(shares, 1)]
    hidden = [Unit("C30", None), Unit("C31", None)]
    return Funnel(
        "PHQ-9 response of those who started", "clinician", [*units, *hidden], n / total, "all", dispersion
    )


def make_months(n_months: int = 22) -> RunChart:
    months = []
    for at in range(n_months):
        on = date(2025 + at // 12, at % 12 + 1, 1)
        total = int(RNG.integers(30, 160))
        share = None if at == 4 else Share(int(RNG.binomial(total, 0.38 if at < 12 else 0.52)), total)
        months.append(Month(on, share, 0.42 if at in (2, 7) else 0.5 + 0.02 * at))
    return RunChart("PHQ-9 response of those who started", months)


def make_waterfall(n: int = 4_000, is_percent: bool = True) -> Waterfall:
    baseline = RNG.integers(10, 27, n)
    latest = np.clip(baseline + RNG.normal(-6, 6, n).round(), 0, 27)
    changes = 100 * (latest - baseline) / baseline if is_percent else latest - baseline
    changes[RNG.random(n) < 0.22] = np.nan
    lines = (0, -25, -50) if is_percent else (0, -3, -6)
    steps = sort_into_steps(changes, cuts=lines, least_a_step=11)
    ends = (-100, 100) if is_percent else (-27, 27)
    return Waterfall("PHQ-9 change at week 6", steps, is_percent, lines, *ends)


CASES: dict[str, Case] = {
    "survival": (make_survival(), plot_survival, describe_survival),
    "funnel": (make_funnel(), plot_funnel, describe_funnel),
    "run chart": (make_months(), plot_run_chart, describe_run_chart),
    "waterfall": (make_waterfall(), plot_waterfall, describe_waterfall),
    "waterfall, points": (make_waterfall(60, is_percent=False), plot_waterfall, describe_waterfall),
}


def draw(name: str, theme: Theme) -> go.Figure:
    data, plot, _ = CASES[name]
    return plot(data, theme)


def describe(name: str) -> str:
    data, _, say = CASES[name]
    return say(data)
