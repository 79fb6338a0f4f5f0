"""The real programs, where services stumble over what a patient wrote: python tests/stumbling.py WORDS PROGRAM ARGUMENTS…"""

import sys
from runpy import run_module
from typing import Any, NoReturn

from lib.services import caseload, patients


def stumble_over(words: str) -> None:
    """Whoever reads a patient, or the flags, meets an error that quotes the words, and that comes from another one."""

    def read(*args: Any, **more: Any) -> NoReturn:
        try:
            float(words)
        except ValueError as error:
            raise KeyError(f"{words}: {args}") from error

    for service, name in ((patients, "read_patient"), (caseload, "read_flags")):
        read.__module__, read.__qualname__ = service.__name__, name
        setattr(service, name, read)


if __name__ == "__main__":
    stumble_over(sys.argv[1])
    del sys.argv[:2]
    run_module(sys.argv[0], run_name="__main__", alter_sys=True)
