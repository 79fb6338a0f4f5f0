"""Kept rows of courses, read whole for a clinic's figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from lib.clinical.outcomes.course_scores import SCORE_COLUMNS
from lib.clinical.outcomes.facts import COURSE_COLUMNS
from lib.store.bulk import read_numbers
from lib.store.derived_tables import course_score


def read_course_scores(
    connection: Connection, instruments: Sequence[int], clinics: Sequence[int] | None
) -> pd.DataFrame:
    """patient, instrument, course_row, record_day, COURSE_COLUMNS and SCORE_COLUMNS; clinics: keys, None for all."""
    names = ("instrument", "course_row", "record_day", *COURSE_COLUMNS, *SCORE_COLUMNS)
    query = select(course_score.c.patient_key.label("patient"), *(course_score.c[name] for name in names))
    query = query.where(course_score.c.instrument.in_(instruments))
    if clinics is not None:
        query = query.where(course_score.c.clinic_key.in_(clinics))
    return read_numbers(connection, query, np.int64)


def count_with_records_after(connection: Connection, day: int) -> int:
    """How many rows speak of records dated after a day."""
    query = select(func.count()).select_from(course_score).where(course_score.c.record_day > day)
    return int(connection.execute(query).scalar_one())
