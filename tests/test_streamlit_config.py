""".streamlit/config.toml: names that Streamlit knows, nothing sent anywhere, and colours that can be read and told apart."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from streamlit import config

from lib.charts.theme import THEMES

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
MODES = ("light", "dark")


def named(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        yield from named(value, f"{prefix}{name}.") if isinstance(value, dict) else (f"{prefix}{name}",)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2: 4.5 for text, 3 for lines and marks."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_streamlit_knows_every_name():
    assert set(named(SETTINGS)) <= set(config.get_config_options())


def test_nothing_is_sent_and_nothing_is_told():
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["client"]["showErrorLinks"] is False
    assert SETTINGS["server"]["enableStaticServing"] is False
    assert SETTINGS["server"]["address"] == "localhost"
    # A font or a theme by its address would be fetched from another host.
    assert "://" not in str(SETTINGS["theme"])


def mix(front: str, ground: str, share: float) -> str:
    """The colour of letters that let some of the ground through."""
    pairs = [(int(front[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02X}" for one, other in pairs)


@pytest.mark.parametrize("mode", MODES)
def test_ten_chart_colours_that_stand_out(mode):
    theme = SETTINGS["theme"][mode]
    colours = theme["chartCategoricalColors"]
    # With fewer than ten, Streamlit's front end hands Plotly a list that it rejects whole.
    assert len(colours) == len(set(colours)) == 10
    assert min(contrast(colour, theme["backgroundColor"]) for colour in colours) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_figures_and_pages_have_the_same_colours(mode):
    theme, figures = SETTINGS["theme"][mode], THEMES[mode]
    assert theme["backgroundColor"] == figures.paper
    phq9, gad7, dose = theme["chartCategoricalColors"][:3]
    assert (phq9, gad7, dose) == (figures.instrument("PHQ-9"), figures.instrument("GAD-7"), figures.dose)


@pytest.mark.parametrize("mode", MODES)
def test_text_can_be_read(mode):
    theme = SETTINGS["theme"][mode]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[ground]) >= 7
        assert contrast(theme["linkColor"], theme[ground]) >= 4.5
        # Captions are drawn in 60 % of the text's colour.
        assert contrast(mix(theme["textColor"], theme[ground], 0.6), theme[ground]) >= 4.5
    assert contrast(theme["dataframeHeaderTextColor"], theme["dataframeHeaderBackgroundColor"]) >= 4.5
    for colour in ("red", "orange", "yellow", "green", "blue", "gray"):
        assert contrast(theme[f"{colour}TextColor"], theme[f"{colour}BackgroundColor"]) >= 4.5, colour
        assert contrast(theme[f"{colour}TextColor"], theme["backgroundColor"]) >= 4.5, colour
    # A primary button has white letters on this colour; the same colour frames what is chosen on the page.
    assert contrast("#FFFFFF", theme["primaryColor"]) >= 4.5
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 3


def test_the_mark_in_the_browser_tab_is_a_small_picture():
    with Image.open(ROOT / ".streamlit" / "favicon.png") as mark:
        assert (mark.format, mark.size) == ("PNG", (64, 64))
