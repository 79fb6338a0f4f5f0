"""What the patient chart draws, read from the figure's data and layout."""

import json
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

import plotly.graph_objects as go
import pytest
from charts.cases import CASES
from charts.drawing import draw, draw_table, found, hovers, named, sheet_px, texts, traces
from charts.made_up import make_history

from lib.charts.labels import text_size
from lib.charts.theme import DARK, LIGHT, Theme
from lib.clinical.history import WaitingForms

every_case = pytest.mark.parametrize("name", CASES)


@every_case
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("window", ["all", "6 weeks", "3 months"])
def test_plotly_accepts_every_figure(name: str, theme: Theme, window: str) -> None:
    figure = draw(CASES[name](), theme, window)
    assert go.Figure(figure).to_plotly_json()["layout"]["paper_bgcolor"] == theme.paper


@every_case
def test_axes_are_fixed_and_end_at_as_of(name: str) -> None:
    history = CASES[name]()
    layout = draw(history)["layout"]
    assert [layout["yaxis"]["range"], layout["yaxis2"]["range"]] == [[0, 27], [0, 21]]
    assert all(layout[axis]["fixedrange"] for axis in layout if axis.startswith("yaxis"))
    assert layout["yaxis3"]["range"][0] == 0
    end = datetime.fromisoformat(layout["xaxis"]["range"][1])
    assert end.date() > history.as_of
    assert "as of" in texts(draw(history))


@pytest.mark.parametrize(("window", "days"), [("6 weeks", 42), ("3 months", 91)])
def test_a_window_ends_at_as_of_and_keeps_the_baseline_in_sight(window: str, days: int) -> None:
    history = CASES["two years"]()
    figure = draw(history, LIGHT, window)
    start, end = map(datetime.fromisoformat, figure["layout"]["xaxis"]["range"])
    assert days <= (end - start).days <= days + 2
    assert "baseline 23 · 28 Sep 2024" in texts(figure)


@every_case
def test_lines_are_straight_and_bridge_no_gap(name: str) -> None:
    figure = draw(CASES[name]())
    for axis in ("y", "y2"):
        for line in traces(figure, axis, mode="lines"):
            assert line["line"]["shape"] == "linear"
            assert line["connectgaps"] is False
            stamps = [stamp and datetime.fromisoformat(stamp) for stamp in line["x"]]
            pairs = [(a, b) for a, b in pairwise(stamps) if a and b]
            assert all((b.date() - a.date()).days <= 28 for a, b in pairs)


@every_case
def test_nothing_is_fetched_and_one_font_is_used(name: str) -> None:
    written = json.dumps(draw(CASES[name]()), default=str)
    assert "http" not in written
    assert "url(" not in written


@every_case
def test_labels_in_the_margin_do_not_overlap(name: str) -> None:
    figure = draw(CASES[name]())
    for axis, layout_name in (("y", "yaxis"), ("y2", "yaxis2"), ("y3", "yaxis3")):
        low, high = figure["layout"][layout_name]["range"]
        domain = figure["layout"][layout_name]["domain"]
        px = (domain[1] - domain[0]) * sheet_px(figure) / (high - low)
        notes = [n for n in figure["layout"]["annotations"] if n.get("yref") == axis and n.get("x") == 1]
        boxes = sorted((n["y"] * px, text_size(n["text"], n["font"]["size"])[1]) for n in notes)
        for (lower, height), (upper, other) in pairwise(boxes):
            assert upper - lower >= (height + other) / 2 - 0.01
        widths = [text_size(n["text"].replace("&lt;", "<"), n["font"]["size"])[0] for n in notes]
        assert all(width <= 176 for width in widths)


