"""The little that the theme cannot say: cards that can be pressed, a header that stays, a mark on made-up data."""

from functools import cache

import streamlit as st

from lib.charts.theme import THEMES, Theme

_CALM = """
[data-testid="stMain"] h1 {padding: 0 0 1rem;}
[data-testid="stBottomBlockContainer"] {padding-top: .4rem; padding-bottom: .55rem;}
"""
# A table that is about to change takes no press: the row under the mouse would be another patient when it is let go.
_STALE = """
[data-testid="stElementContainer"][data-stale="true"]:has([data-testid="stDataFrame"]),
.st-key-import[data-stale="true"] {pointer-events: none;}
"""
# The chosen one of a row of choices is marked by its frame and its ground; its word stays legible in both themes.
_CHOSEN = """
[data-testid="stMain"] [data-selected="true"] p {color: INK;}
"""
# An upload has a cap of its own, below Streamlit's; the page says it.
_UPLOAD = """
.st-key-import-files [data-testid="stFileUploaderDropzoneInstructions"] {display: none;}
"""
_BANNER = """
.st-key-known-on-banner {border: 2px dashed INK;}
"""
_CARDS = """
.st-key-cards button {justify-content: flex-start; text-align: left; padding: .55rem .9rem; height: 100%;}
.st-key-cards button > div {justify-content: flex-start; text-align: left; width: 100%;}
.st-key-cards button p {line-height: 1.35; text-align: left;}
.st-key-cards button p strong {font-size: 1.75rem; font-weight: 600; line-height: 1.2;}
.st-key-cards button small, .st-key-cards button p span {opacity: .75;}
.st-key-cards button[kind="primary"] {background: transparent; color: inherit; border-width: 2px;}
"""
# Below Streamlit's own header, which is 3.75rem high. Flags stand beside the chart where there is room, and above it elsewhere.
_PATIENT = """
[data-testid="stLayoutWrapper"]:has(> .st-key-patient-header) {position: sticky; top: 3.75rem; z-index: 90; background: PAPER;
 border-bottom: 1px solid LINE; padding: .35rem 0 .5rem;}
.st-key-patient-header h1 {padding: 0; font-size: 1.35rem;}
.st-key-patient-header [data-testid="stHeading"], .st-key-patient-header h1 {margin: 0;}
.st-key-patient-header {row-gap: .3rem;}
.st-key-patient-header strong {display: inline-block;}
.st-key-patient-body {flex-direction: row-reverse;}
.st-key-patient-body > [data-testid="stLayoutWrapper"]:has(> .st-key-flags) {flex: 1 1 300px;}
.st-key-patient-body > [data-testid="stLayoutWrapper"]:has(> .st-key-records) {flex: 999 1 760px; min-width: 0;}
.st-key-flags [data-testid="stMarkdownContainer"] :is(p, ul):not(:last-child) {margin-bottom: .4rem;}
.st-key-flags p:has(> span > .stMarkdownColoredText) {line-height: 1.4;}
"""
# Plotly measures a chart's place in thousandths of a pixel and Streamlit exactly: between two pixels it would be drawn twice.
_WHOLE_PIXELS = """
[data-testid="stElementContainer"]:has(> * [data-testid="stPlotlyChart"]) {width: round(down, 100%, 1px);}
"""
# The lines of the map are moved beside it where there is room, and above it elsewhere.
_BURDEN = """
.st-key-burden-map > [data-testid="stLayoutWrapper"]:has(> .st-key-burden-cuts) {flex: 1 1 210px;}
.st-key-burden-map > [data-testid="stLayoutWrapper"]:has(> .st-key-burden-figure) {flex: 999 1 700px; min-width: 0;}
"""
# Beside the diagram of a cohort where there is room, and above it elsewhere.
_COHORT = """
.st-key-cohort-body > [data-testid="stLayoutWrapper"]:has(> .st-key-cohort-criteria) {flex: 1 1 420px; min-width: 0;}
.st-key-cohort-body > [data-testid="stLayoutWrapper"]:has(> .st-key-cohort-diagram) {flex: 999 1 760px; min-width: 0;}
"""
_MARK = """
[data-testid="stMain"]::after {content: "SYNTHETIC DATA · MADE-UP PATIENTS"; position: fixed; inset: 0; z-index: 1; display: flex;
 align-items: center; justify-content: center; transform: rotate(-28deg); font-size: min(5vw, 4.5rem); font-weight: 650;
 letter-spacing: .06em; opacity: .04; pointer-events: none; white-space: nowrap;}
"""

# On paper a chart and a table keep the pixels that they have on the screen, so the page is made as wide as a screen instead:
# nothing is cut off at the right, where the latest score stands. The one page as PDF is the better way.
_PRINT = """
@media print {
 @page {size: A4 landscape; margin: 9mm;}
 html {zoom: .7; print-color-adjust: exact; -webkit-print-color-adjust: exact;}
 [data-testid="stHeader"], .st-key-queue-place, [data-testid="stDownloadButton"] {display: none !important;}
 [data-testid="stLayoutWrapper"]:has(> .st-key-patient-header) {position: static;}
 [data-testid="stPlotlyChart"], [data-testid="stDataFrame"], [class*="st-key-flag-"] {break-inside: avoid;}
}
"""


def current_theme() -> Theme:
    """The figures' colours for the page as the reader has it."""
    return THEMES.get(st.context.theme.type or "light", THEMES["light"])


def apply_style(*, is_synthetic: bool) -> None:
    """Once a run, before anything is drawn."""
    st.html(_write(current_theme().name, is_synthetic=is_synthetic))


@cache
def _write(theme_name: str, *, is_synthetic: bool) -> str:
    theme = THEMES[theme_name]
    always = (
        _CALM,
        _STALE,
        _CHOSEN,
        _UPLOAD,
        _BANNER,
        _CARDS,
        _PATIENT,
        _WHOLE_PIXELS,
        _BURDEN,
        _COHORT,
        _PRINT,
    )
    style = "".join((*always, _MARK if is_synthetic else ""))
    for word, colour in (("PAPER", theme.paper), ("LINE", theme.faint), ("INK", theme.ink)):
        style = style.replace(word, colour)
    return f"<style>{style}</style>"
