"""Drawing a made-up patient's figure with the shipped policy, and reading what is on it."""

from pathlib import Path
from typing import Any

from charts.made_up import make_history

from lib.charts.options import ChartOptions
from lib.charts.patient import plot_patient
from lib.charts.theme import LIGHT, Theme
from lib.clinical.history import PatientHistory
from lib.clinical.policy import parse_policy

_SHIPPED = Path(__file__).resolve().parents[2] / "data" / "policy.toml"
POLICY = parse_policy(_SHIPPED.read_bytes(), _SHIPPED.name, 1)
Figure = dict[str, Any]


def draw(history: PatientHistory, theme: Theme = LIGHT, window: str = "all", *layers: str) -> Figure:
    options = ChartOptions.of(POLICY, window=window, layers=frozenset(layers))
    return plot_patient(history, theme, options).to_plotly_json()


def draw_table(table: str, as_of: str, **patient: Any) -> Figure:
    return draw(make_history(table, as_of, **patient))


def traces(figure: Figure, axis: str, **wanted: Any) -> list[Figure]:
    found = [trace for trace in figure["data"] if trace["yaxis"] == axis]
    return [trace for trace in found if all(trace.get(key) == value for key, value in wanted.items())]


def named(figure: Figure, name: str) -> Figure:
    return next(trace for trace in figure["data"] if trace.get("name") == name)


def texts(figure: Figure) -> str:
    """Every visible word of the figure."""
    layout = figure["layout"]
    notes = [note["text"] for note in layout["annotations"]]
    on_points = [text for trace in figure["data"] for text in trace.get("text", [])]
    return " | ".join([*notes, *on_points, layout["xaxis"]["title"]["text"]])


def found(figure: Figure) -> str:
    """What the session and safety lane puts into words."""
    return " | ".join(
        text.strip() for trace in figure["data"] if trace.get("name") == "safety" for text in trace["text"]
    )


def hovers(figure: Figure) -> str:
    return " | ".join(text for trace in figure["data"] for text in trace.get("hovertext", []))


def sheet_px(figure: Figure) -> float:
    """How high the part is that all lanes share."""
    margin = figure["layout"]["margin"]
    return figure["layout"]["height"] - margin["t"] - margin["b"]