SAID = """
responder confirmed             | 7 (−61 %)
responder confirmed             | baseline 18 · 3 Mar
responder confirmed             | 50 % (≤9)
responder confirmed             | less than 6 points:<br>within measurement error
responder confirmed             | less than 4 points:<br>within measurement error
responder confirmed             | +50 → 150 mg
responder confirmed             | S5
non-responder                   | no score since 12 Oct<br>(39 days)
relapse                         | 17 (−23 %)
only a baseline                 | date (no dose taken yet)
only a baseline                 | no session yet
no form                         | no PHQ-9 form yet
no form                         | no GAD-7 form yet
nothing at all                  | no dose taken or ordered yet
nothing at all                  | no PHQ-9 form yet
60-day gap and a prorated form  | 60 days<br>without a score
60-day gap and a prorated form  | 11 p (−35 %)
60-day gap and a prorated form  | no total
latest is zero                  | 0 (−100 %)
item 9 blank                    | not answered
item 9 blank                    | not collected
item 9 blank                    | p prorated
daily low dose                  | +5 → 30 mg
daily low dose                  | missed
restart                         | course 1, first dose 5 Jan
restart                         | course 2, first dose 10 May
steps and pressure              | patient's ceiling 200 mg
steps and pressure              | BP 164/102
steps and pressure              | BP 182/104 at 40 min
steps and pressure              | nausea, severity not recorded
steps and pressure              | sedation MOAA/S 3
steps and pressure              | no supervisor
steps and pressure              | vomiting, serious, severe
steps and pressure              | partial
steps and pressure              | −50 → 100 mg
no baseline                     | no baseline
no total                        | no PHQ-9 total: 2 forms without one
severe and worse                | 27 (+35 %)
low and old baseline            | over 14 days before dose 1
many events                     | more: point at the shapes
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_the_figure_says(line: str) -> None:
    name, words = (part.strip() for part in line.split("|"))
    figure = draw(CASES[name]())
    assert words in texts(figure)


UNSAID = """
responder confirmed | ceiling
responder confirmed | no score since
responder confirmed | not answered
no form             | baseline
no baseline         | 50 %
latest is zero      | not answered
restart             | −50 → 50 mg
"""


@pytest.mark.parametrize("line", UNSAID.strip().splitlines())
def test_the_figure_does_not_say(line: str) -> None:
    name, words = (part.strip() for part in line.split("|"))
    assert words not in texts(draw(CASES[name]())).replace("no baseline", "")


def test_points_before_the_first_dose_are_hollow() -> None:
    points = named(draw(CASES["responder confirmed"]()), "PHQ-9")
    fills = points["marker"]["color"]
    assert fills[:2] == [LIGHT.paper] * 2
    assert set(fills[2:]) == {LIGHT.instruments["PHQ-9"]}


def test_a_prorated_total_has_a_p_and_its_bounds() -> None:
    points = named(draw(CASES["item 9 blank"]()), "PHQ-9")
    at = points["y"].index(9)
    assert points["text"][at] == "p"
    assert (points["error_y"]["array"][at], points["error_y"]["arrayminus"][at]) == (2, 1)
    assert "p: prorated, 1 item blank, total between 8 and 11" in points["hovertext"][at]


def test_a_superseded_form_is_kept_in_sight_but_off_the_line() -> None:
    figure = draw(CASES["60-day gap and a prorated form"]())
    pale = [
        t
        for t in traces(figure, "y", mode="markers")
        if t["marker"]["color"] == LIGHT.pale_instruments["PHQ-9"]
    ]
    assert [list(trace["y"]) for trace in pale] == [[13]]
    assert 13 not in named(figure, "PHQ-9")["y"]
    assert 13 not in traces(figure, "y", mode="lines")[0]["y"]


def test_a_form_without_a_total_is_no_zero() -> None:
    figure = draw(CASES["60-day gap and a prorated form"]())
    assert 0 not in named(figure, "PHQ-9")["y"]
    floor = next(trace for trace in traces(figure, "y") if "no total" in trace.get("text", []))
    assert floor["marker"]["symbol"] == "x-thin"
    assert "form without a total (4 items blank)" in floor["hovertext"][0]


def test_a_form_without_a_total_is_no_point_even_if_it_is_the_only_one_of_its_day() -> None:
    history = CASES["no total"]()
    history.assessments["is_in_force"] = True
    assert all(trace.get("name") != "PHQ-9" for trace in draw(history)["data"])


def test_a_missed_dose_has_no_stem_even_with_an_amount() -> None:
    table = "2026-03-02 09:00 dose 100\n2026-03-09 09:00 dose 150 status=missed"
    stems = traces(draw_table(table, "2026-03-12"), "y3", mode="lines")
    assert [y for trace in stems for y in trace["y"] if y] == [100]


def test_a_total_of_zero_is_a_point_on_the_line() -> None:
    figure = draw(CASES["latest is zero"]())
    assert named(figure, "PHQ-9")["y"][-1] == 0
    assert traces(figure, "y", mode="lines")[0]["y"][-1] == 0


def test_item_9_that_is_missing_is_never_drawn_as_0() -> None:
    figure = draw(CASES["item 9 blank"]())
    squares = named(figure, "item 9")
    shown = dict(zip([stamp[:10] for stamp in squares["x"]], squares["text"], strict=True))
    assert shown == {
        "2026-03-01": "<b>3</b>",
        "2026-03-10": "<b>2</b>",
        "2026-03-17": "",
        "2026-03-24": "",
        "2026-03-31": "",
    }
    dashed = [shape for shape in figure["layout"]["shapes"] if shape.get("yref") == "y5"]
    assert [shape["xanchor"][:10] for shape in dashed] == ["2026-03-17", "2026-03-31"]
    assert "Item 9: not collected" in hovers(figure)


def test_in_a_crowd_higher_answers_lie_on_top_and_a_0_covers_no_blank() -> None:
    table = "2026-03-01 PHQ-9 12 i9=2\n2026-03-02 PHQ-9 9 p=8..11 i9=blank\n2026-03-03 PHQ-9 8 i9=0"
    assert named(draw_table(table, "2026-12-01"), "item 9")["text"][-1] == "<b>2</b>"
    assert [stamp[:10] for stamp in named(draw_table(table, "2026-12-01"), "item 9")["x"]] == [
        "2026-03-03",
        "2026-03-02",
        "2026-03-01",
    ]


def test_item_9_of_a_superseded_form_is_drawn_too() -> None:
    table = "2026-03-01 PHQ-9 12 i9=0\n2026-03-01 PHQ-9 13 i9=2 superseded"
    assert "<b>2</b>" in named(draw_table(table, "2026-03-04"), "item 9")["text"]


@pytest.mark.parametrize("table", ["2026-03-01 PHQ-9 12 i9=0", "2026-03-01 dose 50"])
def test_item_9_of_a_form_that_was_not_taken_is_drawn_too(table: str) -> None:
    history = replace(make_history(table, "2026-03-30"), waiting=WaitingForms(((date(2026, 3, 9), 2),)))
    figure = draw(history)
    squares = named(figure, "item 9, not taken")
    assert (squares["x"][0][:10], squares["text"]) == ("2026-03-09", ["<b>2</b>"])
    said = [one["text"] for one in figure["layout"]["annotations"]]
    # The lane of scores says once that there is none.
    assert "not taken" in said and said.count("no PHQ-9 form yet") == ("PHQ-9" not in table)


@pytest.mark.parametrize("table", ["2026-03-09 PHQ-9 12 i9=0", "2026-03-01 dose 50"])
def test_item_9_of_a_form_that_was_corrected_or_taken_back_is_drawn_too(table: str) -> None:
    waiting = WaitingForms(replaced=((date(2026, 3, 9), 2),))
    figure = draw(replace(make_history(table, "2026-03-30"), waiting=waiting))
    squares = named(figure, "item 9, replaced")
    assert (squares["x"][0][:10], squares["text"]) == ("2026-03-09", ["<b>2</b>"])
    assert "replaced" in [one["text"] for one in figure["layout"]["annotations"]]


def test_a_form_that_nobody_could_read_is_not_no_form_in_the_lane_of_item_9() -> None:
    history = replace(make_history("2026-03-01 dose 50", "2026-03-30"), waiting=WaitingForms((), 1))
    assert "no form that could be read" in [one["text"] for one in draw(history)["layout"]["annotations"]]


def test_what_was_not_taken_is_hollow_and_half_taken_half_tone() -> None:
    figure = draw(CASES["steps and pressure"]())
    heads = named(figure, "dose taken")
    assert heads["marker"]["color"][2:4] == [LIGHT.paper, LIGHT.half_tone]
    # A missed dose stands where it was prescribed and has no stem.
    assert heads["y"][2] == 150
    stems = next(trace for trace in traces(figure, "y3", mode="lines") if trace.get("name") != "prescribed")
    assert 150 in stems["y"]
    assert len([y for y in stems["y"] if y]) == 6


def test_the_prescribed_line_steps_and_runs_to_as_of() -> None:
    line = named(draw(CASES["steps and pressure"]()), "prescribed")
    assert list(line["y"]) == [100, 100, 150, 150, 100, 100]
    assert line["x"][-1].startswith("2026-04-21")


def test_without_orders_the_prescribed_line_ends_with_each_course() -> None:
    line = named(draw(CASES["restart"]()), "prescribed")
    assert None in line["x"]
    assert line["x"][-1].startswith("2026-05-24")


def test_first_doses_are_marked_by_dotted_lines() -> None:
    shapes = draw(CASES["restart"]())["layout"]["shapes"]
    dotted = {
        shape["x0"] for shape in shapes if shape["line"].get("dash") == "dot" and "domain" in shape["yref"]
    }
    assert dotted == {"2026-01-05T09:00:00", "2026-05-10T09:00:00"}


def test_baseline_lines_begin_at_the_baseline() -> None:
    shapes = draw(CASES["restart"]())["layout"]["shapes"]
    baseline = next(shape for shape in shapes if shape.get("yref") == "y" and shape.get("y0") == 17)
    assert baseline["x0"].startswith("2026-05-05")


def test_bands_part_at_half_points() -> None:
    shapes = draw(CASES["nothing at all"]())["layout"]["shapes"]
    edges = {
        axis: [s["y0"] for s in shapes if s["type"] == "rect" and s["yref"] == axis] for axis in ("y", "y2")
    }
    assert edges == {"y": [0, 4.5, 9.5, 14.5, 19.5], "y2": [0, 4.5, 9.5, 14.5]}


def test_hover_tells_date_time_total_band_change_and_recall() -> None:
    said = hovers(draw(CASES["responder confirmed"]()))
    for words in ("<b>PHQ-9 9</b> · mild", "−9 from baseline (−50 %)", "24 Mar 2026, 20:00 · day 21"):
        assert words in said
    assert "asks about the 14 days to 24 Mar" in said
    assert "time not recorded" in said


def test_text_from_data_is_escaped() -> None:
    figure = draw_table(
        "2026-03-02 09:00 dose 100 note=<img_src=x>_$y$\n2026-03-02 event <b>nausea</b>_&_$x$\n2026-03-03 life <i>$z$",
        "2026-03-10",
    )
    written = texts(figure) + hovers(figure)
    assert "$" not in written
    assert "<img" not in written
    assert "&lt;b&gt;nausea&lt;/b&gt; &amp; x" in written
    assert "<i>" not in written


PRESSURES = """
at the limit            | bp=160/80                | BP 160/80
diastolic at the limit  | bp=120/100               | BP 120/100
just under              | bp=159/99                |
after the dose          | bp=120/80 bp120=170/90   | BP 170/90 at 120 min
not recorded            |                          |
"""


@pytest.mark.parametrize("line", PRESSURES.strip().splitlines())
def test_blood_pressure_is_named_at_its_limit(line: str) -> None:
    _, options, words = (part.strip() for part in line.split("|"))
    assert found(draw_table(f"2026-03-02 09:00 dose 100 {options}", "2026-03-10")) == words


def test_a_supervisor_that_was_not_recorded_is_not_absent() -> None:
    for options, is_said in (("supervisor=no", True), ("supervisor=yes", False), ("", False)):
        figure = draw_table(f"2026-03-02 09:00 dose 100 {options}", "2026-03-10")
        assert ("no supervisor" in found(figure)) is is_said


def test_mild_events_are_left_to_the_table_unless_serious() -> None:
    table = "2026-03-02 09:00 dose 100\n2026-03-02 event itch severity=mild\n2026-03-03 event fall severity=mild serious"
    said = texts(draw_table(table, "2026-03-10"))
    assert "itch" not in said
    assert "fall, serious, mild" in said


def test_a_window_does_not_speak_for_the_whole_record() -> None:
    figure = draw(CASES["two years"](), LIGHT, "6 weeks")
    assert "none of these recorded in this range; see below" in texts(figure)
    assert "recorded at, of 1 session in this range: BP before 1, BP after 0, MOAA/S 0" in texts(figure)
    assert "none of these recorded; see below how often each was recorded" in texts(
        draw(CASES["responder confirmed"]())
    )


def test_daily_sessions_are_all_ticked_and_some_numbered() -> None:
    ticks = named(draw(CASES["daily low dose"]()), "sessions")
    assert len(ticks["x"]) == 38
    numbered = [text for text in ticks["text"] if text]
    assert (numbered[0], numbered[-1]) == ("S1", "S38")
    assert len(numbered) < 20
