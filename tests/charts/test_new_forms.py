"""What the reader has not reviewed yet is framed in the chart, in every lane where it stands, and explained there."""

from dataclasses import replace

import pandas as pd
from charts.cases import CASES
from charts.drawing import POLICY

from lib.charts.options import ChartOptions
from lib.charts.patient import plot_patient
from lib.charts.theme import LIGHT


def draw(new: frozenset[int]):
    history = CASES["responder confirmed"]()
    forms = history.assessments
    history = replace(history, assessments=forms.assign(record=pd.array(range(len(forms)), dtype="Int64")))
    options = replace(ChartOptions.of(POLICY), new_forms=new)
    return plot_patient(history, LIGHT, options).to_plotly_json(), history.assessments


def frames(figure):
    return [trace for trace in figure["data"] if trace.get("name") == "new since your review"]


def words(figure) -> str:
    return " | ".join(note["text"] for note in figure["layout"]["annotations"])


def test_new_forms_are_framed_where_they_stand():
    _, forms = draw(frozenset())
    last = forms[forms["instrument"] == "PHQ-9"].iloc[-1]
    figure, _ = draw(frozenset({int(last["record"])}))
    (frame,) = frames(figure)
    assert (frame["yaxis"], frame["y"], frame["x"]) == ("y", [last["total"]], [last["at"].isoformat()])
    assert "□ new since your review" in words(figure)


def test_without_a_review_or_news_nothing_is_framed():
    figure, _ = draw(frozenset())
    assert frames(figure) == [] and "new since" not in words(figure)
    figure, _ = draw(frozenset({999_999}))
    assert frames(figure) == [] and "new since" not in words(figure)
