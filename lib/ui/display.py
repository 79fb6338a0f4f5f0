"""Drawing what every page draws: titles, tables, downloads, empty places; and text from data, made harmless."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import ceil
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.research.spreadsheet import make_rows_safe
from lib.ui import address

ROWS_A_PAGE = 25
_ROW_PX, _HEADER_PX = 31, 34
# Above 56 pixels Streamlit breaks the text of a cell into lines: three of them fit.
WRAPPED = 58
# Marks that make what follows run from right to left, or end that: a name or a dose would be read turned round.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|:$~<>&@])")
# What Streamlit makes a link of after it has read the escapes: an address, and an e-mail address. It has no width.
JOINER = "\u2060"
_LINKED = re.compile(r"(?<=http)(?=://)|(?<=https)(?=://)|(?<=www)(?=\.)|(?<=[-.\w+])(?=@)", re.IGNORECASE)


def escape(text: object) -> str:
    """Text from data where Streamlit reads markdown: shown as it is, on one line, and no link. The only such function."""
    line = " ".join(mark_direction(str(text)).split())
    # Hardly a text has one, and to look for its place takes as long as the escaping.
    if "@" in line or "//" in line or "www." in line.lower():
        line = _LINKED.sub(JOINER, line)
    return _MARKDOWN.sub(r"\\\1", line)


def mark_direction(text: Any) -> Any:
    """Text that turns the direction of what stands around it, with the places marked instead; anything else as it is."""
    if not isinstance(text, str) or not _DIRECTION.search(text):
        return text
    return _DIRECTION.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text)


def fine_print(*lines: str) -> str:
    """Lines as a caption has them, inside of other text: what stands by itself is hashed, kept and sent by itself, each run."""
    return "  \n".join(f":small[:gray[{line}]]" for line in lines)


def show_title(title: str, caption: str = "") -> None:
    """The page's name and one line under it. caption: words of ours, or escaped."""
    with st.container(gap=None):
        st.title(title, anchor=False)
        if caption:
            st.caption(caption)


def as_sent(rows: pd.DataFrame, names: Iterable[str]) -> pa.Table:
    """These columns as a browser is sent them: for tables that are drawn by every run and described once."""
    return pa.Table.from_pandas(_mark_cells(rows[list(names)]))


def texts_as_sent(columns: Mapping[str, Iterable[str | None]]) -> pa.Table:
    """Columns of texts, by heading, as a browser is sent them: the same as of a frame, which takes longer to put together and to
    take apart than to fill. None: nothing."""
    texts = [pa.array(map(mark_direction, column), pa.large_string()) for column in columns.values()]
    return pa.Table.from_arrays(texts, schema=_describe_texts(tuple(columns), len(texts[0])))


@lru_cache(maxsize=1024)
def _describe_texts(headings: tuple[str, ...], n_rows: int) -> pa.Schema:
    return pa.Table.from_pandas(pd.DataFrame({name: [""] * n_rows for name in headings}, dtype="str")).schema


def show_table(
    rows: pd.DataFrame | pa.Table,
    columns: dict[str, Any],
    *,
    key: str,
    alt: str,
    row_height: int | None = None,
    most_rows: int | None = None,
) -> None:
    """A table with every row on the page; more than most_rows scroll. rows: or what as_sent or texts_as_sent made of them.
    columns: those shown, in order, as Streamlit has them."""
    is_long = most_rows is not None and len(rows) > most_rows
    height: int | Literal["content"] = (
        (row_height or _ROW_PX) * (most_rows or 0) + _HEADER_PX if is_long else "content"
    )
    with st.container(key=key):
        st.dataframe(
            rows if isinstance(rows, pa.Table) else _mark_cells(rows[list(columns)]),
            hide_index=True,
            column_config=columns,
            row_height=row_height,
            height=height,
            placeholder="–",
            alt=alt,
        )


def _mark_cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Hardly any text turns the direction: the frame is made anew only for one that does."""
    marked = {}
    for name, column in rows.items():
        if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
            texts = column.tolist()
            marks = [mark_direction(text) for text in texts]
            if any(mark is not text for mark, text in zip(marks, texts, strict=True)):
                marked[name] = pd.Series(marks, index=rows.index, dtype=column.dtype)
    return rows.assign(**marked) if marked else rows


def heading_row(heading: str) -> DeltaGenerator:
    """A heading, with room at its right for what is done with the table under it."""
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
    )
    row.header(heading, anchor=False, width="content")
    return row


def show_download(label: str, describe: Callable[[], pd.DataFrame], file_name: str, *, key: str) -> None:
    """A button that gives rows as CSV, made only when it is pressed. describe: the rows, with headings to be read."""
    st.download_button(
        label,
        data=lambda: _write_file(describe()),
        file_name=name_file(file_name),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
        type="tertiary",
    )


def name_file(file_name: str) -> str:
    """A file says by its name that it holds what was known on a day."""
    if not (on := address.read(address.KNOWN_ON)):
        return file_name
    stem, dot, ending = file_name.rpartition(".")
    return f"{stem}-as-known-on-{on}{dot}{ending}"


def _write_file(rows: pd.DataFrame) -> bytes:
    """UTF-8 with a mark, and nothing in it that a spreadsheet would run."""
    return make_rows_safe(rows).to_csv(index=False).encode("utf-8-sig")


def show_chart(figure: Any, said: str, *, key: str, in_words: bool = False) -> None:
    """A plotly figure without the tools that plotly puts over it. said: the figure in words, for who cannot see it; in_words: and
    for whoever opens them under it."""
    plain = {"displayModeBar": False, "displaylogo": False}
    st.plotly_chart(figure, theme=None, key=key, config=plain, alt=said)
    if in_words:
        with st.expander("In words"):
            st.markdown(escape(said))


def show_empty(what: str) -> None:
    """What is true where nothing is shown. what: words of ours, or escaped."""
    with st.container(border=True):
        st.markdown(what)


def choose_page(n_rows: int, noun: str, name: str = address.PAGE) -> slice:
    """The rows of the page that is chosen under a table. name: where the address has it."""
    n_pages = max(1, ceil(n_rows / ROWS_A_PAGE))
    number = min(max(address.read_page(name), 1), n_pages)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        place = st.empty()
        if n_pages > 1 and name != address.PAGE:
            _offer_neighbours(number, n_pages, name)
        elif n_pages > 1:
            # A new key with every page: the widget shows what the address says.
            key = f"page-{number}-of-{n_pages}"
            st.pagination(n_pages, default=number, key=key, on_change=address.follow_page, args=(key,))
    start = (number - 1) * ROWS_A_PAGE
    stop = min(start + ROWS_A_PAGE, n_rows)
    place.caption(f"{start + 1:,}–{stop:,} of {n_rows:,} {noun}")
    return slice(start, stop)


def _offer_neighbours(number: int, n_pages: int, name: str) -> None:
    """The pages before and after. Two rows of page numbers have one name, and whoever hears a page cannot tell them apart."""
    with st.container(horizontal=True, width="content"):
        for label, other in ((f"Previous {ROWS_A_PAGE}", number - 1), (f"Next {ROWS_A_PAGE}", number + 1)):
            st.button(
                label,
                key=f"{name}-{label}",
                type="tertiary",
                disabled=not 1 <= other <= n_pages,
                on_click=address.write_page,
                args=(other, name),
            )
