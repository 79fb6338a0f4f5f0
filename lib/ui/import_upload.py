"""Files in: what is offered, and the receipt of what was imported."""

import streamlit as st

from lib.ui import access, caseload, display, known_on
from lib.ui.display import escape
from lib.ui.import_answers import OfferedFile
from lib.ui.import_problems import show_problems
from lib.ui.import_running import read_done, read_receipts, read_round
from lib.ui.import_tables import show_messages, show_reading, show_receipts

_TYPES = ("csv", "tsv", "txt", "xlsx", "xlsm", "json", "ndjson", "xpt")


def show_title() -> None:
    display.show_title(
        "Import",
        "Files of this clinic or of another system. What a file is, its content shows. Nothing is saved before you press Import.",
    )


def choose_files() -> list[OfferedFile]:
    """The files that are offered, empty before any is; without those of them that are imported already."""
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
    with st.container(key="import-files"):
        uploaded = st.file_uploader(
            "Text tables (csv, tsv, txt), Excel workbooks (xlsx, xlsm), FHIR (json, ndjson), SAS transport files (xpt)",
            type=_TYPES,
            accept_multiple_files=True,
            key=f"files-{read_round()}",
        )
    st.caption(
        "A file has at most 20 MB and 200,000 rows here; the command line (python -m lib import) takes larger ones."
    )
    offered: dict[str, OfferedFile] = {}
    for one in uploaded:
        file = OfferedFile(one.name, one.getvalue())
        known = offered.setdefault(file.name, file)
        if known.digest != file.digest:
            st.warning(
                f"Two different files are called {escape(file.name)}: the second is left out. Import it after the first.",
                icon=":material/file_copy:",
            )
    return [file for file in offered.values() if file.key not in read_done()]


def show_last_import() -> None:
    """The receipt of this visit's last import."""
    receipts = read_receipts()
    if not receipts:
        return
    st.header("Receipt", anchor=False)
    show_receipts(receipts, key="receipts")
    show_reading(receipts, key="receipts-read")
    show_messages(receipts)
    show_problems(receipts, key="receipt-problems")
