"""Dash: a page of the queue as a table, and the chart of the row whose button is pressed."""

import os

import shown
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

app = Dash(__name__)


def draw_table(number: int) -> html.Table:
    head = html.Tr([html.Th(""), *(html.Th(name) for name in shown.COLUMNS)])
    return html.Table([html.Thead(head), html.Tbody([draw_row(row) for row in shown.read_page(number)])])


def draw_row(row: dict) -> html.Tr:
    button = html.Button("Open", id={"type": "open", "patient": row["patient_key"]})
    cells = [html.Img(src=row[name]) if name == "trend" else row[name] for name in shown.COLUMNS]
    return html.Tr([html.Td(button), *(html.Td(cell) for cell in cells)])


app.layout = html.Div(
    [
        html.Div(draw_table(0), id="queue"),
        html.Button("Previous", id="previous"),
        html.Button("Next", id="next"),
        dcc.Store(id="number", data=0),
        dcc.Graph(id="chart", config={"displayModeBar": False}),
    ]
)


@app.callback(
    Output("queue", "children"),
    Output("number", "data"),
    Input("previous", "n_clicks"),
    Input("next", "n_clicks"),
    State("number", "data"),
    prevent_initial_call=True,
)
def turn(_previous, _next, number):
    step = 1 if ctx.triggered_id == "next" else -1
    number = min(max(number + step, 0), shown.count_pages() - 1)
    return draw_table(number), number


@app.callback(
    Output("chart", "figure"),
    Input({"type": "open", "patient": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def open_row(pressed):
    # New buttons call it as well.
    return shown.read_figure(ctx.triggered_id["patient"]) if any(pressed) else no_update


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), debug=False)
