"""What the peers of the screen show, read a page and a chart at a time. It imports nothing of ours."""

import json
import os
import sqlite3

ROWS_A_PAGE = 25
COLUMNS = ("patient", "why", "waiting", "trend", "phq9", "gad7", "dose", "scored")


def connect() -> sqlite3.Connection:
    return sqlite3.connect(os.environ["SCREEN_DATA"], check_same_thread=False)


_connection = connect()


def count_pages() -> int:
    (n_rows,) = _connection.execute("select count(*) from queue").fetchone()
    return -(-n_rows // ROWS_A_PAGE)


def read_page(number: int) -> list[dict]:
    """From 0."""
    rows = connect().execute(
        f"select patient_key, {', '.join(COLUMNS)} from queue where place >= ? order by place limit ?",
        (number * ROWS_A_PAGE, ROWS_A_PAGE),
    )
    return [dict(zip(("patient_key", *COLUMNS), row, strict=True)) for row in rows]


def read_figure(patient_key: int) -> dict:
    (figure,) = connect().execute("select figure from chart where patient_key = ?", (patient_key,)).fetchone()
    return json.loads(figure)
