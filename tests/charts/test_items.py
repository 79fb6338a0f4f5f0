"""The heat map of items, read from the figure: a 0 is a 0, a blank is hatched, what was not collected is said."""

from itertools import pairwise

import plotly.graph_objects as go
import pytest
from charts.made_up import make_history

from lib.charts.items import plot_items
from lib.charts.theme import DARK, LIGHT
from lib.clinical.history import PatientHistory
from lib.clinical.instruments import GAD7, INSTRUMENTS, PHQ9
from lib.clinical.item_forms import arrange_by_date, compare_forms, describe_items, read_item_forms

DOSE = "2026-03-03 09:00 dose 50"


def history_of(*forms: str) -> PatientHistory:
    """Forms as `DATE [TIME] INSTRUMENT ANSWERS [superseded]`: a digit an item, - not answered, =12 a total without items."""
    rows = [line.split() for line in sorted(forms)]
    answers = [next(after for before, after in pairwise(words) if before in INSTRUMENTS) for words in rows]
    lines = [_line(words, given) for words, given in zip(rows, answers, strict=True)]
    history = make_history("\n".join([DOSE, *lines]), "2026-04-20")
    for row, given in enumerate(answers):
        for item, one in enumerate("" if given.startswith("=") else given, 1):
            history.assessments.loc[row, f"item_{item}"] = None if one == "-" else int(one)
    return history


def _line(words: list[str], answers: str) -> str:
    """The same for make_history, which knows totals and item 9."""
    if answers.startswith("="):
        said = f"{answers[1:]} items=no"
    else:
        n_blank = answers.count("-")
        total = sum(int(one) for one in answers if one != "-") if n_blank <= 2 else "-"
        item_9 = answers[8:].replace("-", "blank")
        said = f"{total} blank={n_blank}" + (f" i9={item_9}" if item_9 else "")
    return " ".join(said if word == answers else word for word in words)


def draw(history: PatientHistory, theme=LIGHT):
    forms = read_item_forms(history)
    return plot_items(arrange_by_date(forms), compare_forms(history, forms), theme).to_plotly_json()


def trace(figure, name):
    return next(one for one in figure["data"] if one["name"] == name)


def words(figure) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


