"""What stands around every page: its place in the navigation, how old the data are, what the product is and is not."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from lib import faults, settings
from lib.ui import access, caseload, display, known_on, opened, viewing, whoami, wording
from lib.ui.collector import spare_collector
from lib.ui.style import apply_style

NAME = "Dosing and outcomes"
# By group: a page's file and what it is called.
Pages = Mapping[str, Sequence[tuple[str, str]]]


def set_up() -> None:
    """The browser's tab and the whole width. Without a picture of our own, the browser would ask another host for one."""
    faults.keep_out_of_logs()
    spare_collector()
    st.set_page_config(page_title=NAME, page_icon=_read_icon(), layout="wide", menu_items={})


@st.cache_resource(show_spinner=False)
def _read_icon() -> str:
    """The picture itself, not its address: Streamlit serves a file for as long as a run lasts, and one that is broken off would
    leave the browser asking for a picture that is gone."""
    picture = (settings.ROOT / ".streamlit" / "favicon.png").read_bytes()
    return f"data:image/png;base64,{b64encode(picture).decode()}"


def choose_page(pages: Pages) -> StreamlitPage:
    """The page that is asked for. Groups without a page that the reader may see are not drawn."""
    may_be_seen = access.select_seen(file for listed in pages.values() for file, _ in listed)
    seen = {group: [one for one in listed if one[0] in may_be_seen] for group, listed in pages.items()}
    # Nobody's page: each refuses by its own guard, whichever is asked for.
    is_nobody = not any(seen.values())
    shown = pages if is_nobody else {group: listed for group, listed in seen.items() if listed}
    first = next(file for listed in shown.values() for file, _ in listed)
    entries = {
        group: [page for file, title in listed for page in _pages(file, title, is_first=file == first)]
        for group, listed in shown.items()
    }
    page = st.navigation(entries, position="hidden" if is_nobody else "top")
    if not is_nobody:
        known_on.keep_in_address(page.url_path)
        viewing.turn_to(page.url_path)
    return page


def _pages(file: str, title: str, *, is_first: bool) -> list[StreamlitPage]:
    """Copies of one's own: the navigation notes on a page whether it may run."""
    return [copy(page) for page in _make_pages(file, title, is_first=is_first)]


@cache
def _make_pages(file: str, title: str, *, is_first: bool) -> tuple[StreamlitPage, ...]:
    """The page; the reader's first one, which stands at the bare address, a second time at the address of its name. Made once:
    Streamlit looks for each page's file on the disk, 2 ms of every run."""
    path = f"pages/{file}.py"
    if not is_first:
        return (st.Page(path, title=title),)
    return (
        st.Page(path, title=title, default=True, url_path="start"),
        st.Page(path, title=title, url_path=file, visibility="hidden"),
    )


def run(page: StreamlitPage) -> None:
    """The page. Of an error that nobody expected Streamlit says that there was one; this says where the log has it."""
    try:
        page.run()
    except Exception as error:
        st.caption(f"Whoever runs this dashboard finds it in the log under {faults.reference(error)}.")
        raise


def show_around() -> None:
    """Above every page: whether the patients are made up, how old the data are; below it the standing line."""
    if not access.may_see_anything():
        return
    is_synthetic = not opened.holds_real_patients()
    apply_style(is_synthetic=is_synthetic)
    with st.container(key="around", horizontal=True, vertical_alignment="center", gap="small"):
        if is_synthetic:
            st.badge(wording.SYNTHETIC, icon=":material/science:", color="orange")
        _show_freshness()
        whoami.show()
    if access.may_see_patients():
        known_on.show_banner()
    with st.bottom:
        st.caption(wording.STANDING_LINE)


def _show_freshness() -> None:
    freshness = caseload.read_freshness()
    icon = ":orange[:material/warning:] " if freshness.is_stale else ""
    st.caption(f"{icon}{display.escape(freshness.text)}")
    if access.may_see_patients():
        known_on.offer()
