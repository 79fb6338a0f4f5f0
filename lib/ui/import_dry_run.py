"""What an import of the offered files would do, what they leave open, and the button that does it."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from lib.services import imports
from lib.services.imports import Receipt
from lib.ui import access, caseload, import_running, wording
from lib.ui.display import escape
from lib.ui.import_answered import show_answered
from lib.ui.import_answers import OfferedFile
from lib.ui.import_problems import show_problems
from lib.ui.import_questions import show_questions
from lib.ui.import_running import DRY_RUN, Ordered
from lib.ui.import_tables import show_messages, show_reading, show_receipts
from lib.ui.import_upload import show_last_import

_SHRUNK = "import-shrunk"
_ARE_MADE_UP = "These files hold made-up patients only: this store is for practice"


def show_dry_run(files: Sequence[OfferedFile]) -> None:
    """Done in full and taken back; the receipt of the last import, where some of its files stayed behind or none is offered."""
    import_running.run(files)
    if not files or import_running.read_done():
        show_last_import()
    if not files:
        return
    create = st.checkbox(
        "Make patients whom no patients.csv has named",
        key="create-patients",
        help="Else their rows are held",
        persist_state="page",
    )
    shrunk_key = f"{_SHRUNK}-{'-'.join(file.key for file in files)}"
    takes_shrunk = bool(st.session_state.get(shrunk_key))
    receipts = _preview(files, create=create, takes_shrunk=takes_shrunk)
    st.header("Dry run", anchor=False)
    show_questions(files, receipts)
    show_receipts(receipts, key="dry-run")
    show_reading(receipts, key="dry-run-read")
    show_answered(files, receipts)
    show_messages(receipts)
    _offer_shrunk(receipts, shrunk_key, takes_shrunk=takes_shrunk)
    show_problems(receipts, key="problems")
    _offer_import(files, receipts, Ordered((), create_patients=create, takes_shrunk=takes_shrunk))


def _preview(files: Sequence[OfferedFile], *, create: bool, takes_shrunk: bool) -> list[Receipt]:
    """Once for the same bytes and answers: a dry run of many rows takes seconds."""
    answers = import_running.collect_answers(files)
    said = [(file.name, file.digest, tuple(sorted(answers[file.name].items()))) for file in files]
    offered = (create, takes_shrunk, *said)
    done, receipts = st.session_state.get(DRY_RUN, (None, []))
    if done != offered:
        with st.spinner("Dry run …"):
            receipts = imports.preview_files(
                access.actor(),
                access.store(),
                [(file.name, file.data) for file in files],
                choices=answers,
                create_patients=create,
                takes_shrunk=takes_shrunk,
                is_upload=True,
            )
        st.session_state[DRY_RUN] = (offered, receipts)
    return list(receipts)


def _offer_shrunk(receipts: Sequence[Receipt], key: str, *, takes_shrunk: bool) -> None:
    """A file that was held whole can be taken all the same; the tick is for these files, and gone with the next offer."""
    held = [receipt.file_name for receipt in receipts if receipt.outcome == "held"]
    if not takes_shrunk:
        st.session_state[_SHRUNK] = held
    names = list(dict.fromkeys(st.session_state.get(_SHRUNK, [])))
    if not names:
        return
    label = "Take it anyway" if len(names) == 1 else f"Take all {len(names)} of them anyway"
    st.checkbox(f"{label}: {escape(', '.join(names))}", key=key)


def _offer_import(files: Sequence[OfferedFile], receipts: Sequence[Receipt], order: Ordered) -> None:
    """Files with open questions stay behind; what is too large here comes by another way."""
    open_ones = {receipt.file_name for receipt in receipts if receipt.questions}
    others = open_ones | {receipt.file_name for receipt in receipts if receipt.outcome == "too large"}
    ready = tuple(file for file in files if file.name not in others)
    freshness = caseload.read_freshness()
    is_practice = freshness.is_synthetic and not freshness.is_demo
    # No real patient belongs in a store for practice: somebody says so each time.
    key = f"made-up-{import_running.read_round()}"
    are_made_up = is_practice and st.checkbox(_ARE_MADE_UP, key=key, persist_state="page")
    if open_ones:
        left = escape(", ".join(file.name for file in files if file.name in open_ones))
        rest = "The others can be imported without it." if ready else ""
        st.caption(f"Not imported while it waits for answers: {left}. {rest}")
    is_blocked = not ready or (freshness.is_synthetic and not are_made_up)
    previewed = frozenset(receipt.sha256 for receipt in receipts)
    ordered = replace(order, files=ready, previewed=previewed, are_made_up=are_made_up, is_last=not open_ones)
    label = f"Import {wording.count(len(ready), 'file')}" if ready else "Import"
    begin = import_running.begin
    st.button(label, type="primary", key="import", disabled=is_blocked, on_click=begin, args=(ordered,))
