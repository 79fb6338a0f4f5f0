"""A made-up clinic's counts, one case for each figure: as a test reads it, and as somebody looks at it."""

from collections.abc import Callable
from datetime import date

import numpy as np
import plotly.graph_objects as go

from lib.charts.clinic.ageing import Ageing, Span, describe_ageing, plot_ageing
from lib.charts.clinic.attrition import describe_attrition, plot_attrition
from lib.charts.clinic.benefit_burden import BenefitBurdenMap, describe_benefit_burden, plot_benefit_burden
from lib.charts.clinic.breakdown import Breakdown, Group, describe_breakdown, plot_breakdown
from lib.charts.clinic.completion import Completion, describe_completion, plot_completion
from lib.charts.clinic.consort import describe_consort, plot_consort
from lib.charts.clinic.dose_steps import describe_dose_steps, plot_dose_steps
from lib.charts.clinic.funnel import Funnel, Unit, describe_funnel, plot_funnel
from lib.charts.clinic.months import Month, RunChart, describe_run_chart, plot_run_chart
from lib.charts.clinic.rates import MonthOfSessions, RateChart, describe_rate_chart, plot_rate_chart
from lib.charts.clinic.severity_flow import describe_severity_flow, plot_severity_flow
from lib.charts.clinic.survival import Reference, TimedEvent, describe_survival, plot_survival
from lib.charts.clinic.trajectories import Panel, SessionTotals, describe_trajectories, plot_trajectories
from lib.charts.clinic.waterfall import Waterfall, describe_waterfall, plot_waterfall
from lib.charts.theme import Theme
from lib.clinical.attrition import Attrition, Step
from lib.clinical.benefit_burden import count_benefit_burden
from lib.clinical.change_steps import sort_into_steps
from lib.clinical.consort import Consort, ConsortStep
from lib.clinical.control_limits import measure_dispersion
from lib.clinical.instruments import PHQ9
from lib.clinical.intervals import Share
from lib.clinical.outcomes.step_changes import Spread, StepChange
from lib.clinical.severity_flow import SeverityFlow
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
        known = f"over {50 + 2 * at} %" if at % 3 else "42 %"
        months.append(Month(on, share, known, f"at least {20 + at} %", at in (2, 7)))
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


def make_flow(n: int = 3_000) -> SeverityFlow:
    bands, unknown = tuple(name for _, name in reversed(PHQ9.bands)), ("not due", "missing")
    totals = np.clip(RNG.normal(17, 4, n), 10, 27)
    stages = [
        totals,
        np.clip(totals - RNG.normal(6, 5, n), 0, 27),
        np.clip(totals - RNG.normal(8, 6, n), 0, 27),
    ]
    named = [np.array([PHQ9.band(int(total)) for total in stage], dtype=object) for stage in stages]
    for stage in named[1:]:
        stage[RNG.random(n) < 0.2] = "missing"
    named[2][RNG.random(n) < 0.08] = "not due"
    links: dict = {}
    for at in (0, 1):
        for pair in zip(named[at], named[at + 1], strict=True):
            links[at, *pair] = links.get((at, *pair), 0) + 1
    return SeverityFlow(("baseline", "week 6", "last"), bands, unknown, links)


def make_panels(n: int = 900, n_sessions: int = 12) -> list[Panel]:
    panels = []
    for name, start in (("baseline 10–14", 12), ("baseline 15–19", 17), ("baseline 20–27", 23)):
        totals = []
        for session in range(n_sessions + 1):
            left = int(n * 0.82**session)
            middle = start * (0.45 + 0.55 * 0.75**session)
            shown = (
                (left, round(middle - 3, 1), round(middle, 1), round(middle + 4, 1))
                if left > 90
                else (None,) * 4
            )
            totals.append(SessionTotals(session, *shown))
        panels.append(Panel(name, totals))
    return panels


def make_breakdown() -> Breakdown:
    def groups(*names: str) -> list[Group]:
        totals = RNG.integers(20, 400, len(names))
        return [
            Group(name, Share(int(RNG.binomial(n, 0.45)), int(n)), "over 81 %", "at least 38 %")
            for name, n in zip(names, totals, strict=True)
        ]

    ages = [*groups("18–29", "30–44", "45–59"), Group("60–74", None), Group("75 and over", None)]
    parts = [
        ("site", groups("North", "South", "Telehealth")),
        ("age band", ages),
        ("protocol", groups("sublingual-tablet", "odt-at-home")),
        ("prior trials", [*groups("0–1", "2", "3 or more"), Group("not recorded", Share(0, 0))]),
    ]
    return Breakdown(
        "PHQ-9 response of those who started", parts, Group("all", Share(812, 1_804), "87 %", "39 %")
    )


