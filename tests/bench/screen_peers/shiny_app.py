"""Shiny: a page of the queue as a DataGrid, and the chart of the row that is pressed."""

import pandas as pd
import plotly.graph_objects as go
import shown
from shiny import App, reactive, render, req, ui
from shinywidgets import output_widget, render_plotly

page = ui.page_fluid(
    ui.output_data_frame("queue"),
    ui.input_action_button("previous", "Previous"),
    ui.input_action_button("next", "Next"),
    output_widget("chart"),
)


def server(inputs, _output, _session) -> None:
    number = reactive.value(0)

    @reactive.effect
    @reactive.event(inputs.next)
    def _go_on() -> None:
        number.set(min(number() + 1, shown.count_pages() - 1))

    @reactive.effect
    @reactive.event(inputs.previous)
    def _go_back() -> None:
        number.set(max(number() - 1, 0))

    @reactive.calc
    def rows() -> list[dict]:
        return shown.read_page(number())

    @render.data_frame
    def queue():
        cells = [
            {name: ui.img(src=row[name]) if name == "trend" else row[name] for name in shown.COLUMNS}
            for row in rows()
        ]
        return render.DataGrid(pd.DataFrame(cells), selection_mode="row", width="100%", height="auto")

    @render_plotly
    def chart():
        chosen = queue.cell_selection()["rows"]
        req(chosen)
        with reactive.isolate():
            key = rows()[chosen[0]]["patient_key"]
        return go.Figure(shown.read_figure(key))


app = App(page, server)
