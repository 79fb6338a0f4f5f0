"""Questions that SQLite is asked again and again, put to it without SQLAlchemy in between.

Of a page's forty statements each took SQLAlchemy 0.11 ms of the processor, most of it to find what it had written for the same
query before; SQLite itself and the driver take 0.03.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Select

from lib.store._sqlite import driver_of

Rows = tuple[list[str], list[tuple]]


class _Written(NamedTuple):
    """order: the parameters, as the text has them one after the other. fixed: what the query itself gives some of them."""

    text: str
    order: tuple[str, ...]
    fixed: Mapping[str, Any]
    processors: Mapping[str, Callable[[Any], Any]]


# As long as somebody keeps the query. Nothing yet: it came once, and may be another object the next time.
_written: WeakKeyDictionary[Any, _Written | None] = WeakKeyDictionary()


def ask_directly(connection: Connection, query: Any, values: Mapping[str, Any]) -> Rows | None:
    """Names of the columns, and the rows. None: SQLAlchemy has to be asked. It is for what writes, for a query that comes for the
    first time, where somebody listens to the statements, and to say in its words what failed."""
    is_reading = connection.get_execution_options().get("is_read_only") and connection.in_transaction()
    if not is_reading or connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
        return None
    if query not in _written:
        _written[query] = None
        return None
    written = _written[query] or _write(connection, query, values)
    if written is None:
        return None
    known = {**written.fixed, **values}
    given = [
        written.processors[name](known[name]) if name in written.processors else known[name]
        for name in written.order
    ]
    try:
        cursor = driver_of(connection).execute(written.text, given)
        return [column[0] for column in cursor.description], cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error:
        return None


def _write(connection: Connection, query: Select, values: Mapping[str, Any]) -> _Written | None:
    said: Any = query.compile(dialect=connection.dialect)
    # As many parameters as there are values this time, which would be taken for the query's own the next time.
    if any(said.binds[name].expanding for name in values):
        return None
    # Of a list in the query itself there is a parameter for each of its values.
    state = said.construct_expanded_state(dict(values))
    processors = {**said._bind_processors, **state.processors}
    processors = {name: one for name, one in processors.items() if callable(one)}
    fixed = {name: value for name, value in state.parameters.items() if name not in values}
    _written[query] = written = _Written(state.statement, tuple(state.positiontup), fixed, processors)
    return written
