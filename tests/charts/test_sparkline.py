"""The trend of a table row, read from its SVG."""

import base64
import re
from typing import Any
from xml.etree import ElementTree

from lib.charts.sparkline import draw_sparkline
from lib.charts.theme import DARK, LIGHT, Theme


def svg(days: list[int], totals: list[float], theme: Theme = LIGHT, **options: Any) -> str:
    given: dict[str, Any] = {"baseline": None, "first_dose_day": 0, "max_total": 27, "end_day": 60} | options
    head, _, body = draw_sparkline(days, totals, theme=theme, **given).partition(",")
    assert head == "data:image/svg+xml;base64"
    written = base64.b64decode(body).decode()
    ElementTree.fromstring(written)
    return written


def segments(written: str) -> int:
    run = re.search(r'd="([^"]+)" stroke="[^"]+" stroke-width="1.6"', written)
    return run.group(1).count("L") if run else 0


def heights(written: str) -> list[float]:
    return [float(y) for y in re.findall(r'cy="([\d.]+)" r="1.9"', written)]


def test_no_line_over_a_gap_of_more_than_28_days() -> None:
    assert segments(svg([0, 28], [10, 9])) == 1
    assert segments(svg([0, 29], [10, 9])) == 0
    assert segments(svg([0, 7, 40, 47, 48], [10, 9, 9, 8, 7])) == 3


def test_straight_segments_only() -> None:
    assert not re.search(r'd="[^"]*[CSQTA]', svg([0, 7, 14], [10, 20, 5]))


def test_the_axis_is_fixed_from_0_to_the_highest_total() -> None:
    assert heights(svg([0, 1], [0, 27])) == [31.0, 5.0]
    assert heights(svg([0], [0], max_total=21)) == [31.0]


def test_time_is_true_and_ends_at_the_given_day() -> None:
    xs = [float(x) for x in re.findall(r'cx="([\d.]+)" cy="[\d.]+" r="1.9"', svg([0, 10, 60], [9, 9, 9]))]
    assert xs == [6.0, 30.7, 154.0]


def test_points_before_the_first_dose_are_hollow() -> None:
    written = svg([-3, 4], [10, 9])
    assert re.findall(r'r="1.9" fill="([^"]+)"', written) == [LIGHT.paper, LIGHT.instruments["PHQ-9"]]


def test_the_last_point_has_an_end_mark_and_an_empty_row_has_none() -> None:
    assert svg([0, 7], [10, 9]).count('r="4"') == 1
    assert svg([], []).count("<circle") == 0


def test_one_day_and_no_dose() -> None:
    assert svg([5], [9], first_dose_day=None, end_day=5).count("<circle") == 2


def test_a_higher_cell_has_air_above_and_below_the_trend() -> None:
    assert 'height="94" viewBox="0 -29 160 94"' in svg([0], [9], cell_height=94)
    assert 'height="36" viewBox="0 0 160 36"' in svg([0], [9])


def test_the_theme_tells_its_colours() -> None:
    assert DARK.instruments["PHQ-9"] in svg([0], [9], theme=DARK)
    assert LIGHT.instruments["PHQ-9"] not in svg([0], [9], theme=DARK)
