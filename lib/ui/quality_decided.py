"""What was decided about identities that look alike: merges, and those who are two people; each can be taken back."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.services import duplicates, merging
from lib.services.access import Permission
from lib.services.errors import StoreError
from lib.ui import access, display, wording
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.display import escape

_ERROR = "error-decided"


def show_decided() -> None:
    """Both lists, the newest first; nothing where nothing was decided."""
    merges, apart = ask(merging.read_merges), ask(duplicates.read_told_apart)
    if merges.empty and apart.empty:
        return
    with st.expander(f"Decided before ({len(merges) + len(apart):,})", icon=":material/history:"):
        if len(merges):
            _show_merges(merges)
        if len(apart):
            _show_apart(apart)
        if message := st.session_state.get(_ERROR):
            st.error(escape(message), icon=":material/error:")


def _show_merges(merges: pd.DataFrame) -> None:
    said = pd.DataFrame([_describe(row) for row in merges.to_dict("records")])
    widths = {"Merge": 180, "Rows": 60, "By": 230, "State": 230}
    columns = {name: text_column(name, width) for name, width in widths.items()}
    height = {"row_height": display.WRAPPED, "most_rows": 6}
    display.show_table(said, columns, key="merges-table", alt=f"Merges: {len(merges)}", **height)
    standing = merges[merges["unmerged_at"].isna()]
    if standing.empty or not access.may_write(Permission.MERGE_PATIENTS):
        return
    names = {int(row["id"]): _name(row) for row in standing.to_dict("records")}
    chosen = st.selectbox(
        "Merge",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key="unmerge-which",
        placeholder="Choose one to take back",
    )
    st.text_input("Why", key=f"unmerge-why-{chosen}", max_chars=300, placeholder="Two sisters")
    st.button(
        "Take this merge back", key="unmerge", on_click=_unmerge, args=(chosen,), disabled=chosen is None
    )


def _name(row: dict[Any, Any]) -> str:
    return f"{row['from_patient_id']} into {row['into_patient_id']}, {row['clinic_id']}"


def _describe(row: dict[Any, Any]) -> dict[str, str]:
    taken_back = ""
    if wording.is_known(row["unmerged_at"]):
        when = wording.say_instant(row["unmerged_at"])
        taken_back = f"taken back by {row['unmerged_by']}, {when}: {row['unmerged_why']}"
    return {
        "Merge": _name(row),
        "Rows": f"{int(row['n_rows']):,}",
        "By": f"{row['merged_by']}, {wording.say_instant(row['merged_at'])}: {row['merged_why']}",
        "State": taken_back or "in force",
    }


def _show_apart(apart: pd.DataFrame) -> None:
    rows = apart.to_dict("records")
    said = pd.DataFrame(
        {
            "Two people": [f"{row['first_id']} and {row['second_id']}" for row in rows],
            "By": [f"{row['by']}, {wording.say_instant(row['at'])}: {row['why']}" for row in rows],
        }
    )
    columns = {"Two people": text_column("Two people", 240), "By": text_column("By", 460)}
    display.show_table(said, columns, key="apart-table", alt=f"Pairs told apart: {len(apart)}", most_rows=6)
    if not access.may_write(Permission.MERGE_PATIENTS):
        return
    names = {
        (int(row["first"]), int(row["second"])): f"{row['first_id']} and {row['second_id']}" for row in rows
    }
    chosen = st.selectbox(
        "Pair",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key="ask-again-which",
        placeholder="Choose one to ask about again",
    )
    st.button(
        "Ask about them again", key="ask-again", on_click=_ask_again, args=(chosen,), disabled=chosen is None
    )


def _unmerge(merge_key: int) -> None:
    """The merge that was chosen when the button was drawn."""
    st.session_state.pop(_ERROR, None)
    why = st.session_state.get(f"unmerge-why-{merge_key}", "")
    try:
        merging.unmerge(access.actor(), access.store(), merge_key, why)
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state["unmerge-which"] = None


def _ask_again(pair: tuple[int, int]) -> None:
    st.session_state.pop(_ERROR, None)
    try:
        duplicates.take_back_two_people(access.actor(), access.store(), pair)
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state["ask-again-which"] = None
