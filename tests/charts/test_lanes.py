"""The lanes around the scores: dose orders, sessions' numbers, safety, other instruments, events and medications."""

from datetime import datetime
from itertools import pairwise

import pytest
from charts.cases import CASES
from charts.drawing import Figure, draw, draw_table, found, hovers, named, texts, traces
from charts.made_up import make_history

from lib.charts.order_facts import mark_orders
from lib.charts.records import read_record
from lib.charts.theme import LIGHT
from lib.charts.time_axis import make_time_axis

AXES = """
y  | PHQ-9 total</b>, points 0–27, lower is better
y2 | GAD-7 total</b>, points 0–21, lower is better
y3 | Dose</b>, mg, up is more
y5 | PHQ-9 item 9</b>, death or self-harm, answers 0–3, up is more often · 0 is not a risk assessment
y9 | PCL-5 total</b>, points as recorded, no rules, direction not known here
x  | date, and days since the first dose on 3 Mar 2026
"""


@pytest.mark.parametrize("line", AXES.strip().splitlines())
def test_every_axis_says_its_unit_and_its_direction(line: str) -> None:
    _, words = (part.strip() for part in line.split("|"))
    assert words in texts(draw(CASES["everything"]()))


ORDERS = """
first of all              | 02 order 100                                | start
more, less, the same      | 02 order 100; 05 order 150; 07 order 50; 09 order 50 | start, up, down, continue
another interval          | 02 order 100 every=7; 05 order 100 every=14 | start, interval
interval not known before | 02 order 100; 05 order 100 every=14         | start, continue
dose before interval      | 02 order 100 every=7; 05 order 150 every=14 | start, up
nothing to be taken       | 02 order 100; 05 order 0; 09 order 100      | start, stop, start again
"""


@pytest.mark.parametrize("line", ORDERS.strip().splitlines())
def test_an_order_is_one_word_against_the_one_before(line: str) -> None:
    _, table, words = (part.strip() for part in line.split("|"))
    assert order_words("\n".join(f"2026-03-{row.strip()}" for row in table.split(";"))) == words


def order_words(table: str) -> str:
    history = make_history(table, "2026-12-01")
    record = read_record(history)
    time = make_time_axis(history.as_of, record.moments, record.first_doses, "all", 500)
    return ", ".join(mark.word for mark in mark_orders(record, time))


def test_the_order_before_a_new_course_starts_again() -> None:
    table = "2026-03-01 order 100\n2026-03-02 dose 100\n2026-03-05 order 150\n2026-08-01 order 50\n2026-08-02 dose 50 course=2"
    assert order_words(f"{table}\n2026-08-09 order 100") == "start, up, start again, up"


def test_an_order_tells_dose_interval_clinician_and_reason_or_that_they_are_unknown() -> None:
    said = "".join(named(draw(CASES["everything"]()), "dose orders")["hovertext"])
    for words in ("150 mg, every 7 days (before: 100 mg)", "by dr-moreno", "reason: step up, tolerated"):
        assert words in said
    assert "clinician not recorded" in said and "reason not recorded" in said


def test_the_strip_is_called_what_it_is_and_says_when_it_is_empty() -> None:
    assert "<b>Dose orders</b>, each against the one before" in texts(draw(CASES["everything"]()))
    assert "<b>Dose orders</b> · none recorded" in texts(draw(CASES["latest is zero"]()))


@pytest.mark.parametrize("name", CASES)
def test_session_numbers_stand_above_the_scores_at_their_sessions(name: str) -> None:
    figure = draw(CASES[name]())
    if not traces(figure, "y8"):
        return
    axis, lane = named(figure, "session axis"), named(figure, "sessions")
    assert (axis["x"], axis["text"]) == (lane["x"], lane["text"])
    assert figure["layout"]["yaxis8"]["domain"][0] > figure["layout"]["yaxis"]["domain"][1]
    assert "S1" in axis["text"] or name == "two years"


def test_a_score_that_staff_entered_has_an_s() -> None:
    figure = draw(CASES["everything"]())
    assert named(figure, "PHQ-9")["text"] == ["s", "p s", "s", ""]
    assert "<b>9 p s (−53 %)</b>" in texts(figure)
    assert "p prorated · s by staff" in texts(figure)
    assert "by staff" not in texts(draw(CASES["responder confirmed"]()))


FINDINGS = """
dissociation from 7      | dose 100 dissociation=7                     | dissociation 7/10
dissociation below       | dose 100 dissociation=6.5                   |
rise, though not high    | dose 100 bp=110/70 bp40=150/80              | BP 150/80 at 40 min
mild vomiting            | event Vomiting severity=mild                | Vomiting, mild
mild nausea              | event Nausea severity=mild                  |
moderate nausea          | event Nausea severity=moderate              | Nausea, moderate
severity not recorded    | event Nausea                                | Nausea, severity not recorded
nobody was there         | dose 100 supervisor=no                      | no supervisor
"""


@pytest.mark.parametrize("line", FINDINGS.strip().splitlines())
def test_the_safety_lane_names(line: str) -> None:
    _, row, words = (part.strip() for part in line.split("|"))
    assert found(draw_table(f"2026-03-02 09:00 {row}", "2026-03-10")) == words


