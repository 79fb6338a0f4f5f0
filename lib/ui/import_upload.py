"""Files in: upload, dry run, import, receipt."""

from hashlib import sha256

import streamlit as st

from lib.services import imports
from lib.services.errors import StoreError
from lib.services.imports import Receipt
from lib.ui import access, caseload, display, known_on, wording
from lib.ui.import_tables import show_messages, show_problems, show_receipts

Files = list[tuple[str, bytes]]
_ROUND, _DRY_RUN, _RECEIPTS = "import-round", "import-dry-run", "import-receipts"
_ARE_MADE_UP = "These files hold made-up patients only: this store is for practice"


def show_title() -> None:
    display.show_title(
        "Import",
        "CSV files, one a kind of record; which kind a file is, its columns show. Nothing is saved before you press Import.",
    )


def choose_files() -> Files:
    """The files that are offered, empty before any is."""
    if access.looks_back():
        st.caption(known_on.NOTHING_IS_RECORDED)
        return []
    if caseload.read_freshness().is_demo:
        st.info(
            "This is the demo store: its patients are made up, and it takes no other files. A dry run works. For your own "
            "records make a store: `python -m lib init --database sqlite:///clinic.sqlite`, then serve it with "
            "`DATABASE_URL=sqlite:///clinic.sqlite make run`.",
            icon=":material/science:",
        )
    uploaded = st.file_uploader("CSV files", type="csv", accept_multiple_files=True, key=f"files-{_round()}")
    return [(file.name, file.getvalue()) for file in uploaded]


def show_dry_run(files: Files) -> None:
    """What an import of these files would do, done in full and taken back; and the button that does it."""
    if not files:
        show_last_import()
        return
    create = st.checkbox(
        "Make patients whom no patients.csv has named", key="create-patients", help="Else their rows are held"
    )
    receipts = _preview(files, create)
    st.header("Dry run", anchor=False)
    show_receipts(receipts, key="dry-run")
    show_messages(receipts)
    show_problems(receipts, key="problems")
    freshness = caseload.read_freshness()
    is_practice = freshness.is_synthetic and not freshness.is_demo
    # No real patient belongs in a store for practice: somebody says so each time.
    are_made_up = is_practice and st.checkbox(_ARE_MADE_UP, key=f"made-up-{_round()}")
    label = f"Import {wording.count(len(files), 'file')}"
    if st.button(label, type="primary", key="import", disabled=freshness.is_synthetic and not are_made_up):
        _import(files, create, are_made_up)


def _round() -> int:
    """Counts imports: a new one empties the uploader and the tick."""
    return int(st.session_state.get(_ROUND, 0))


def _preview(files: Files, create: bool) -> list[Receipt]:
    """Once for the same bytes: a dry run of many rows takes seconds."""
    offered = (create, *((name, sha256(data).hexdigest()) for name, data in files))
    done, receipts = st.session_state.get(_DRY_RUN, (None, []))
    if done != offered:
        with st.spinner("Dry run …"):
            receipts = imports.preview_files(access.actor(), access.store(), files, create_patients=create)
        st.session_state[_DRY_RUN] = (offered, receipts)
    return list(receipts)


def _import(files: Files, create: bool, are_made_up: bool) -> None:
    """Each file is saved whole or not at all; then the page begins again, with the receipt."""
    bar = st.progress(0.0, "Import")

    def show(doing: str, share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), display.escape(doing))

    actor, store = access.actor(), access.store()
    try:
        receipts = imports.import_files(
            actor, store, files, create_patients=create, are_made_up=are_made_up, progress=show
        )
    except StoreError as error:
        st.error(display.escape(error), icon=":material/error:")
        return
    st.session_state[_RECEIPTS] = receipts
    st.session_state[_ROUND] = _round() + 1
    st.session_state.pop(_DRY_RUN, None)
    st.rerun()


def show_last_import() -> None:
    """The receipt of this visit's last import."""
    receipts = st.session_state.get(_RECEIPTS)
    if not receipts:
        return
    st.header("Receipt", anchor=False)
    show_receipts(receipts, key="receipts")
    show_messages(receipts)
    show_problems(receipts, key="receipt-problems")
