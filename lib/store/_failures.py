"""What a database says when it fails, in a sentence that says what to do. None of them has a word of a record in it."""

from typing import Any

from sqlalchemy import Engine, ExceptionContext, event

_KEEP = "Touch nothing of it, and bring a backup back to another place: python -m lib restore BACKUP --database URL"


class StoreError(Exception):
    """A store that cannot be used as asked; the sentence says what to do."""


class UnwritableError(StoreError):
    """A store, or a disk, that takes nothing now."""


class BusyError(UnwritableError):
    """A store that somebody else is writing to."""


class DamagedError(StoreError):
    """A store that does not hold what was written to it."""


# By the lowest byte of SQLite's codes.
_SQLITE: dict[int, tuple[type[StoreError], str]] = {
    5: (BusyError, "{store} was being written to for 30 s by somebody else. Do it again."),
    8: (UnwritableError, "Nothing can be written to {store}: the file, its folder or its disk is read-only."),
    10: (UnwritableError, "The disk of {store} cannot be read or written. Nothing of this was saved."),
    11: (DamagedError, "{store} is damaged. " + _KEEP),
    13: (
        UnwritableError,
        "Nothing can be written to {store}: no space is left on its disk. Make some, then do it again.",
    ),
    14: (
        UnwritableError,
        "{store} cannot be opened: its folder has to be there, and to be writable, as SQLite keeps two files beside a store.",
    ),
    26: (DamagedError, "{store} is not a store, or its key is missing or wrong."),
}
_POSTGRESQL: dict[str, tuple[type[StoreError], str]] = {
    "53100": (
        UnwritableError,
        "Nothing can be written to {store}: no space is left on the server's disk. Make some there.",
    ),
    "55P03": (BusyError, "{store} was being written to for 30 s by somebody else. Do it again."),
    "XX001": (DamagedError, "{store} is damaged. " + _KEEP),
    "XX002": (DamagedError, "An index of {store} is damaged. " + _KEEP),
}
_GONE = "{store} went away. What was not acknowledged was not saved, or was saved whole: look before you do it again."


def name_failures(engine: Engine) -> None:
    """From here on the engine raises these sentences in place of the driver's own."""
    shown = engine.url.render_as_string(hide_password=True)

    @event.listens_for(engine, "handle_error")
    def name(context: ExceptionContext) -> Exception | None:
        known = _look_up(context.original_exception)
        if known is None and context.is_disconnect and context.connection is not None:
            known = (UnwritableError, _GONE)
        return known[0](known[1].format(store=shown)) if known else None


def _look_up(error: Any) -> tuple[type[StoreError], str] | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    return _POSTGRESQL.get(getattr(error, "sqlstate", None) or "")
