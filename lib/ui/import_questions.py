"""What the files leave open, asked: one block a file, with the file's own examples, and what it looks like."""

from collections.abc import Sequence

import streamlit as st

from lib.services.imports import Receipt
from lib.ui import import_asking, import_mapping
from lib.ui.display import escape
from lib.ui.import_answers import OfferedFile

_MAPPING, _COLUMNS = "mapping", "columns"


def show_questions(files: Sequence[OfferedFile], receipts: Sequence[Receipt]) -> None:
    """Nothing of a file is taken before its questions are answered."""
    asked = {receipt.file_name: receipt for receipt in receipts if receipt.questions}
    for file in files:
        if receipt := asked.get(file.name):
            with st.container(border=True, key=f"questions-{file.key}"):
                _show_block(file, receipt)


def _show_block(file: OfferedFile, receipt: Receipt) -> None:
    keys = {question.key for question in receipt.questions}
    st.subheader(f"To be answered: {escape(file.name)}", anchor=False)
    if receipt.read_as:
        st.caption(f"Read so far: {escape('; '.join(receipt.read_as))}.")
    if _COLUMNS in keys:
        import_mapping.show_changed_source(file, receipt.questions)
    elif _MAPPING in keys:
        import_mapping.show_editor(file, receipt.questions)
    else:
        with st.form(f"answers-{file.key}-{'-'.join(sorted(keys))}", border=False):
            for question in receipt.questions:
                import_asking.ask(file, question)
            st.form_submit_button(
                "Read it like this",
                type="primary",
                on_click=import_asking.keep,
                args=(file, receipt.questions),
            )
