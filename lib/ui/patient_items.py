"""The section Items: what was answered, item by item, over the forms of a patient."""

import streamlit as st

from lib.charts.items import plot_items
from lib.clinical.item_forms import (
    Compared,
    DayForms,
    arrange_by_date,
    compare_forms,
    describe_items,
    read_item_forms,
)
from lib.clinical.wording import say_day
from lib.services.patients import PatientPage
from lib.ui import display
from lib.ui.choosing import choose_segment
from lib.ui.drawn_once import draw_once
from lib.ui.style import current_theme

# As many as are legible beside the flags, and on a narrow page.
MOST_COLUMNS = 20
_NOTE = (
    "B: baseline form, L: latest form of the current course; a negative change is better. Columns are equally wide: the chart "
    "above has the true distances. No cell: no form of that date. Mood and somatic are our own grouping, for reading only. "
    "Item 9 at 0 is not a risk assessment."
)


def show_items(page: PatientPage) -> None:
    """The heat map, its note, and the same in words."""
    forms = read_item_forms(page.history)
    st.subheader(f"Items ({len(forms):,} forms)", anchor=False)
    if not forms:
        st.caption("No PHQ-9 or GAD-7 form is recorded.")
        return
    columns = arrange_by_date(forms)
    compared = compare_forms(page.history, forms)
    shown = _choose(columns)
    pinned = _baseline_columns(columns, shown, [one.baseline for one in compared.values()])
    on = [column.on for column in (*pinned, *shown)]
    draw_once(page, "items", *on, draw=lambda: _draw(page, [*pinned, *shown], compared))
    kept = " The baseline stands first, out of its place in time." if pinned else ""
    st.caption(_NOTE + kept)
    with st.expander("In words", key=f"items-words-{page.patient_key}"):
        st.markdown(display.escape(describe_items(page.history)))


def _draw(page: PatientPage, columns: list[DayForms], compared: dict[str, Compared]) -> None:
    figure = plot_items(columns, compared, current_theme())
    display.show_chart(figure, describe_items(page.history), key=f"items-{page.patient_key}")


def _choose(columns: list[DayForms]) -> list[DayForms]:
    """The newest columns, or the ones before them that the reader chose."""
    pages = [columns[max(0, end - MOST_COLUMNS) : end] for end in range(len(columns), 0, -MOST_COLUMNS)]
    if len(pages) == 1:
        return columns
    names = {str(number): _say_range(page) for number, page in enumerate(pages, 1)}
    return pages[int(choose_segment("Forms", "items", names)) - 1]


def _say_range(columns: list[DayForms]) -> str:
    return f"{say_day(columns[0].on)} – {say_day(columns[-1].on)}"


def _baseline_columns(columns: list[DayForms], shown: list[DayForms], baselines: list) -> list[DayForms]:
    """The columns of baseline forms that are not among those shown: without them a change has no beginning."""
    return [
        day
        for day in columns
        if day not in shown and any(form is one for form in day.forms.values() for one in baselines if one)
    ]
