"""Who looks, at which store, and whether they may see a page: the guard with which every page begins."""

from collections.abc import Iterable
from datetime import date

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager  # Private: a browser test holds what is relied upon.

from lib import settings
from lib.clinical.decision_words import UNVERIFIED
from lib.services import known_on
from lib.services.access import Actor, NotPermittedError, Permission, can, check_can, local_actor
from lib.services.errors import Store, StoreError
from lib.ui import address, display, opened, signed_in

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
    "users": Permission.MANAGE_ACCOUNTS,
}
_NOBODY = Actor("A visitor", frozenset(), clinics=frozenset())


def require(page: str) -> None:
    """Go on only for somebody who may see this page.

    Until a session has called st.navigation, Streamlit runs a page's file without dashboard.py. The first visitor after a
    start therefore begins again, through dashboard.py, before anything is drawn.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
    if not may_see(page):
        signed_in.show_why_not()
        st.title("No access")
        st.text(f"{actor().name} may not see this page. Ask whoever runs this dashboard.")
        st.stop()


def may_see(page: str) -> bool:
    """Whether a page is shown to the reader; a page that nobody has listed is nobody's."""
    return bool(select_seen([page]))


def select_seen(pages: Iterable[str]) -> set[str]:
    """Those of the pages that the reader may see: who that is is asked once."""
    who = actor()
    return {page for page in pages if page in PAGE_PERMISSIONS and can(who, PAGE_PERMISSIONS[page])}


def may_see_anything() -> bool:
    """Whether there is a page for the reader."""
    return bool(select_seen(PAGE_PERMISSIONS))


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
    """Who looks: whoever signed in, as the store knows them in this run; on the machine of the demo whoever sits there. With real
    patients and no sign-in, and with a policy that refuses, somebody without any right."""
    policy = settings.access_policy()
    if policy == "sign in":
        return signed_in.reader() or _NOBODY
    if policy == "local" and not needs_sign_in():
        return local_actor(settings.user_name())
    return _NOBODY


def say_unverified() -> str:
    """After the name of whoever signs without having signed in."""
    return "" if actor().session else f", {UNVERIFIED}"


def needs_sign_in() -> bool:
    """Whether the store is shown only to people who sign in."""
    return opened.holds_real_patients()


def store() -> Store:
    """The store of the settings, as it was known on the day that the address asks for; where there is none, the page says so
    and ends."""
    now = store_of_today()
    said = address.read(address.KNOWN_ON)
    if not said:
        return now
    try:
        # The copy is made for whoever is first, and kept: everybody is asked.
        check_can(actor(), Permission.SEE_PATIENTS)
        return _open_as_known(now.url, now.read_state(), said, actor(), now)
    except (StoreError, NotPermittedError, ValueError) as error:
        is_day = not isinstance(error, ValueError)
        message = str(error) if is_day else f"{said} is no day: write 2026-03-03."
        st.error(display.escape(message), icon=":material/history:")
        st.button("Back to today", on_click=address.clear, args=(address.KNOWN_ON,), key="back-to-today")
        st.stop()


def store_of_today() -> Store:
    """The store of the settings with all that is known now."""
    return opened.store_of_today()


@st.cache_resource(max_entries=3, show_spinner="Looking back …")
def _open_as_known(url: str, state: tuple, said: str, _actor: Actor, _store: Store) -> Store:
    """Made once for a day and a state of the store, for whoever looks at it."""
    return known_on.open_as_known(_actor, _store, date.fromisoformat(said))
