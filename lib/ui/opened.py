"""The store of the settings, opened once by the server itself: who looks into it is asked elsewhere.

A page asks some sixty times. Streamlit's own memory puts together what it looks up by in a quarter of a millisecond, each time.
"""

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import streamlit as st

from lib import settings
from lib.services import stores, whose_store
from lib.services.access import server_actor
from lib.services.errors import DamagedError, Store, StoreError, UnwritableError
from lib.ui import turns


def store_of_today() -> Store:
    """The store of the settings with all that is known now; where there is none, the page says so and ends."""
    try:
        return open_today()
    except StoreError as error:
        st.error("There are no records to show.", title="No store", icon=":material/database_off:")
        st.text(f"{error}\n\nThe demo clinic: python -m lib demo --load\nAn empty clinic: python -m lib init")
        st.stop()


def open_today() -> Store:
    """Raises StoreError where there is none."""
    url = settings.database_url()
    return _open_store(url, _identify(_path_of(url)))


def holds_real_patients() -> bool:
    """Whether the store holds anybody who was not made up; not, where there is no store. One that cannot be read now does: the
    next look may find it well."""
    url = settings.database_url()
    try:
        return _holds_real_patients(url, _identify(_path_of(url)))
    except (DamagedError, UnwritableError):
        return True
    except StoreError:
        return False


@lru_cache(maxsize=4)
def _path_of(url: str) -> Path | None:
    return Store(url).path


def _identify(path: Path | None) -> int:
    """Which file the address means now: a demo store that was rebuilt is another one. A run of the script looks once, and stays
    with what it found: a patient's page asked thirty-four times, and at each look another thread may go first."""
    run = turns.number()
    return _look_at(path) if run is None else _look_once(path, run)


def _look_at(path: Path | None) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_ino if path else 0
    return 0


# More than there are runs at a time.
@lru_cache(maxsize=256)
def _look_once(path: Path | None, run: int) -> int:
    return _look_at(path)


@lru_cache(maxsize=4)
def _open_store(url: str, file_number: int) -> Store:
    return stores.open_store(server_actor(), url, settings.database_key())


@lru_cache(maxsize=4)
def _holds_real_patients(url: str, file_number: int) -> bool:
    """Of a store this never changes."""
    return whose_store.holds_real_patients(server_actor(), _open_store(url, file_number))
