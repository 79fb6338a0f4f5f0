"""The page Export, from choice to file."""

import streamlit as st

from lib.research.choices import Privacy
from lib.ui import access, display, known_on
from lib.ui.exporting import building, choosing, previewing


def show_title() -> None:
    display.show_title(
        "Export", "Tables as files, with a dictionary. The command line does the same: python -m lib export."
    )


def show_export() -> None:
    """Nothing is made before it is pressed."""
    if not access.may_export():
        st.caption(known_on.NOTHING_IS_RECORDED)
        return
    building.run()
    chosen = choosing.choose_order()
    if chosen is None:
        return
    order = chosen.order
    is_release = order.privacy is not Privacy.IDENTIFIED
    preview = previewing.show_preview(order)
    purpose = choosing.choose_purpose(order.privacy) if is_release else None
    if preview.n_bytes > building.MOST_BYTES:
        st.info("This is too large for a page: python -m lib export writes any size.", icon=":material/info:")
        return
    st.button(
        "Make the files",
        on_click=building.begin,
        args=(chosen, purpose),
        type="primary",
        icon=":material/archive:",
        key="build-export",
    )
    building.show_built(order, purpose)
