"""A chart as a browser is sent it."""

from hashlib import sha256

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly

from lib.charts.canvas import Part


class SentFigure(go.Figure):  # type: ignore[misc]
    """What it shows, ready made. Streamlit takes a figure as it is, and would validate a dict; plotly's own figure copies all
    that it shows whenever it is asked, three times for one chart."""

    def __init__(self, shown: Part) -> None:
        # Without plotly's own beginning, which copies everything and makes an object of each trace.
        self._shown = shown

    def to_dict(self) -> Part:
        return self._shown


def send(shown: Part) -> SentFigure:
    """shown: data and layout, as plotly has them. Streamlit hands each figure to plotly twice, which by its revision knows that
    it has drawn it. The template that plotly takes by default would be new to it each time."""
    revision = sha256(to_json_plotly(shown).encode()).hexdigest()
    return SentFigure({**shown, "layout": shown["layout"] | {"datarevision": revision, "template": None}})
