"""What the services say, asked once for each state of the records.

What is kept here is kept for one store, one reader's clinics and rights, and the newest state of the store and quarter of an
hour (a new day begins at one, in every time zone). What differs by who the reader is is asked by their name, what does not is
asked once for all who have the same clinics and rights: among 100,000 patients one reading of the queue has 30,000 rows. Nobody
may change what comes back: sessions share it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from lib.services.access import Actor, server_actor
from lib.services.caseload import FLAGS_AS_OF, read_due, refresh_if_a_day_has_passed
from lib.services.errors import Store
from lib.ui import access
from lib.ui.kept_readings import Readings

_QUARTER = 900
_NO_NAME = "The reader"
_readings = Readings(most=256)
_NEW_DAY = "A new day: everybody's open flags are being worked out as of today. The page follows by itself."


def ask(service: Callable[..., Any], *args: Any) -> Any:
    """What a service says to the reader; from memory where nothing has changed since."""
    return _ask_as(access.actor(), service, *args)


def ask_alike(service: Callable[..., Any], *args: Any) -> Any:
    """What a service says to everybody of the reader's clinics and rights alike: it is not told who asks."""
    reader = access.actor()
    return _ask_as(Actor(_NO_NAME, reader.permissions, reader.clinics), service, *args)


def bring_up_to_date() -> None:
    """What changes with the day alone is worked out for everybody, whoever looks first: by the server, not by the reader. Of a
    large store that takes minutes, so the page says it; then it is drawn from its beginning, without these words."""
    server = server_actor()
    due = _ask_as(server, read_due)
    if not due:
        return
    # What was known on a day is asked as of that day.
    is_new_day = FLAGS_AS_OF in due and not access.store().known_on
    if is_new_day:
        st.info(_NEW_DAY, icon=":material/hourglass_top:")
    _ask_as(server, refresh_if_a_day_has_passed)
    if is_new_day:
        st.rerun()


def _ask_as(actor: Actor, service: Callable[..., Any], *args: Any) -> Any:
    store = access.store()
    reader = (actor.name, actor.clinics, actor.permissions)
    asked_with = tuple(tuple(arg) if isinstance(arg, list) else arg for arg in args)
    question = (reader, service.__module__, service.__qualname__, store.url, asked_with)
    return _readings.recall(question, _state(store), lambda: service(actor, store, *args))


def _state(store: Store) -> tuple[object, ...]:
    """What differs after every change, and every quarter of an hour. A store as it was known on a day does not change, and has an
    address of its own."""
    if store.known_on:
        return ()
    return (int(datetime.now(UTC).timestamp()) // _QUARTER, *store.read_state())
