"""Where the words of a figure with numeric axes stand on the narrowest page, in pixels from its lower left corner."""

from itertools import combinations
from typing import Any

from lib.charts.canvas import NARROWEST
from lib.charts.labels import Box, overlaps, text_size

Figure = dict[str, Any]
# Letters have less ink than their line is high.
TOUCHING_PX = 1.5


def word_boxes(figure: Figure) -> list[tuple[str, Box]]:
    """Annotations and labels of the axes."""
    layout = figure["layout"]
    words = [(note["text"], _box(note, layout)) for note in layout["annotations"]]
    for name, axis in layout.items():
        if (
            name.startswith(("xaxis", "yaxis"))
            and axis.get("visible", True)
            and axis.get("showticklabels", True)
        ):
            words += [(text, _tick(name, axis, value, text, layout)) for value, text in _ticks(axis)]
    return words


def find_clashes(figure: Figure) -> list[str]:
    """Words over words, and words that leave the sheet."""
    found = []
    words = [(text, box) for text, box in word_boxes(figure) if text.strip()]
    for (text, box), (other, other_box) in combinations(words, 2):
        small = (box[0] + TOUCHING_PX, box[1] - TOUCHING_PX, box[2] + TOUCHING_PX, box[3] - TOUCHING_PX)
        if overlaps(small, [other_box]):
            found.append(f"{text!r} over {other!r}")
    height = figure["layout"]["height"]
    for text, (left, right, bottom, top) in words:
        if left < -1 or right > NARROWEST + 1 or bottom < -1 or top > height + 1:
            found.append(f"{text!r} leaves the sheet: {left:.0f} to {right:.0f}, {bottom:.0f} to {top:.0f}")
    return found


def _ticks(axis: Figure) -> list[tuple[float, str]]:
    values = axis.get("tickvals", [])
    return list(zip(values, axis.get("ticktext", [f"{value:g}" for value in values]), strict=True))


def _tick(name: str, axis: Figure, value: float, text: str, layout: Figure) -> Box:
    note = {"text": text, "font": axis["tickfont"], "xshift": 0, "yshift": 0}
    if name.startswith("x"):
        place = {
            "x": value,
            "xref": name.replace("axis", ""),
            "y": 0,
            "yref": "paper",
            "xanchor": "center",
            "yanchor": "top",
        }
        return _box(note | place | {"yshift": -axis["ticklen"] - 3}, layout)
    x_axis = layout[axis["anchor"].replace("x", "xaxis")] if "anchor" in axis else layout["xaxis"]
    left = x_axis.get("domain", [0, 1])[0]
    place = {
        "x": left,
        "xref": "paper",
        "y": value,
        "yref": name.replace("axis", ""),
        "xanchor": "right",
        "yanchor": "middle",
    }
    return _box(note | place | {"xshift": -3}, layout)


def _box(note: Figure, layout: Figure) -> Box:
    width, height = text_size(note["text"].replace("&lt;", "<").replace("&gt;", ">"), note["font"]["size"])
    margin = layout["margin"]
    plot = {"x": NARROWEST - margin["l"] - margin["r"], "y": layout["height"] - margin["t"] - margin["b"]}
    ends = []
    for side, origin, size in (("x", margin["l"], width), ("y", margin["b"], height)):
        share = _share(note[side], note[f"{side}ref"], layout)
        at = origin + share * plot[side] + note.get(f"{side}shift", 0)
        anchor = note[f"{side}anchor"]
        low = at - size * {"left": 0, "bottom": 0, "center": 0.5, "middle": 0.5, "right": 1, "top": 1}[anchor]
        ends += [low, low + size]
    return ends[0], ends[1], ends[2], ends[3]


def _share(value: float, ref: str, layout: Figure) -> float:
    """Of the plot, from its left or lower edge."""
    if ref == "paper":
        return value
    axis = layout[f"{ref[0]}axis{ref[1:]}"]
    low, high = axis["range"]
    start, end = axis.get("domain", [0, 1])
    return start + (end - start) * (value - low) / (high - low)
