"""Who looks, at which store, and whether they may see a page: the guard with which every page begins."""

from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager  # Private: a browser test holds what is relied upon.

from lib import settings
from lib.services import known_on, stores
from lib.services.access import Actor, Permission, can, local_actor
from lib.services.errors import Store, StoreError
from lib.ui import address, display

PAGE_PERMISSIONS = {
    "review_queue": Permission.SEE_PATIENTS,
    "patient": Permission.SEE_PATIENTS,
    "caseload": Permission.SEE_PATIENTS,
    "case_conference": Permission.SEE_PATIENTS,
    "clinic_outcomes": Permission.SEE_OUTCOMES,
    "monthly_pack": Permission.SEE_OUTCOMES,
    "operations": Permission.SEE_OUTCOMES,
    "cohort": Permission.SEE_RESEARCH,
    "explore": Permission.SEE_RESEARCH,
    "verify_export": Permission.SEE_RESEARCH,
    "research_export": Permission.EXPORT_RECORDS,
    "dosing_next": Permission.SEE_PATIENTS,
    "import_records": Permission.IMPORT_RECORDS,
    "data_quality": Permission.CHECK_QUALITY,
    "rules": Permission.SEE_POLICY,
    "audit": Permission.SEE_AUDIT,
    "how_it_works": Permission.SEE_PATIENTS,
}


def require(page: str) -> None:
    """Go on only for somebody who may see this page.

    Until a session has called st.navigation, Streamlit runs a page's file without dashboard.py. The first visitor after a
    start therefore begins again, through dashboard.py, before anything is drawn.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
    if not may_see(page):
        st.title("No access")
        st.text(f"{actor().name} may not see this page. Ask whoever runs this dashboard.")
        st.stop()


def may_see(page: str) -> bool:
    """Whether a page is drawn in the navigation; a page that nobody has listed is nobody's."""
    permission = PAGE_PERMISSIONS.get(page)
    return permission is not None and can(actor(), permission)


def may_see_patients() -> bool:
    """Whether anybody is named to the reader."""
    return can(actor(), Permission.SEE_PATIENTS)


def may_close() -> bool:
    """Whether a form that closes a flag is drawn."""
    return may_write(Permission.CLOSE_FLAGS)


def may_decide() -> bool:
    """Whether a dose review can be begun, and its decision signed."""
    return may_write(Permission.DECIDE)


def may_handle() -> bool:
    """Whether what is done about a flag can be written down."""
    return may_write(Permission.HANDLE_FLAGS)


def may_enter() -> bool:
    """Whether a form that records something is drawn."""
    return may_write(Permission.ENTER_RECORDS)


def may_export() -> bool:
    """Whether files can be made; a release is written down in the store."""
    return may_write(Permission.EXPORT_RECORDS)


def may_void() -> bool:
    """Whether a form that takes a record back is drawn."""
    return may_write(Permission.VOID_RECORDS)


def may_write(permission: Permission) -> bool:
    """Whether a form that changes something is drawn: never over what was known on an earlier day."""
    return not looks_back() and can(actor(), permission)


def looks_back() -> bool:
    """Whether the address asks for what was known on a day."""
    return bool(address.read(address.KNOWN_ON))


def may_change_policy() -> bool:
    """Whether a draft of a policy is begun; its preview names patients."""
    return may_write(Permission.CHANGE_POLICY) and can(actor(), Permission.SEE_PATIENTS)


def actor() -> Actor:
    """Whoever sits at this machine; with a policy that refuses, somebody without any right."""
    if settings.access_policy() == "local":
        return local_actor(settings.user_name())
    return Actor("A visitor", frozenset())


def store() -> Store:
    """The store of the settings, as it was known on the day that the address asks for; where there is none, the page says so
    and ends."""
    now = store_of_today()
    said = address.read(address.KNOWN_ON)
    if not said:
        return now
    try:
        return _open_as_known(now.url, read_state(now), said, actor(), now)
    except (StoreError, ValueError) as error:
        message = error if isinstance(error, StoreError) else f"{said} is no day: write 2026-03-03."
        st.error(display.escape(message), icon=":material/history:")
        st.button("Back to today", on_click=address.clear, args=(address.KNOWN_ON,), key="back-to-today")
        st.stop()


def store_of_today() -> Store:
    """The store of the settings with all that is known now."""
    url = settings.database_url()
    try:
        return _open_store(url, _identify(_path_of(url)), actor())
    except StoreError as error:
        st.error("There are no records to show.", title="No store", icon=":material/database_off:")
        st.text(f"{error}\n\nThe demo clinic: python -m lib demo --load\nAn empty clinic: python -m lib init")
        st.stop()


@st.cache_resource(max_entries=4, show_spinner=False)
def _path_of(url: str) -> Path | None:
    return Store(url).path


def _identify(path: Path | None) -> int:
    """Which file the address means now: a demo store that was rebuilt is another one."""
    return path.stat().st_ino if path and path.exists() else 0


def read_state(store: Store) -> tuple[int, ...]:
    """What differs after every change of an SQLite store, and stays as it is when somebody's look at a patient is noted."""
    if store.path is None:
        return ()
    log = store.path.with_name(f"{store.path.name}-wal")
    files = [path.stat() for path in (store.path, log) if path.exists()]
    looks = tuple(number for file in files for number in (file.st_ino, file.st_mtime_ns, file.st_size))
    return (_identify(store.path), _count_changes(store.url, looks, store))


@st.cache_resource(max_entries=8, show_spinner=False)
def _count_changes(url: str, looks: tuple, _store: Store) -> int:
    """Asked of the store only where its files look different."""
    return _store.count_changes()


@st.cache_resource(max_entries=3, show_spinner="Looking back …")
def _open_as_known(url: str, state: tuple, said: str, _actor: Actor, _store: Store) -> Store:
    """Made once for a day and a state of the store, for whoever looks at it."""
    return known_on.open_as_known(_actor, _store, date.fromisoformat(said))


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_store(url: str, file_number: int, _actor: Actor) -> Store:
    return stores.open_store(_actor, url, settings.database_key())
