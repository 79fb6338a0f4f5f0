"""Who looks, at which store, and whether they may see a page: the guard with which every page begins."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager  # Private: a browser test holds what is relied upon.

from lib import settings
from lib.services import stores
from lib.services.access import Actor, Permission, can, local_actor
from lib.services.errors import Store, StoreError

PAGE_PERMISSIONS = {
    "review_queue": Permission.SEE_PATIENTS,
    "patient": Permission.SEE_PATIENTS,
    "caseload": Permission.SEE_PATIENTS,
    "case_conference": Permission.SEE_PATIENTS,
    "operations": Permission.SEE_PATIENTS,
    "import_records": Permission.IMPORT_RECORDS,
    "rules": Permission.SEE_POLICY,
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


def may_close() -> bool:
    """Whether a form that closes a flag is drawn."""
    return can(actor(), Permission.CLOSE_FLAGS)


def may_decide() -> bool:
    """Whether a dose review can be begun, and its decision signed."""
    return can(actor(), Permission.DECIDE)


def may_handle() -> bool:
    """Whether what is done about a flag can be written down."""
    return can(actor(), Permission.HANDLE_FLAGS)


def may_enter() -> bool:
    """Whether a form that records something is drawn."""
    return can(actor(), Permission.ENTER_RECORDS)


def may_void() -> bool:
    """Whether a form that takes a record back is drawn."""
    return can(actor(), Permission.VOID_RECORDS)


def may_change_policy() -> bool:
    """Whether a draft of a policy is begun; its preview names patients."""
    return can(actor(), Permission.CHANGE_POLICY) and can(actor(), Permission.SEE_PATIENTS)


def actor() -> Actor:
    """Whoever sits at this machine; with a policy that refuses, somebody without any right."""
    if settings.access_policy() == "local":
        return local_actor(settings.user_name())
    return Actor("A visitor", frozenset())


def store() -> Store:
    """The store of the settings; where there is none, the page says so and ends."""
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


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_store(url: str, file_number: int, _actor: Actor) -> Store:
    return stores.open_store(_actor, url, settings.database_key())
