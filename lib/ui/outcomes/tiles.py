"""The tiles: a rate each, of whom, how sure, how complete, against the period before; and its definition at hand."""

from collections.abc import Mapping

import streamlit as st

from lib.charts.clinic.tile_line import describe_tile_line, draw_tile_line, has_trend
from lib.charts.sparkline import WIDTH
from lib.clinical.intervals import Share
from lib.clinical.outcomes.counting import Counted, count, count_groups
from lib.clinical.outcomes.measures import DENOMINATORS, Measure
from lib.clinical.outcomes.months import group_by_month
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.saying import Telling
from lib.clinical.outcomes.told import find_told, tell
from lib.clinical.outcomes.told_together import tell_in_row
from lib.ui import address
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once, make_once
from lib.ui.outcomes import naming
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.definition import TIPPING_LOW_PERCENTS, TIPPING_PERCENTS, show_definition, show_steps
from lib.ui.outcomes.people import show_people
from lib.ui.style import current_theme

_THIN = ":material/warning: Fewer than {least} % of those due have the score: the missing decide."
_A_ROW = 2


def show_tiles(choice: Choice) -> None:
    """The four measures, two in a row."""
    measures = list(build_measures(choice.asked).values())
    told = find_told([_read(choice, measure)[0] for measure in measures], choice.telling)
    with_counts = dict(zip((measure.name for measure in measures), told, strict=True))
    for start in range(0, len(measures), _A_ROW):
        for column, measure in zip(st.columns(_A_ROW), measures[start : start + _A_ROW], strict=True):
            with column:
                _show_tile(choice, measure, with_counts=with_counts[measure.name])
    _show_data(choice)
    naming.offer_names()
    _show_behind(choice, measures, with_counts)


def _read(choice: Choice, measure: Measure) -> tuple[Counted, Counted | None, list[Share | None]]:
    found: tuple[Counted, Counted | None, list[Share | None]] = make_once(
        choice.courses, f"tile {measure.name} {choice.key}", lambda: _count(choice, measure)
    )
    return found


def _show_tile(choice: Choice, measure: Measure, *, with_counts: bool) -> None:
    counted = _read(choice, measure)[0]
    asked = (measure.name, *choice.key, with_counts)
    with st.container(border=True, key=f"tile-{measure.name}", height="stretch"):
        draw_once(
            choice.courses,
            "tile",
            *asked,
            draw=lambda: _draw_figures(choice, measure, with_counts=with_counts),
        )
        with st.container(horizontal=True):
            with st.popover("Definition", type="tertiary", icon=":material/info:"):
                draw_once(
                    choice.courses,
                    "definition",
                    *asked,
                    draw=lambda: show_definition(choice, counted, with_counts=with_counts),
                )
            st.button(
                "Who is behind it",
                type="tertiary",
                icon=":material/groups:",
                key=f"behind-{measure.name}",
                on_click=address.write,
                args=("behind", measure.name),
            )


def _draw_figures(choice: Choice, measure: Measure, *, with_counts: bool) -> None:
    counted, before, months = _read(choice, measure)
    telling = choice.telling
    told = tell(counted, telling, with_counts=with_counts)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.metric(
            f"{measure.title}, {choice.asked.name}",
            told.rate,
            help=f"{escape(measure.met.words)}.",
            width="content",
        )
        if has_trend(months):
            with st.container(gap=None, width=WIDTH):
                st.image(draw_tile_line(months, current_theme()), width=WIDTH, alt=describe_tile_line(months))
                st.caption("by month, 0–100 %")
    lines = [
        " · ".join(one for one in (told.counts and f"**{told.counts}**", told.interval) if one),
        " · ".join(one for one in (told.coverage, told.bounds) if one),
        _say_before(before, telling, with_counts=with_counts),
    ]
    st.markdown("  \n".join(line for line in lines if line))
    if told.is_thin:
        st.markdown(_THIN.format(least=telling.least_coverage))


def _count(choice: Choice, measure: Measure) -> tuple[Counted, Counted | None, list[Share | None]]:
    """Of the period, of the one before, and of each month of the period (None: too few to be told)."""
    before = choice.before
    earlier = count(measure, before, choice.denominator) if before is not None else None
    days, month = group_by_month(choice.facts)
    by_month = count_groups(measure, choice.facts, choice.denominator, month, len(days))
    told = [one.share for one in tell_in_row(by_month, choice.telling)]
    return count(measure, choice.facts, choice.denominator), earlier, told


def _show_behind(choice: Choice, measures: list[Measure], with_counts: Mapping[str, bool]) -> None:
    """Of the rate that the address names: from everyone at the start to its denominator, what the missing could do, and who."""
    for measure in measures:
        if measure.name != address.read("behind"):
            continue
        counted, telling = _read(choice, measure)[0], choice.telling
        st.subheader(f"Behind {measure.title.lower()}, {choice.asked.name}", anchor=False)
        is_told = with_counts[measure.name]
        show_steps(choice, counted, key="behind-steps", with_counts=is_told)
        if is_told and not telling.hides(Share(counted.bound_missing, counted.bound_total)):
            percents = TIPPING_PERCENTS if measure.is_good else TIPPING_LOW_PERCENTS
            st.markdown("  \n".join(telling.say_tipping_point(counted, percent) for percent in percents))
        if naming.is_named():
            show_people(choice, measure)


def _say_before(before: Counted | None, telling: Telling, *, with_counts: bool) -> str:
    return f"The period before: {tell(before, telling, with_counts=with_counts).say()}." if before else ""


def _show_data(choice: Choice) -> None:
    """What the rates cannot know of."""
    n = choice.courses.n_waiting
    said = "no row waits" if n == 0 else "one row waits" if n == 1 else f"{n:,} rows wait"
    st.caption(
        f"Counted: {DENOMINATORS[choice.denominator]}. In quarantine {said}, of any kind and period: what is in them is in no "
        "rate. A provisional improvement is counted by nobody; a last score that is stale is missing."
    )