def make_rates(n_months: int = 22) -> RateChart:
    months = [
        MonthOfSessions(
            date(2025 + at // 12, at % 12 + 1, 1), int(RNG.poisson(0.03 * n * (4 if at == 8 else 1))), n
        )
        for at, n in enumerate(RNG.integers(60, 900, n_months).tolist())
    ]
    months[3] = MonthOfSessions(months[3].on, None, None)
    months[5] = MonthOfSessions(months[5].on, 0, 0)
    n_events, n_sessions = (
        sum(getattr(one, name) or 0 for one in months) for name in ("n_events", "n_sessions")
    )
    return RateChart("Adverse events", months, (n_events + 4, n_sessions + 140))


ATTRITION = Attrition(
    [
        Step("enrolled", 1_240),
        Step(
            "session 1",
            1_101,
            [("declined", 61), ("blood pressure", 20), ("cost", 14), ("no reason recorded", 44)],
        ),
        Step("session 2", 980, [("no benefit", 21), ("adverse effect", 33), ("no reason recorded", 47)], 20),
        Step(
            "session 4",
            760,
            [("no benefit", 80), ("adverse effect", 9), ("moved", 4), ("no reason recorded", 77)],
            50,
        ),
        Step("session 6", 521, [("no benefit", 98), ("no reason recorded", 85)], 56),
        Step("maintenance", 208, [("well", 120), ("no reason recorded", 43)], 150),
    ]
)
AGEING = Ageing(
    "Open dose reviews",
    [
        *(Span("under 1 day", 14, False), Span("1–2 days", 31, False), Span("3–7 days", 22, False)),
        *(Span("8–14 days", 9, True), Span("15–30 days", 0, True), Span("over 30 days", 3, True)),
    ],
    "a decision within 7 days",
)


def make_completion() -> Completion:
    sites, points = (
        ("North", "South", "Telehealth", "A clinic with a long name"),
        ("baseline", "week 2", "week 4", "week 6", "3 months"),
    )
    cells: dict = {}
    for site in sites:
        for instrument, level in (("PHQ-9", 0.95), ("GAD-7", 0.8)):
            for number, point in enumerate(points):
                total = int(RNG.integers(40, 1_400))
                cells[site, instrument, point] = Share(int(RNG.binomial(total, level - 0.13 * number)), total)
    cells["South", "GAD-7", "week 6"] = None
    del cells["Telehealth", "PHQ-9", "3 months"]
    return Completion(sites, ("PHQ-9", "GAD-7"), points, cells)


def make_map(n: int = 3_000) -> BenefitBurdenMap:
    change = np.clip(RNG.normal(-6, 6, n).round(), -27, 27)
    burden = np.clip(RNG.gamma(2, 6, n) + 0.2 * change, 0, 60)
    burden[RNG.random(n) < 0.15] = np.nan
    counted = count_benefit_burden(change, burden, np.arange(-24, 16, 2), np.arange(0, 52, 4))
    return BenefitBurdenMap(counted, -6, 20, "PHQ-9 change, points", "highest dissociation, 0 to 76")


DOSE_STEPS = [
    StepChange(-1, 9, 8, 3, Spread(0, 1, 2), Spread(-3, -1, 0), -1.2),
    StepChange(0, 2_304, 1_120, 410, Spread(0, 1.9, 4), Spread(-3, -1.1, 1), -1.1),
    StepChange(1, 1_931, 1_044, 222, Spread(-2, -0.4, 1), Spread(-4, -1.9, 0), -1.6),
]

CONSORT = Consort(
    "Patients of 3 clinics",
    404,
    (
        ConsortStep(
            "Consent to research: yes",
            (("no", 60), ("withdrawn", 14), ("a row that waits says otherwise", 0), ("not recorded", 81)),
        ),
        ConsortStep("At least one dosing session", (("no dosing session", 7),)),
        ConsortStep("Sex: female or male", ()),
        ConsortStep(
            "Indication: " + " or ".join(["a long <b>name</b> of something $x$"] * 4), (("another", 42),)
        ),
        ConsortStep("PHQ-9 baseline at caseness: 10 or more", (("no baseline", 6), ("below caseness", 13))),
    ),
)
CASES: dict[str, Case] = {
    "consort": (CONSORT, plot_consort, describe_consort),
    "survival": (make_survival(), plot_survival, describe_survival),
    "funnel": (make_funnel(), plot_funnel, describe_funnel),
    "severity flow": (
        make_flow(),
        lambda flow, theme: plot_severity_flow(flow, theme, "PHQ-9 severity"),
        lambda flow: describe_severity_flow(flow, "PHQ-9 severity"),
    ),
    "severity flow, few": (
        make_flow(70),
        lambda flow, theme: plot_severity_flow(flow, theme, "PHQ-9 severity"),
        lambda flow: describe_severity_flow(flow, "PHQ-9 severity"),
    ),
    "trajectories": (
        make_panels(),
        lambda panels, theme: plot_trajectories(PHQ9, panels, theme),
        lambda panels: describe_trajectories(PHQ9, panels),
    ),
    "breakdown": (make_breakdown(), plot_breakdown, describe_breakdown),
    "u-chart": (make_rates(), plot_rate_chart, describe_rate_chart),
    "attrition": (ATTRITION, plot_attrition, describe_attrition),
    "ageing": (AGEING, plot_ageing, describe_ageing),
    "completion": (make_completion(), plot_completion, describe_completion),
    "benefit and burden": (make_map(), plot_benefit_burden, describe_benefit_burden),
    "dose steps": (
        DOSE_STEPS,
        lambda steps, theme: plot_dose_steps(PHQ9, steps, theme),
        lambda steps: describe_dose_steps(PHQ9, steps),
    ),
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
