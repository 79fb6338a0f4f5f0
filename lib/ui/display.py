"""Drawing what every page draws: titles, tables, downloads, empty places; and text from data, made harmless."""

import re
from math import ceil
from typing import Any

import pandas as pd
import streamlit as st

ROWS_A_PAGE = 25
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|:$~<>&@])")


def escape(text: object) -> str:
    """Text from data where Streamlit reads markdown: shown as it is, on one line. The only such function."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def show_title(title: str, caption: str = "") -> None:
    """The page's name and one line under it. caption: words of ours, or escaped."""
    with st.container(gap=None):
        st.title(title, anchor=False)
        if caption:
            st.caption(caption)


def show_table(
    rows: pd.DataFrame, columns: dict[str, Any], *, key: str, alt: str, row_height: int | None = None
) -> None:
    """A table with every row on the page. columns: those shown, in order, with their Streamlit configuration."""
    with st.container(key=key):
        st.dataframe(
            rows[list(columns)],
            hide_index=True,
            column_config=columns,
            row_height=row_height,
            height="content",
            placeholder="–",
            alt=alt,
        )


def show_download(label: str, rows: pd.DataFrame, file_name: str, *, key: str) -> None:
    """A button that gives these rows as CSV, made only when it is pressed. rows: headings as they are to be read."""
    st.download_button(
        label,
        data=lambda: rows.to_csv(index=False).encode("utf-8-sig"),
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
        type="tertiary",
    )


def show_empty(what: str) -> None:
    """What is true where nothing is shown. what: words of ours, or escaped."""
    with st.container(border=True):
        st.markdown(what)


def choose_page(n_rows: int, noun: str, *, key: str) -> slice:
    """The rows of the page that is chosen under a table; key: other rows begin at page 1."""
    n_pages = max(1, ceil(n_rows / ROWS_A_PAGE))
    number = 1
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        place = st.empty()
        if n_pages > 1:
            number = st.pagination(n_pages, key=key, persist_state="session")
    start = (number - 1) * ROWS_A_PAGE
    stop = min(start + ROWS_A_PAGE, n_rows)
    place.caption(f"{start + 1:,}–{stop:,} of {n_rows:,} {noun}")
    return slice(start, stop)
