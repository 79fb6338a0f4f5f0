"""The demo's files, moved to end yesterday."""

from datetime import date

import pandas as pd

from lib.clinical.frames import KINDS, Column
from lib.demo import DEMO_LAST_DAY
from lib.intake.table import RawTable
from lib.intake.texts import Texts


def shift_dates(raw: RawTable, last_day: date) -> RawTable:
    """The same rows, as if the demo's last day were this one."""
    days = (last_day - DEMO_LAST_DAY).days
    dated = {column.name for column in KINDS[raw.kind.name].columns if _is_dated(column)} | {"recorded_at"}
    cells = {name: _shift_texts(texts, days) if name in dated else texts for name, texts in raw.cells.items()}
    return RawTable(**{**vars(raw), "cells": cells})


def _is_dated(column: Column) -> bool:
    return column.type in ("date", "moment")


def _shift_texts(texts: Texts, days: int) -> Texts:
    """ISO dates and moments, moved by whole days; the time of day stays."""
    day = pd.to_datetime(pd.Series([text[:10] or None for text in texts], dtype="string"), format="%Y-%m-%d")
    moved = (day + pd.Timedelta(days=days)).dt.strftime("%Y-%m-%d").fillna("")
    return Texts.of(f"{new}{old[10:]}" if old else "" for new, old in zip(moved, texts, strict=True))
