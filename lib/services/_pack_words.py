"""A pack in words: template sentences, each number of them counted by the measure that the page shows."""

from collections.abc import Mapping
from datetime import date

from lib.clinical.instruments import BY_CODE
from lib.clinical.intervals import Share
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import count
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import DENOMINATORS, MISSING_FAILS, Measure
from lib.clinical.outcomes.periods import say_in_period, say_period
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.saying import Telling
from lib.clinical.outcomes.told import NOBODY, NOT_TOLD, Told
from lib.clinical.outcomes.told_together import tell_measures
from lib.clinical.small_cells import say_count
from lib.clinical.standing_words import STANDING_LINE, SYNTHETIC
from lib.clinical.wording import count as say_number
from lib.clinical.wording import say_day
from lib.printing.pack import Definition, Pack, Rate
from lib.services._pack_figures import Figure, draw_figures
from lib.services._pack_ground import Ground

TIME_POINT = "session_4"
_CAVEATS = (
    "These are the patients who were treated here, without a comparison: scores that are high at the start fall by themselves.",
    "Everyone due is counted, and a missing score counts as not met, of deterioration too. Of those with a score alone every "
    "rate would be higher.",
    "A deterioration that nobody measured is in no rate; the worst case says how many it could be.",
    "A provisional improvement is counted by nobody; a last score that is stale is missing.",
    "Courses that are not due yet, and daily low-dose courses, are in no rate.",
    "Rates of small clinics move by chance: read the interval before the rate, and never rank by it.",
)


def describe_pack(ground: Ground) -> tuple[Pack, list[Figure]]:
    """The words, and the figures in their order."""
    numbers = ground.policy.outcomes
    telling = Telling(numbers.smallest_count - 1, numbers.min_coverage_percent)
    rates: list[Rate] = []
    sentences: list[str] = []
    figures: list[Figure] = []
    definitions: list[Definition] = []
    for instrument in BY_CODE:
        asked = Asked(instrument.code, TIME_POINT, ground.policy)
        measures, own = build_measures(asked), ground.of(instrument.code)
        now = _tell(measures, own.period, telling)
        before = _tell(measures, own.begun(*own.before), telling)
        rates += [_describe_rate(asked, measures[name], now[name], before[name]) for name in measures]
        sentences += [
            _say_begun(asked, measures, own.period, telling),
            *_say_thin(asked, now["response"], telling),
        ]
        definitions += [_define(measure, asked) for measure in measures.values()]
        figures += draw_figures(own, asked, telling)
    pack = Pack(
        title="Monthly pack",
        period=say_period(ground.first, ground.last),
        mark=SYNTHETIC if ground.is_synthetic else "",
        about=_say_about(ground),
        rates=tuple(rates),
        sentences=(_say_whom(ground), *sentences),
        safety=_say_safety(ground, telling),
        pictures=tuple(figure.describe() for figure in figures),
        definitions=tuple(definitions),
        caveats=(*_CAVEATS, _say_small(telling), _say_waiting(ground)),
        standing_line=STANDING_LINE,
    )
    return pack, figures


def _tell(measures: Mapping[str, Measure], facts: Facts, telling: Telling) -> dict[str, Told]:
    counted = {name: count(measure, facts, MISSING_FAILS) for name, measure in measures.items()}
    return tell_measures(counted, telling)


def _say_begun(asked: Asked, measures: Mapping[str, Measure], facts: Facts, telling: Telling) -> str:
    """How many of those who began stand in no rate; not where that would tell a small count."""
    due = {name: count(measure, facts, MISSING_FAILS).total for name, measure in measures.items()}
    apart = [len(facts) - n for n in due.values()]
    is_hidden = any(0 < n <= telling.limit for n in (len(facts), *due.values(), *apart))
    said = NOT_TOLD if is_hidden else f"{apart[0]:,} of {len(facts):,}"
    return (
        f"Courses begun in the period that the response of {asked.name} leaves out, as not due before day {asked.due_days}, "
        f"daily low-dose, or with a baseline below caseness: {said}."
    )


