"""Rows that were not taken, by who looks after them; the one that is opened stands under the list."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.services import quarantine
from lib.services.access import Permission
from lib.ui import access, address, display, opening, quarantine_row, wording
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.quarantine_acts import DONE, act

_ALL, _MINE, _NOBODYS, _ITEM_9 = "all", "mine", "nobodys", "item9"
_WORDS = {_ALL: "All", _MINE: "Mine", _NOBODYS: "Nobody's", _ITEM_9: "May hold an item 9"}
_WIDTHS = {"File": 116, "Line": 48, "Value": 134, "Why it waits": 236, "Waits": 56, "Owner": 74}


def show_quarantine() -> None:
    """Rows of all imports that wait for somebody here."""
    rows = ask(quarantine.read_quarantine)
    actor, store = access.actor(), access.store()
    with display.heading_row(f"Rows that wait ({len(rows):,})"):
        if len(rows):
            st.download_button(
                "CSV",
                data=lambda: quarantine.export_quarantine(actor, store),
                file_name="rows-that-wait.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                type="tertiary",
                key="held-csv",
            )
    if done := st.session_state.pop(DONE, None):
        st.success(escape(done), icon=":material/task_alt:")
    if rows.empty:
        st.caption("No row waits: every row that was offered has been taken, or somebody has dealt with it.")
    else:
        _show_rows(rows)
    _show_set_aside()


def _show_rows(rows: pd.DataFrame) -> None:
    n_item_9 = int(rows["needs_clinician"].sum())
    if n_item_9:
        st.caption(
            f"{wording.count(n_item_9, 'row')} may hold an item 9; until closed by a named person they stand in the review queue."
        )
    else:
        st.caption("None of them may hold an item 9.")
    shown = _choose(rows)
    if shown.empty:
        st.caption("None of the rows that wait is here.")
    else:
        _show_table(shown)
    chosen = rows[rows["id"] == (address.read_number("held") or -1)]
    if len(chosen):
        quarantine_row.show_row(rows, chosen.iloc[0].to_dict())


def _choose(rows: pd.DataFrame) -> pd.DataFrame:
    """By who looks after them; the address says it."""
    lists = {
        _ALL: rows,
        _MINE: rows[rows["owner"] == access.actor().name],
        _NOBODYS: rows[rows["owner"] == ""],
        _ITEM_9: rows[rows["needs_clinician"]],
    }
    address.show_choice("waiting", list(_WORDS), _ALL)
    st.segmented_control(
        "Which rows",
        list(_WORDS),
        format_func=lambda name: f"{_WORDS[name]} ({len(lists[name]):,})",
        key="waiting",
        label_visibility="collapsed",
        on_change=address.follow,
        args=("waiting",),
    )
    return lists[address.read("waiting") if address.read("waiting") in lists else _ALL]


def _show_table(rows: pd.DataFrame) -> None:
    place = st.container()
    page = rows.iloc[display.choose_page(len(rows), "rows")]
    said = pd.DataFrame([_describe(row) for row in page.to_dict("records")])
    columns: dict[str, Any] = {"Open": opening.choice_column("held", [str(key) for key in page["id"]])}
    columns |= {name: text_column(name, width) for name, width in _WIDTHS.items()}
    alt = f"Rows that wait, the oldest first: {len(page)} of {len(rows)}"
    with place:
        height = {"row_height": display.WRAPPED, "most_rows": 8}
        display.show_table(said, columns, key="waiting-rows", alt=alt, **height)


def _describe(row: dict[Any, Any]) -> dict[str, str]:
    return {
        "Open": opening.READ,
        "File": row["file_name"],
        "Line": f"{row['line']:,}" if row["line"] else "all",
        "Value": f"{row['column']}: {row['value'] or 'empty'}" if row["column"] else "the whole row",
        "Why it waits": f"{'Item 9? ' if row['needs_clinician'] else ''}{row['reason']}",
        "Waits": wording.say_days(row["age_days"], "–"),
        "Owner": row["owner"] or "nobody",
    }


def _show_set_aside() -> None:
    """What was left out, with who and why; it can come back."""
    aside = ask(quarantine.read_set_aside)
    if aside.empty:
        return
    with st.expander(f"Set aside ({len(aside):,})", icon=":material/inventory_2:"):
        rows = aside.to_dict("records")
        said = pd.DataFrame(
            {
                "File": [row["file_name"] for row in rows],
                "Line": [f"{row['line']:,}" for row in rows],
                "Why it waited": [row["reason"] for row in rows],
                "Set aside": [f"{row['by']}, {wording.say_instant(row['at'])}: {row['why']}" for row in rows],
            }
        )
        widths = {"File": 130, "Line": 54, "Why it waited": 260, "Set aside": 270}
        columns = {name: text_column(name, width) for name, width in widths.items()}
        height = {"row_height": display.WRAPPED, "most_rows": 6}
        display.show_table(said, columns, key="set-aside-rows", alt="Rows that were set aside", **height)
        if not access.may_write(Permission.IMPORT_RECORDS):
            return
        names = {int(row["id"]): f"{row['file_name']}, line {row['line']:,}" for row in rows}
        chosen = st.multiselect("Rows", list(names), format_func=names.__getitem__, key="put-back-which")
        st.button("Put back", key="put-back", on_click=_put_back, args=(tuple(chosen),), disabled=not chosen)
        if message := st.session_state.pop("put-back-error", None):
            st.error(escape(message), icon=":material/error:")


def _put_back(rows: tuple[int, ...]) -> None:
    act("put-back-error", lambda: quarantine.put_back(access.actor(), access.store(), rows))
    st.session_state["put-back-which"] = []
