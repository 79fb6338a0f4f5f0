"""Files on their way: made when it is pressed, with how far it is and a button that stops it and leaves nothing behind."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from lib.research.choices import Privacy
from lib.research.held_back import say_held
from lib.services import cohort_releases, exports
from lib.services.cohort_releases import Purpose
from lib.services.errors import StoreError
from lib.services.exports import Order
from lib.ui import access, display
from lib.ui.exporting.choosing import Chosen
from lib.ui.exporting.previewing import say_size

_BEGUN, _DONE = "export-begun", "export-done"
# What one visit holds in memory; the command line streams any size into a folder.
MOST_BYTES = 300 * 1024 * 1024
Show = Callable[[str, float], None]


@dataclass(frozen=True)
class Built:
    """order: of which it was made. said: what it holds, and what speaks against giving it away."""

    order: Order
    purpose: Purpose | None
    name: str
    data: bytes
    said: tuple[str, ...]


def begin(chosen: Chosen, purpose: Purpose | None) -> None:
    """The button's callback: the run that follows does the work."""
    st.session_state.pop(_DONE, None)
    st.session_state[_BEGUN] = (chosen, purpose)


def run() -> None:
    """The export that was begun, if one was; then the page begins again, with its file. A press on Cancel ends the run where it
    next draws, inside the writing; so does leaving the page. Why one could not be made stands above the choices."""
    begun: tuple[Chosen, Purpose | None] | None = st.session_state.pop(_BEGUN, None)
    if begun is None:
        return
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, "Export")
        st.button("Cancel", key="cancel-export", icon=":material/cancel:")
        st.caption("Nothing stays behind when this is cancelled.")

    def show(doing: str, share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), display.escape(doing))

    try:
        st.session_state[_DONE] = _build(*begun, show)
    except StoreError as error:
        place.error(display.escape(error), icon=":material/error:")
    else:
        st.rerun()


def _build(chosen: Chosen, purpose: Purpose | None, show: Show) -> Built:
    actor, store, order = access.actor(), access.store(), chosen.order
    if order.privacy is Privacy.IDENTIFIED or chosen.cohort is None or purpose is None:
        target = io.BytesIO()
        written = exports.write_zip(actor, store, order, target, show)
        said = (
            f"{written.n_patients:,} of {written.n_in_scope:,} patients; data version {written.data_version}."
        )
        held = (say_held(written.held),) if written.held.is_any else ()
        return Built(order, purpose, f"export-{order.form}.zip", target.getvalue(), (said, *held))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "release.zip"
        release = cohort_releases.release_cohort(
            actor, store, order, chosen.cohort, purpose, path=path, progress=show
        )
        said = f"Release {release.key}: {release.n_patients:,} patients. It stands in the register."
        return Built(
            order, purpose, f"release-{release.key}.zip", path.read_bytes(), (said, *release.warnings)
        )


def show_built(order: Order, purpose: Purpose | None) -> None:
    """The zip of what is chosen now, once it is there."""
    built: Built | None = st.session_state.get(_DONE)
    if built is None or (built.order, built.purpose) != (order, purpose):
        return
    first, *warnings = built.said
    st.success(display.escape(first), icon=":material/check:")
    for warning in warnings:
        st.warning(display.escape(warning), icon=":material/compare:")
    st.download_button(
        f"Download ({say_size(len(built.data))})",
        built.data,
        file_name=display.name_file(built.name),
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        key="download-export",
    )
