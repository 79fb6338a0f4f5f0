"""What a peer of the screen needs: the queue's rows as our table says them, and the charts of some of their patients, as files of
its own make: one SQLite file."""

import json
import sqlite3
from pathlib import Path

import pandas as pd
from clinic_files import ACTOR

from lib.charts.options import ChartOptions
from lib.charts.patient import plot_patient
from lib.charts.theme import THEMES
from lib.clinical.plain_rows import rows_of
from lib.services import patients, review, stores
from lib.ui import listed_rows, queue_table
from lib.ui.display import ROWS_A_PAGE
from lib.ui.wording import is_known

COLUMNS = ("patient", "why", "waiting", "trend", "phq9", "gad7", "dose", "scored")
THEME = THEMES["light"]


def write_screen_data(url: str, file: Path, pages: tuple[int, ...]) -> pd.DataFrame:
    """The whole queue, and the charts of everybody on these pages of it (from 1). Columns: patient_key, 0 for a form, COLUMNS,
    and n_traces of the chart."""
    store = stores.open_store(ACTOR, url)
    rows = describe_queue(store)
    shown = [
        key for page in pages for key in rows["patient_key"][(page - 1) * ROWS_A_PAGE :][:ROWS_A_PAGE] if key
    ]
    charts = pd.DataFrame({"patient_key": key, "figure": draw(store, key)} for key in shown)
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    with connection:
        rows.to_sql("queue", connection, index_label="place")
        connection.execute("create unique index place_of on queue (place)")
        connection.execute("create table chart (patient_key integer primary key, figure text)")
        charts.to_sql("chart", connection, index=False, if_exists="append")
    connection.close()
    n_traces = {row.patient_key: len(json.loads(row.figure)["data"]) for row in charts.itertuples()}
    return rows.assign(n_traces=rows["patient_key"].map(n_traces))


def describe_queue(store) -> pd.DataFrame:
    queue = review.read_queue(ACTOR, store)
    described = []
    for begin in range(0, len(queue.rows), 500):
        rows = rows_of(queue.rows.iloc[begin : begin + 500])
        known = [int(row["patient_key"]) for row in rows if is_known(row["patient_key"])]
        page = listed_rows._read_queue_page(ACTOR, store, list(dict.fromkeys(known)))
        for row in rows:
            key = 0 if is_known(row["held_row_key"]) else int(row["patient_key"])
            described.append({"patient_key": key} | queue_table._describe_row(row, page, queue.as_of, THEME))
    said = pd.DataFrame(described).rename(columns={"who": "patient", "reasons": "why", "age": "scored"})
    return said.assign(why=said["why"].map("; ".join))[["patient_key", *COLUMNS]]


def draw(store, patient_key: int) -> str:
    """The figure that the patient's page draws, and whose it is."""
    page = patients.read_patient(ACTOR, store, patient_key)
    figure = plot_patient(page.history, THEME, ChartOptions.of(page.policy))
    figure.layout.meta = patient_key
    return figure.to_json()