def _describe_rate(asked: Asked, measure: Measure, now: Told, before: Told) -> Rate:
    title = f"{measure.title} {asked.say_time_point()}"
    counts = now.counts or (NOT_TOLD if now.rate != NOBODY else "")
    return Rate(asked.name, title, now.rate, counts, now.interval, now.coverage, now.bounds, before.say())


def _say_thin(asked: Asked, told: Told, telling: Telling) -> list[str]:
    if not told.is_thin:
        return []
    least = telling.least_coverage
    return [
        f"Of {asked.name} fewer than {least} % of those due have the score {asked.say_time_point()}: the missing decide, and the "
        "rates of the period are no ground for a comparison."
    ]


def _say_whom(ground: Ground) -> str:
    return (
        f"The rates are of courses with a first dose {say_in_period(ground.first, ground.last)}; the period before is "
        f"{say_period(*ground.before)}. Counted: {DENOMINATORS[MISSING_FAILS]}."
    )


def _say_about(ground: Ground) -> tuple[tuple[str, str], ...]:
    versions = ", ".join(f"{one.title.lower()} version {one.version}" for one in _every_measure(ground))
    return (
        ("Clinics", ", ".join(ground.clinics) or "none"),
        ("First doses", f"{say_day(ground.first)} to {say_day(ground.last)}"),
        ("As of", _say_as_of(ground.as_of)),
        ("Policy", f"version {ground.policy.version}"),
        ("Definitions", versions),
        ("Data version", ground.data_version),
    )


def _every_measure(ground: Ground) -> list[Measure]:
    return list(build_measures(Asked(0, TIME_POINT, ground.policy)).values())


def _say_as_of(day: date) -> str:
    return f"{say_day(day)}: no record dated later is in it"


def _say_safety(ground: Ground, telling: Telling) -> tuple[str, ...]:
    sums = ground.sums
    if not sums["n_sessions"]:
        return ("No dosing session was taken in the period.",)
    limits = ground.policy.blood_pressure
    return (
        f"Adverse events: {_say_events(sums, telling)}",
        f"Severe hypertension ({limits.critical_systolic}/{limits.critical_diastolic} mmHg or more): "
        f"{_say_part(Share(sums['n_severe'], sums['n_pressure']), telling)} sessions with a pressure on record. "
        f"Of all dosing sessions, {_say_part(Share(sums['n_pressure'], sums['n_sessions']), telling)} have one.",
    )


def _say_events(sums: Mapping[str, int], telling: Telling) -> str:
    n, asked, limit = sums["n_events"], sums["n_asked"], telling.limit
    known = Share(asked, sums["n_sessions"])
    if not asked:
        return "nobody asked for them at any dosing session: not known."
    is_few = 0 < n <= limit or 0 < asked <= limit
    rate = "" if is_few else f", {100 * n / asked:.1f} per 100"
    return (
        f"{say_count(n, is_few, limit)} at sessions that were asked about{rate}; asked for at {_say_part(known, telling)} "
        "dosing sessions. Of the others nobody knows."
    )


def _say_part(share: Share, telling: Telling) -> str:
    """160 of 283 (57 %)."""
    return f"{telling.say_counts(share)} ({telling.say_rate(share)})"


def _define(measure: Measure, asked: Asked) -> Definition:
    return Definition(
        f"{measure.title}, {asked.name}, definition version {measure.version}",
        (
            f"Counted as met: {measure.met.words}.",
            f"Of: {measure.say_denominator(MISSING_FAILS)}",
            f"When: {measure.window}. Source: {measure.source}.",
            "Interval: Wilson 1927, 95 %. Bounds: had all whose score is missing fared badly, or well.",
        ),
    )


def _say_small(telling: Telling) -> str:
    return (
        f"Counts from 1 to {telling.limit} are not told, nor what would tell them: a rate without counts, or a month that is "
        "hidden, stands for that and not for 0."
    )


def _say_waiting(ground: Ground) -> str:
    said = say_number(ground.n_waiting, "row waits", "rows wait") if ground.n_waiting else "no row waits"
    return f"In quarantine {said}, of any kind and period: what is in them is in no rate."
