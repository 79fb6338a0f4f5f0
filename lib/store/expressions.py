"""Conditions and columns that each database is asked for in its own words."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class _Listed(TypeDecorator[list]):
    """A list as one parameter: an array, or for SQLite JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.of))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


class _IsOneOf(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_IsOneOf":
        """As it is: SQLAlchemy would compare it with 1, and SQLite would look through the whole table then."""
        return self


@compiles(_IsOneOf, "sqlite")
def _is_in_json(element: _IsOneOf, compiler: SQLCompiler, **how: Any) -> str:
    column, listed = (compiler.process(one, **how) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"


@compiles(_IsOneOf)
def _is_any(element: _IsOneOf, compiler: SQLCompiler, **how: Any) -> str:
    column, listed = (compiler.process(one, **how) for one in element.clauses)
    return f"{column} = ANY ({listed})"


def is_one_of(column: ColumnElement, values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether it is one of these values, however many: they are one parameter. SQLAlchemy's own lists have one for each, and
    putting 2,000 of them together took ten times as long as SQLite's answer."""
    return _IsOneOf(column, bindparam(None, list(values), _Listed(column.type)))


def is_listed(column: ColumnElement, parameter: str) -> ColumnElement[bool]:
    """The same of values that are given, as a list, under this name when the query is asked."""
    return _IsOneOf(column, bindparam(parameter, type_=_Listed(column.type)))