BASELINE = "2026-03-01 PHQ-9 321021031"
CASES = {
    "two forms": [BASELINE, "2026-03-20 PHQ-9 110000000"],
    "blanks": [BASELINE, "2026-03-20 PHQ-9 11-00000-"],
    "no total": [BASELINE, "2026-03-20 PHQ-9 1---00000"],
    "totals only": ["2026-03-01 PHQ-9 =15", "2026-03-20 PHQ-9 =4"],
    "anxiety only": ["2026-03-01 GAD-7 3210213", "2026-03-20 GAD-7 0000000"],
    "two on one day": [
        BASELINE,
        "2026-03-20 08:00 PHQ-9 111111111 superseded",
        "2026-03-20 20:00 PHQ-9 000000000",
    ],
    "no baseline": ["2026-03-20 PHQ-9 111111111"],
    "over new year": ["2025-12-30 PHQ-9 222222222", "2026-03-20 GAD-7 0000000"],
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_plotly_accepts_every_figure(case, theme):
    figure = draw(history_of(*CASES[case]), theme)
    assert go.Figure(figure).to_plotly_json()["layout"]["paper_bgcolor"] == theme.paper


def test_every_answer_is_printed_in_its_cell_and_coloured_by_it():
    bars = trace(draw(history_of(*CASES["two forms"])), "PHQ-9 answers")
    assert "".join(bars["text"]) == "321021031110000000"
    assert bars["x"] == [0] * 9 + [1] * 9
    fills = dict(zip(bars["text"], bars["marker"]["color"], strict=True))
    assert [fills[digit] for digit in "0123"] == list(LIGHT.answers)


def test_a_blank_is_hatched_and_is_no_zero():
    figure = draw(history_of(*CASES["blanks"]))
    blank = trace(figure, "PHQ-9 not answered")
    assert len(blank["x"]) == 2 and blank["marker"]["pattern"]["shape"] == "/"
    assert all("not answered" in text for text in blank["hovertext"])
    assert "".join(trace(figure, "PHQ-9 answers")["text"])[9:] == "1100000"


def test_a_form_without_a_total_shows_its_answers():
    figure = draw(history_of(*CASES["no total"]))
    assert len(trace(figure, "PHQ-9 not answered")["x"]) == 3
    assert any("no total" in text for text in trace(figure, "PHQ-9 answers")["hovertext"])


def test_what_came_as_a_total_is_not_collected_and_said_so():
    figure = draw(history_of(*CASES["totals only"]))
    assert trace(figure, "PHQ-9 answers")["text"] == [] and words(figure).count("not collected") == 2
    assert all("not collected" in text for text in trace(figure, "PHQ-9 not collected")["hovertext"])
    assert set(trace(figure, "PHQ-9 change")["text"]) == {""}


def test_a_change_is_the_latest_minus_the_baseline_form_and_empty_where_either_is_missing():
    figure = draw(history_of(*CASES["blanks"]))
    plain = [text.replace("<b>", "").replace("</b>", "") for text in trace(figure, "PHQ-9 change")["text"]]
    assert plain == ["−2", "−1", "", "0", "−2", "−1", "0", "−3", ""]


def test_no_change_of_nothing_is_called_zero():
    figure = draw(history_of(*CASES["no baseline"]))
    assert set(trace(figure, "PHQ-9 change")["text"]) == {""} and "no<br>baseline" in words(figure)


def test_baseline_and_latest_are_marked_on_their_own_columns():
    notes = draw(history_of(*CASES["two on one day"]))["layout"]["annotations"]
    marks = {note["text"]: note["x"] for note in notes if note["text"] in ("<b>B</b>", "<b>L</b>")}
    assert marks == {"<b>B</b>": 0, "<b>L</b>": 2}


def test_a_superseded_form_has_a_column_because_its_item_9_counts():
    figure = draw(history_of(*CASES["two on one day"]))
    bars = trace(figure, "PHQ-9 answers")
    assert bars["x"][9:18] == [1] * 9 and "".join(bars["text"][9:18]) == "1" * 9
    assert "superseded by a later form of its day" in bars["hovertext"][9]


def test_rows_keep_the_order_of_the_form_and_item_9_stands_apart():
    figure = draw(history_of(*CASES["two forms"]))
    bars = trace(figure, "PHQ-9 answers")
    tops = bars["base"][:9]
    steps = [lower - upper for upper, lower in pairwise(tops)]
    assert len(set(steps[:7])) == 1 and steps[7] > steps[0]
    assert figure["layout"]["yaxis"]["range"][0] > figure["layout"]["yaxis"]["range"][1] == 0
    assert any(
        shape["type"] == "line" and tops[7] < shape["y0"] < tops[8] for shape in figure["layout"]["shapes"]
    )
    assert "<b>9 Death or self-harm</b>" in words(figure)


def test_a_zero_on_item_9_is_no_all_clear():
    bars = trace(draw(history_of(*CASES["two forms"])), "PHQ-9 answers")
    assert "0 is not a risk assessment" in bars["hovertext"][17]


def test_names_and_groups_stand_beside_the_rows():
    said = words(draw(history_of(*CASES["two forms"])))
    assert any(text.startswith("3 Sleep") and "somatic" in text for text in said)
    assert any(text.startswith("1 Interest") and "mood" in text for text in said)
    assert all(len(one.item_groups) == one.n_items for one in (PHQ9, GAD7))


def test_dates_stand_in_their_order_with_the_year_where_it_begins():
    said = [text for text in words(draw(history_of(*CASES["over new year"]))) if "<br>" in text]
    assert said[:2] == ["<b>2025</b><br>30<br>Dec", "<b>2026</b><br>20<br>Mar"]


def test_forms_of_both_instruments_on_one_date_share_a_column():
    forms = read_item_forms(history_of(BASELINE, "2026-03-01 GAD-7 3210213", "2026-03-20 GAD-7 0000000"))
    assert [(str(day.on), sorted(day.forms)) for day in arrange_by_date(forms)] == [
        ("2026-03-01", ["GAD-7", "PHQ-9"]),
        ("2026-03-20", ["GAD-7"]),
    ]


def test_the_words_say_the_same_and_never_take_a_blank_for_a_zero():
    said = describe_items(history_of(*CASES["blanks"]))
    assert "PHQ-9 items from baseline 1 Mar 2026 to latest 20 Mar 2026: Interest 3 to 1 (−2)" in said
    assert "Sleep not known" in said and "Item 9 on the last PHQ-9, 20 Mar 2026: not answered" in said
    assert "Item 9 on the last PHQ-9, 20 Mar 2026: not collected" in describe_items(
        history_of(*CASES["totals only"])
    )
    assert "PHQ-9 items: no baseline to compare" in describe_items(history_of(*CASES["no baseline"]))
