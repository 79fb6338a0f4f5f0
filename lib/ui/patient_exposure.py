"""The section Exposure: what each dose adds up to, and the modelled plasma level of one session. Nothing here proposes a dose."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.exposure import plot_exposure
from lib.charts.plasma import choose_span, plot_plasma
from lib.clinical.effect_times import EffectTime, compare_effects
from lib.clinical.exposure import derive_exposure
from lib.clinical.pharmacokinetics import PlasmaCurve, estimate_curve, scale_kinetics
from lib.clinical.protocols import NO_PROTOCOL, Protocol, find_protocol
from lib.clinical.wording import say_day
from lib.services.patients import PatientPage
from lib.ui import address, display
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once
from lib.ui.exposure_cells import COLUMNS, describe_parameters, say_option, say_ranges
from lib.ui.style import current_theme
from lib.ui.wording import count, is_known

CAPTION = (
    "Population estimate, not a measured level. No target concentration is established for sublingual ketamine. "
    "Not for choosing a dose. 10–25 % is a claim of a source page."
)
_MOST_ROWS = 8


def show_exposure(page: PatientPage) -> None:
    exposure = derive_exposure(page.history.dosing_sessions, page.policy)
    if exposure.empty:
        st.subheader("Exposure", anchor=False)
        st.caption("No dose has been taken.")
        return
    draw_once(page, "exposure", draw=lambda: _show_course(page, exposure))
    row = _choose_session(page, exposure)
    draw_once(page, "plasma", row["record"], draw=lambda: _show_session(page, row))
    _show_parameters(page)


def _show_sessions(page: PatientPage, exposure: pd.DataFrame) -> None:
    st.subheader(f"Exposure ({count(len(exposure), 'counting session')})", anchor=False)
    newest_first = exposure.iloc[::-1].to_dict("records")
    said = pd.DataFrame(
        {heading: [say(row) for row in newest_first] for heading, (_, _, say) in COLUMNS.items()}
    )
    columns = {heading: text_column(heading, width, why) for heading, (width, why, _) in COLUMNS.items()}
    display.show_table(
        said,
        columns,
        key=f"exposure-{page.patient_key}",
        alt=f"Exposure by dosing session, the newest first: {len(exposure)}",
        # Only a reason why something is missing takes more than a line.
        row_height=display.WRAPPED if (exposure["gap"] != "").any() else None,
        most_rows=_MOST_ROWS,
    )
    st.caption(escape(say_ranges(page.policy)))


def _show_course(page: PatientPage, exposure: pd.DataFrame) -> None:
    _show_sessions(page, exposure)
    last = exposure.iloc[-1]
    said = f"{last['cumulative_mg']:g} mg taken in course {last['course']} over {count(last['number'], 'session')}."
    figure = plot_exposure(exposure, current_theme(), page.history.as_of)
    display.show_chart(figure, said, key=f"course-exposure-{page.patient_key}")


def _choose_session(page: PatientPage, exposure: pd.DataFrame) -> dict[Any, Any]:
    """The session of the address, by default the last one that counts."""
    rows = {str(row["record"]): row for row in exposure.iloc[::-1].to_dict("records")}
    key = f"dose-{page.patient_key}"
    newest, asked = next(iter(rows)), address.read("dose")
    st.session_state[key] = asked if asked in rows else newest
    chosen = st.selectbox(
        "Session of the curve",
        list(rows),
        format_func=lambda record: say_option(rows[record]),
        key=key,
        on_change=_follow,
        args=(key, newest),
    )
    return rows[chosen]


def _follow(key: str, newest: str) -> None:
    chosen = str(st.session_state[key])
    address.write("dose", "" if chosen == newest else chosen)


def _show_session(page: PatientPage, row: dict[Any, Any]) -> None:
    protocol = find_protocol(page.protocols, row["protocol"])
    effects = compare_effects(row, protocol)
    curve = None
    if not row["gap"]:
        kinetics = scale_kinetics(page.policy, float(row["weight_kg"]))
        curve = estimate_curve(float(row["dose_mg"]), kinetics, choose_span(effects))
    figure = plot_plasma(curve, row["gap"], effects, current_theme())
    said = _say_session(row, curve, effects, protocol)
    display.show_chart(figure, said, key=f"plasma-{page.patient_key}")
    st.markdown(escape(said))
    st.caption(CAPTION)


def _say_session(
    row: dict[Any, Any], curve: PlasmaCurve | None, effects: tuple[EffectTime, ...], protocol: Protocol | None
) -> str:
    """The figure in words, for a reader and for a screen reader."""
    dose = f"{row['dose_mg']:g} mg on {say_day(row['on'])}"
    if curve is None:
        said = f"No curve for {dose}: {row['gap']}"
    else:
        top = int(curve.typical.argmax())
        weighed = f", weighed {say_day(row['weight_on'])}" if is_known(row["weight_on"]) else ""
        said = (
            f"{dose} at {row['weight_kg']:g} kg{weighed}: estimated peak {curve.typical[top]:.0f} ng/mL "
            f"({curve.low[top]:.0f}–{curve.high[top]:.0f} in 90 % of patients), {curve.minutes[top]:.0f} minutes after the dose"
        )
    return f"{said}. {_say_protocol(row, protocol)}: {'; '.join(_say_effect(one) for one in effects)}."


def _say_protocol(row: dict[Any, Any], protocol: Protocol | None) -> str:
    if protocol:
        return f"Compared with the protocol {protocol.name} ({protocol.source})"
    recorded = row["protocol"]
    return (
        f"Recorded protocol {recorded}: {NO_PROTOCOL}"
        if is_known(recorded) and recorded
        else "No protocol recorded"
    )


def _say_effect(one: EffectTime) -> str:
    """onset recorded 12 min, within 10–20 min"""
    if one.compared:
        return f"{one.name} {one.recorded_words}, {one.compared} {one.stated_words}"
    return f"{one.name} {one.recorded_words}" + (
        f" (protocol: {one.stated_words})" if one.has_protocol else ""
    )


def _show_parameters(page: PatientPage) -> None:
    with st.expander(f"Parameters of the estimates and their sources, policy version {page.policy.version}"):
        draw_once(page, "parameters", draw=lambda: _draw_parameters(page))


def _draw_parameters(page: PatientPage) -> None:
    rows = describe_parameters(page.policy)
    widths: dict[str, int] = {"Parameter": 200, "Value": 70, "Source": 380, "Tag": 80}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    key = f"parameters-{page.patient_key}"
    display.show_table(rows, columns, key=key, alt="Parameters and sources", row_height=display.WRAPPED)
