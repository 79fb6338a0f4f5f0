"""What each column of another system's table means: looked at, changed and confirmed by a person."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib.intake.choices import Question
from lib.intake.header_row import HEADER_LINE, NONE, is_by_place
from lib.intake.mapping import ColumnChanges, write_mapping
from lib.intake.mapping_rows import NOT_TAKEN, UNSAID, MappingRow, make_mapping
from lib.intake.xport import is_xpt
from lib.services import mappings
from lib.services.mappings import ForeignColumns
from lib.ui import access, display, import_answers, import_asking, import_columns, wording
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.import_answers import OfferedFile

_READ, _DRAFTS, _PAGES, _OPENED = "import-columns", "import-drafts", "import-column-pages", "import-editor"
_A_PAGE = 40
_MAPPING = "mapping"


def show_changed_source(file: OfferedFile, questions: Sequence[Question]) -> None:
    """The columns are others than those that the mapping was made for: which, and by what they are read now."""
    columns = _read_columns(file)
    if columns is None or st.session_state.get(_OPENED) == file.key:
        show_editor(file, questions)
        return
    st.markdown(
        f"The columns of this source have changed since {escape(columns.said_by)} confirmed what they mean "
        f"({wording.say_instant(columns.said_at)})."
    )
    _show_changes(file, columns.changes)
    (question,) = questions
    (answer,) = question.options
    with st.container(horizontal=True):
        st.button(
            "Read it by the same mapping",
            key=f"same-mapping-{file.key}",
            type="primary",
            help="What is new is not taken",
            on_click=import_answers.keep_answers,
            args=(file, {question.key: answer}),
        )
        st.button(
            "Change the mapping", key=f"change-mapping-{file.key}", on_click=_open_editor, args=(file.key,)
        )


def show_editor(file: OfferedFile, questions: Sequence[Question]) -> None:
    """A row a column, those of which nothing is known first; what else has to be said of them; and the button that confirms."""
    columns = _read_columns(file)
    if columns is None:
        st.warning("Its columns cannot be shown: export the table again.", icon=":material/help:")
        return
    if columns.changes.added or columns.changes.removed or columns.changes.renamed:
        _show_changes(file, columns.changes)
    st.markdown(
        "Say, or confirm, what each column means. It is remembered for the next file of this source; nothing is taken before."
    )
    _offer_as_data(file, columns)
    rows = st.session_state.get(_DRAFTS, {}).get(file.key, columns.rows)
    for question in questions:
        if not question.options and not question.suggested:
            st.warning(escape(question.text), icon=":material/help:")
    n_pages = -(-len(rows) // _A_PAGE)
    page = st.session_state.get(_PAGES, {}).get(file.key, 0) % n_pages
    places = range(page * _A_PAGE, min((page + 1) * _A_PAGE, len(rows)))
    asked = tuple(question for question in questions if question.options)
    edited = _Edited(file, asked, f"columns-{file.key}-{page}-{abs(hash(rows))}", rows, places)
    with st.form(edited.key, border=False):
        import_columns.show_rows(edited.key, rows, places, columns.examples)
        for question in asked:
            import_asking.ask(file, question)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.form_submit_button(
                "These columns mean this", type="primary", on_click=_confirm, args=(edited,)
            )
            if n_pages > 1:
                label = "Keep these, show the next columns"
                st.form_submit_button(label, on_click=_turn, args=(edited, (page + 1) % n_pages))
                st.caption(f"Columns {places.start + 1:,}–{places.stop:,} of {len(rows):,}")


def _offer_as_data(file: OfferedFile, columns: ForeignColumns) -> None:
    """A row that was taken for the names of the columns may be a record all the same. A SAS file has names beside its rows."""
    if not is_xpt(file.data) and not any(map(is_by_place, columns.examples)):
        st.button(
            "These are no names, but data",
            key=f"no-header-{file.key}",
            type="tertiary",
            help="The columns are then called by their place",
            on_click=import_answers.keep_answers,
            args=(file, {HEADER_LINE: NONE}),
        )


@dataclass(frozen=True)
class _Edited:
    """A page of the form: its widgets' key, all rows as they were, and the places of those that it shows."""

    file: OfferedFile
    asked: tuple[Question, ...]
    key: str
    rows: tuple[MappingRow, ...]
    places: range

    def read(self) -> tuple[MappingRow, ...]:
        """All rows, those of the page as they were left."""
        import_asking.keep(self.file, self.asked)
        return import_columns.read_rows(self.key, self.rows, self.places)


def _confirm(edited: _Edited) -> None:
    """The mapping becomes the answer; what it still leaves open is asked next."""
    said, file = edited.read(), edited.file
    import_answers.keep_answers(file, {_MAPPING: write_mapping(make_mapping(said))})
    n_taken = len({row.source for row in said if row.source and row.record not in (UNSAID, NOT_TAKEN)})
    words = f"confirmed by {access.actor().name}: {wording.count(n_taken, 'column')} taken"
    import_answers.note_said(file.key, {"What do its columns mean?": words})
    st.session_state.get(_DRAFTS, {}).pop(file.key, None)
    st.session_state.pop(_OPENED, None)


def _turn(edited: _Edited, page: int) -> None:
    st.session_state.setdefault(_DRAFTS, {})[edited.file.key] = edited.read()
    st.session_state.setdefault(_PAGES, {})[edited.file.key] = page


def _open_editor(key: str) -> None:
    st.session_state[_OPENED] = key


def _read_columns(file: OfferedFile) -> ForeignColumns | None:
    """Once for the same answers: a large file takes seconds."""
    answers = import_answers.read_answers(file)
    wanted = (file.key, tuple(sorted(answers.items())))
    done, columns = st.session_state.get(_READ, (None, None))
    if done != wanted:
        columns = mappings.read_columns(access.actor(), access.store(), file.name, file.data, answers)
        st.session_state[_READ] = (wanted, columns)
    return columns


def _show_changes(file: OfferedFile, changes: ColumnChanges) -> None:
    said = [
        *(("New", name, "") for name in changes.added),
        *(("Gone", "", name) for name in changes.removed),
        *(("Renamed, it seems", after, before) for before, after in changes.renamed),
    ]
    rows = pd.DataFrame(said, columns=["What", "Now", "Before"])
    columns = {
        "What": text_column("What", 130),
        "Now": text_column("Now", 200),
        "Before": text_column("Before", 200),
    }
    alt = f"Columns that have changed: {len(rows)}"
    display.show_table(rows, columns, key=f"changed-columns-{file.key}", alt=alt, most_rows=8)