def test_what_was_not_recorded_is_counted() -> None:
    said = texts(draw(CASES["everything"]()))
    assert (
        "recorded, of 3 sessions: BP before 3 · MOAA/S 2 · dissociation 2 · supervisor 3 · AE asked 2" in said
    )


INTEGRATIONS = """
24 hours after       | 09:00 dose 100 | 2026-03-03 09:00 | filled
just before 24       | 09:00 dose 100 | 2026-03-03 08:59 | hollow
72 hours after       | 09:00 dose 100 | 2026-03-05 09:00 | filled
just after 72        | 09:00 dose 100 | 2026-03-05 09:01 | hollow
day only, surely     | 09:00 dose 100 | 2026-03-04       | filled
day only, not surely | 09:00 dose 100 | 2026-03-03       | hollow
dose's time unknown  | dose 100       | 2026-03-03 20:00 | hollow
dose was missed      | 09:00 dose 100 status=missed | 2026-03-04 09:00 | hollow
"""


@pytest.mark.parametrize("line", INTEGRATIONS.strip().splitlines())
def test_integration_is_filled_only_where_it_surely_fell_into_the_hours_after_a_dose(line: str) -> None:
    _, dose, when, look = (part.strip() for part in line.split("|"))
    figure = draw_table(f"2026-03-02 {dose}\n{when} integration therapy minutes=50 tags=relief", "2026-03-10")
    fill = {LIGHT.ink: "filled", LIGHT.paper: "hollow"}
    assert [fill[color] for color in named(figure, "integration")["marker"]["color"]] == [look]
    assert "Integration: therapy</b><br>50 min<br>tags: relief" in hovers(figure)


def test_another_instrument_has_a_lane_without_rules_on_a_scale_from_0() -> None:
    figure = draw(CASES["everything"]())
    axis = figure["layout"]["yaxis9"]
    assert axis["range"] == [0, pytest.approx(1.2 * 52)]
    assert named(figure, "PCL-5")["y"] == [52, 41, 30]
    assert named(figure, "PCL-5")["marker"]["color"][0] == LIGHT.paper
    assert "1 without a total" in texts(figure)
    # Between the second and the third lie thirty days.
    assert traces(figure, "y9", mode="lines")[0]["y"] == [52, 41, None, 30, None]
    assert "yaxis9" not in draw(CASES["responder confirmed"]())["layout"]


def test_another_range_keeps_its_scale() -> None:
    windowed = draw(CASES["everything"](), LIGHT, "6 weeks")["layout"]["yaxis9"]["range"]
    assert windowed == draw(CASES["everything"]())["layout"]["yaxis9"]["range"]


def test_events_and_medications_are_told_and_stretch_no_axis() -> None:
    figure = draw(CASES["everything"]())
    said = texts(figure)
    for words in (
        *("bereavement", "antidepressant changed", "admission", "bupropion (ndri) since 24 Mar 2026"),
        *(
            "venlafaxine (snri) since 1 May 2024",
            "clonazepam (benzodiazepine) start not recorded, ended 20 Mar 2026",
        ),
    ):
        assert words in said
    assert "moved house" not in said
    assert datetime.fromisoformat(figure["layout"]["xaxis"]["range"][0]).year == 2026


def test_a_medication_of_unknown_start_is_dotted_and_one_that_ended_long_ago_is_not_drawn() -> None:
    table = "2026-03-02 dose 100\nundated medication a\n2026-03-03 medication b\n2020-01-01 medication c until=2021-01-01"
    dashes = [trace["line"]["dash"] for trace in drawn_medications(draw_table(table, "2026-04-10"))]
    assert dashes == ["solid", "dot"]


def drawn_medications(figure: Figure) -> list[Figure]:
    return [trace for trace in figure["data"] if trace.get("name") == "medication"]


def test_an_end_that_lies_ahead_is_not_drawn() -> None:
    figure = draw_table("2026-03-02 dose 100\n2026-03-03 medication b until=2026-12-01", "2026-04-10")
    assert drawn_medications(figure)[0]["x"][1].startswith("2026-04-11")
    assert "ended" not in texts(figure)


def test_without_any_it_says_none_recorded() -> None:
    assert "<b>Events and medications</b> · none recorded" in texts(draw(CASES["latest is zero"]()))


@pytest.mark.parametrize("name", CASES)
def test_no_word_is_smaller_than_can_be_read(name: str) -> None:
    figure = draw(CASES[name]())
    sizes = [note["font"]["size"] for note in figure["layout"]["annotations"]]
    sizes += [trace["textfont"]["size"] for trace in figure["data"] if "textfont" in trace]
    assert min(sizes) >= 10


@pytest.mark.parametrize("name", CASES)
def test_lanes_do_not_overlap(name: str) -> None:
    layout = draw(CASES[name]())["layout"]
    domains = sorted(layout[axis]["domain"] for axis in layout if axis.startswith("yaxis"))
    assert all(low[1] <= high[0] for low, high in pairwise(domains))
    assert domains[0][0] >= -1e-9 and domains[-1][1] <= 1 + 1e-9
