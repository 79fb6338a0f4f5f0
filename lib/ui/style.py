"""The little that the theme cannot say: cards that can be pressed, a header that stays, a mark on made-up data."""

import streamlit as st

from lib.charts.theme import THEMES, Theme

_CARDS = """
.st-key-cards button {justify-content: flex-start; text-align: left; padding: .55rem .9rem; height: 100%;}
.st-key-cards button > div {justify-content: flex-start; text-align: left; width: 100%;}
.st-key-cards button p {line-height: 1.35; text-align: left;}
.st-key-cards button p strong {font-size: 1.75rem; font-weight: 600; line-height: 1.2;}
.st-key-cards button[kind="primary"] {background: transparent; color: inherit; border-width: 2px;}
"""
_MARK = """
[data-testid="stMain"]::after {content: "SYNTHETIC DATA · MADE-UP PATIENTS"; position: fixed; inset: 0; z-index: 1; display: flex;
 align-items: center; justify-content: center; transform: rotate(-28deg); font-size: min(5vw, 4.5rem); font-weight: 650;
 letter-spacing: .06em; opacity: .045; pointer-events: none; white-space: nowrap;}
"""


def current_theme() -> Theme:
    """The figures' colours for the page as the reader has it."""
    return THEMES.get(st.context.theme.type or "light", THEMES["light"])


def apply_style(*, is_synthetic: bool) -> None:
    """Once a run, before anything is drawn."""
    st.html(f"<style>{_CARDS}{_MARK if is_synthetic else ''}</style>")
