"""What is written down of an error that nobody expected: its type, the places in the code, and a reference. What the error says
may quote a patient's record, and is written nowhere."""

import logging
import secrets
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

_ROOT = Path(__file__).resolve().parent.parent
# Of each error in a chain, from where it was raised: the program's own way there is longer than what helps to find it.
_PLACES = 12


def reference(error: BaseException) -> str:
    """By which a person who saw the error and the line of the log find each other; the same each time it is asked."""
    return str(error.__dict__.setdefault("_reference", secrets.token_hex(4)))


def describe(error: BaseException) -> str:
    """Type, places (innermost first) and reference, and the same of the errors that it came from."""
    lines = [f"{_name(error)}, reference {reference(error)}"]
    for number, one in enumerate(_chain(error)):
        lines += [f"  from {_name(one)}"] if number else []
        frames = [*walk_tb(one.__traceback__)][-_PLACES:]
        lines += [
            f"  at {_place(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
            for frame, line in frames[::-1]
        ]
    return "\n".join(lines)


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _place(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def keep_out_of_logs() -> None:
    """From here on no log of this process, whosever it is, has the text of an error."""
    logging.setLogRecordFactory(_Record)


def keep_out_of_output() -> None:
    """Nor does the output of this program, where it ends by an error."""
    keep_out_of_logs()
    sys.excepthook = _say
    threading.excepthook = lambda told: _say(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _say(told.exc_type, told.exc_value, told.exc_traceback)


def _say(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    sys.stderr.write((kind.__name__ if error is None else describe(error)) + "\n")


class _Record(logging.LogRecord):
    """A line of a log. An error that belongs to it is described, and its text is taken out of the message."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        said = self.args if isinstance(self.args, tuple) else ()
        told = self.exc_info[1] if isinstance(self.exc_info, tuple) else None
        errors = list(dict.fromkeys(one for one in (told, *said) if isinstance(one, BaseException)))
        if not errors:
            return
        message = self.getMessage()
        for error in (linked for one in errors for linked in _chain(one)):
            for text in filter(None, (repr(error), str(error))):
                message = message.replace(text, _name(error))
        self.msg = "\n".join([message, *map(describe, errors)])
        self.args, self.exc_info, self.exc_text = (), None, None
