"""The items of PHQ-9 and GAD-7 over a patient's forms: one column a date, the answer printed in each cell.

Columns are equally wide, so the dates stand over them; the chart of totals has the true distances.
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from lib.charts.canvas import NORMAL, Part
from lib.charts.item_frame import draw_legend, draw_names, lay_out
from lib.charts.item_marks import (
    Cells,
    draw_change_heading,
    draw_dates,
    draw_empty_frames,
    mark_forms,
    say_no_change,
    say_no_form,
    say_not_collected,
)
from lib.charts.item_rows import BLOCKS, ROW_PX, Block, is_item_9
from lib.charts.text import lines, say_moment
from lib.charts.theme import Theme
from lib.clinical.item_forms import Compared, DayForms, ItemForm, say_answer
from lib.clinical.wording import say_signed

# Fewer columns than this are not made any wider.
FEWEST = 10
CHANGE_GAP = 0.7


def plot_items(columns: Sequence[DayForms], compared: dict[str, Compared], theme: Theme) -> go.Figure:
    """columns: those shown, from left to right, at least one. compared: by instrument, for the last column of changes."""
    traces: list[Part] = []
    change_at = len(columns) - 0.5 + CHANGE_GAP
    annotations = [*draw_names(theme), *draw_legend(theme), *draw_dates(columns, theme)]
    shapes: list[Part] = []
    for block in BLOCKS:
        name = block.instrument.name
        cells = [(x, day.forms[name]) for x, day in enumerate(columns) if name in day.forms]
        traces += [_answers(block, cells, theme), _not_answered(block, cells, theme)]
        traces.append(_not_collected(block, cells, theme))
        totals_only = [x for x, form in cells if not form.has_items]
        annotations += [say_not_collected(block, x, theme) for x in totals_only]
        shapes += [frame for x in totals_only for frame in draw_empty_frames(block, x, theme)]
        marks = compared.get(name, Compared(None, None))
        marked = mark_forms(block, cells, marks, theme)
        shapes += marked[0]
        annotations += marked[1]
        traces.append(_changes(block, marks, change_at, theme))
        no_change = say_no_change(block, marks, change_at, theme)
        annotations += [no_change] if no_change and cells else []
        if not cells:
            annotations.append(say_no_form(block, theme))
    annotations.append(draw_change_heading(change_at, theme))
    layout = lay_out(theme, last=max(len(columns), FEWEST) + CHANGE_GAP + 0.6)
    layout |= {"shapes": [*shapes, *layout["shapes"]], "annotations": annotations}
    # Plotly's own validation would take six times as long as the rest; the tests validate every kind of figure.
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


Place = tuple[int, ItemForm, int]


def _answers(block: Block, cells: Cells, theme: Theme) -> Part:
    """What was answered: the colour says it again, and only once more."""
    answered = [(x, form, item) for x, form, item in _places(cells) if form.answers[item] is not None]
    digits = [form.answers[item] or 0 for _, form, item in answered]
    bar = _bars(block, answered, f"{block.instrument.name} answers")
    bar["marker"] = {
        "color": [theme.answers[digit] for digit in digits],
        "line": {"color": theme.instrument("PHQ-9"), "width": 1},
    }
    bar["text"] = [str(digit) for digit in digits]
    font = {"size": NORMAL + 1, "color": [theme.answer_digits[digit] for digit in digits]}
    inside = {"textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "constraintext": "none"}
    return bar | inside | {"insidetextfont": font}


def _not_answered(block: Block, cells: Cells, theme: Theme) -> Part:
    """Hatched, and never a 0."""
    blank = [
        (x, form, item) for x, form, item in _places(cells) if form.has_items and form.answers[item] is None
    ]
    hatch = {"shape": "/", "size": 5, "solidity": 0.35, "fgcolor": theme.muted, "bgcolor": theme.paper}
    marker = {"color": theme.paper, "pattern": hatch, "line": {"color": theme.muted, "width": 1}}
    return _bars(block, blank, f"{block.instrument.name} not answered") | {"marker": marker}


def _not_collected(block: Block, cells: Cells, theme: Theme) -> Part:
    """Of a form that came as a total: nothing is drawn, but the mouse is answered."""
    empty = [(x, form, item) for x, form, item in _places(cells) if not form.has_items]
    marker = {"color": theme.paper, "line": {"width": 0}}
    return _bars(block, empty, f"{block.instrument.name} not collected") | {"marker": marker}


def _places(cells: Cells) -> list[Place]:
    return [(x, form, item) for x, form in cells for item in range(form.instrument.n_items)]


def _bars(block: Block, places: Sequence[Place], name: str) -> Part:
    return {
        "type": "bar",
        "name": name,
        "x": [x for x, _, _ in places],
        "base": [block.tops[item] + 1 for _, _, item in places],
        "y": [ROW_PX - 2] * len(places),
        "width": 0.92,
        "hoverinfo": "text",
        "hovertext": [_describe(form, item) for _, form, item in places],
        "showlegend": False,
    }


def _describe(form: ItemForm, item: int) -> str:
    name = form.instrument.item_names[item]
    return lines(
        f"<b>{form.instrument.name} item {item + 1}, {name}: {say_answer(form, item)}</b>",
        say_moment(form.at, form.is_time_known),
        f"total {form.total}" if form.total is not None else "no total",
        None if form.is_in_force else "superseded by a later form of its day; item 9 counts all the same",
        "0 is not a risk assessment"
        if is_item_9(form.instrument, item) and form.answers[item] == 0
        else None,
    )


def _changes(block: Block, marks: Compared, x: float, theme: Theme) -> Part:
    """Latest − baseline, item by item; empty where either is not known."""
    changes = marks.changes or (None,) * block.instrument.n_items
    names = block.instrument.item_names
    return {
        "type": "scatter",
        "mode": "text",
        "name": f"{block.instrument.name} change",
        "x": [x] * len(changes),
        "y": [top + ROW_PX / 2 for top in block.tops],
        "text": ["" if change is None else f"<b>{say_signed(change)}</b>" for change in changes],
        "textfont": {"size": NORMAL + 1, "color": theme.ink},
        "hoverinfo": "text",
        "hovertext": [
            f"{name}: {'not known' if change is None else f'{say_signed(change)} from baseline to latest'}"
            for name, change in zip(names, changes, strict=True)
        ],
        "showlegend": False,
    }
