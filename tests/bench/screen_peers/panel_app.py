"""Panel: the queue as a Tabulator that asks the server for each page, and the chart of the row that is pressed."""

import pandas as pd
import panel as pn
import shown

pn.extension("tabulator", "plotly")


@pn.cache
def read_queue() -> pd.DataFrame:
    """All of it, in the server's memory: Tabulator sends a page of it."""
    return pd.read_sql("select * from queue order by place", shown.connect(), index_col="place")


queue = read_queue()
chart = pn.pane.Plotly(config={"displayModeBar": False}, sizing_mode="stretch_width")
table = pn.widgets.Tabulator(
    queue[list(shown.COLUMNS)],
    pagination="remote",
    page_size=shown.ROWS_A_PAGE,
    formatters={"trend": {"type": "image"}},
    disabled=True,
    show_index=False,
    sizing_mode="stretch_width",
)


def open_row(press) -> None:
    chart.object = shown.read_figure(int(queue["patient_key"].iloc[press.row]))


table.on_click(open_row)
pn.Column(table, chart, sizing_mode="stretch_width").servable()
