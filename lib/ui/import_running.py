"""An import at work: how far it is, a button that stops it, and what is true after it was stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from lib.intake.choices import Choices
from lib.services import imports
from lib.services.errors import StoreError
from lib.services.imports import Receipt
from lib.ui import access, display
from lib.ui.import_answers import OfferedFile, read_answers

_ROUND, _RECEIPTS, _DONE = "import-round", "import-receipts", "import-done"
_BEGUN, _RUNNING = "import-begun", "import-running"
# The dry run that was shown last; true until an import changes the store.
DRY_RUN = "import-dry-run"
# As many elements as stand above the past imports at most.
_N_ABOVE = 16


@dataclass(frozen=True)
class Ordered:
    """An import as it was pressed. previewed: SHA-256 of the files that the dry run was of; is_last: no file stays behind."""

    files: tuple[OfferedFile, ...]
    previewed: frozenset[str] = frozenset()
    create_patients: bool = False
    are_made_up: bool = False
    takes_shrunk: bool = False
    is_last: bool = True


def read_round() -> int:
    """Counts imports: a new one empties the uploader and the tick."""
    return int(st.session_state.get(_ROUND, 0))


def read_receipts() -> list[Receipt]:
    """Of this visit's last import."""
    return list(st.session_state.get(_RECEIPTS, []))


def read_done() -> frozenset[str]:
    """Keys of the files in the uploader that are imported already."""
    done: frozenset[str] = st.session_state.get(_DONE, frozenset())
    return done


def collect_answers(files: Sequence[OfferedFile]) -> Mapping[str, Choices]:
    """The answers of now, by file name."""
    return {file.name: read_answers(file) for file in files}


def begin(order: Ordered) -> None:
    """The button's callback: the page that is drawn next does the work, and draws nothing that could be pressed but Cancel."""
    st.session_state[_BEGUN] = order


def run(files: Sequence[OfferedFile]) -> None:
    """The import that was begun, if one was, of files that are still offered. Each file is saved whole or not at all; then the
    page begins again, with the receipt."""
    order: Ordered | None = st.session_state.pop(_BEGUN, None)
    if order is None or not set(order.files) <= set(files):
        _say_interrupted()
        return
    st.header("Import", anchor=False)
    bar = st.progress(0.0, "Import")
    # A press ends this run of the script where it next draws, inside the file's transaction; so does leaving the page.
    st.button("Cancel", key="cancel-import", icon=":material/cancel:")
    st.caption("Each file is taken whole or not at all. Leaving the page cancels too.")
    # What the page before had below goes too: nothing else is there to be pressed.
    for _ in range(_N_ABOVE):
        st.empty()

    def show(doing: str, share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), display.escape(doing))

    actor, store = access.actor(), access.store()
    digests = [file.digest for file in order.files]
    st.session_state[_RUNNING] = (order, imports.find_settled(actor, store, digests))
    try:
        receipts = imports.import_files(
            actor,
            store,
            [(file.name, file.data) for file in order.files],
            choices=collect_answers(order.files),
            create_patients=order.create_patients,
            are_made_up=order.are_made_up,
            takes_shrunk=order.takes_shrunk,
            previewed=order.previewed,
            is_upload=True,
            progress=show,
        )
    except StoreError as error:
        st.session_state.pop(_RUNNING)
        st.error(display.escape(error), icon=":material/error:")
        return
    _finish(order, receipts)


def _finish(order: Ordered, receipts: list[Receipt]) -> None:
    st.session_state.pop(_RUNNING)
    st.session_state.pop(DRY_RUN, None)
    st.session_state[_RECEIPTS] = receipts
    if order.is_last:
        st.session_state[_ROUND] = read_round() + 1
        st.session_state.pop(_DONE, None)
    else:
        st.session_state[_DONE] = read_done() | {file.key for file in order.files}
    st.rerun()


def _say_interrupted() -> None:
    """An import that did not come to its end; the store says what of it was taken."""
    running = st.session_state.pop(_RUNNING, None)
    if running is None:
        return
    st.session_state.pop(DRY_RUN, None)
    order, settled_before = running
    digests = [file.digest for file in order.files]
    settled = imports.find_settled(access.actor(), access.store(), digests) - settled_before
    left = [display.escape(file.name) for file in order.files if file.digest not in settled]
    taken = [display.escape(file.name) for file in order.files if file.digest in settled]
    if not left:
        st.info(
            "The import was done before it could be cancelled: it stands among the past imports, where it can be undone.",
            icon=":material/info:",
        )
        return
    before = (
        f" Done before that: {', '.join(taken)}; it can be undone among the past imports." if taken else ""
    )
    st.warning(f"Cancelled. Nothing of {', '.join(left)} was taken.{before}", icon=":material/cancel:")
