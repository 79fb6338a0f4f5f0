"""Rows in the order in which SQLite gives them: PostgreSQL moves a row that was changed, and begins a scan where another one is.

What a page lists, and which of two equal rows comes first, is then the same on every look and in both databases.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, collate
from sqlalchemy.sql import functions, visitors

_AGGREGATES = (functions.count, functions.max, functions.min, functions.sum)


@lru_cache(maxsize=512)
def in_order(query: Select) -> Select:
    """As asked for; then by what it is grouped by, or by the key of its first table. Of one query it is one query,
    which SQLAlchemy knows again (lib/store/asked.py)."""
    if groups := list(query._group_by_clauses):
        return query.order_by(*map(_by_bytes, groups))
    if query._distinct or any(_is_aggregate(column) for column in query.exported_columns):
        return query
    first: Any = query.get_final_froms()[0]
    while hasattr(first, "left"):
        first = first.left
    return query.order_by(*map(_by_bytes, first.primary_key))


def _is_aggregate(column: ColumnElement[Any]) -> bool:
    return any(isinstance(part, _AGGREGATES) for part in visitors.iterate(column))


def _by_bytes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return collate(column, "C") if isinstance(column.type, Text) else column
