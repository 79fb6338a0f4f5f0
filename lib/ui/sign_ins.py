"""Who is signed in now, and ending it."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.services import accounts
from lib.ui import access, display, user_acts, wording
from lib.ui.columns import text_column

_COLUMNS = (
    ("Name", 130, None),
    ("Since", 140, None),
    ("Last act", 140, "Noted every few minutes"),
    ("Ends at the latest", 140, None),
    ("Reference", 130, "What the audit calls this sign-in"),
)


def show_sign_ins() -> None:
    """Every open sign-in, and a choice of one to end."""
    found = accounts.read_sign_ins(access.actor(), access.store_of_today())
    display.heading_row("Signed in")
    if found.empty:
        display.show_empty("Nobody is signed in.")
        return
    rows = pd.DataFrame([_describe(row) for row in found.to_dict("records")])
    columns = {heading: text_column(heading, width, about) for heading, width, about in _COLUMNS}
    display.show_table(rows, columns, key="sign-ins-table", alt=f"Open sign-ins: {len(rows)}")
    names = dict(zip(found["reference"], found["name"], strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Sign-in",
            list(names),
            index=None,
            format_func=lambda reference: f"{names[reference]} · {reference}",
            placeholder="Choose a sign-in",
            key="sign-in-chosen",
        )
        st.button(
            "End it now",
            key="sign-in-end",
            icon=":material/logout:",
            disabled=chosen is None,
            on_click=user_acts.end,
            args=(chosen, names.get(chosen, "")),
        )


def _describe(row: dict[Any, Any]) -> dict[str, str]:
    moments = {"Since": "created_at", "Last act": "seen_at", "Ends at the latest": "ends_at"}
    return {
        "Name": row["name"],
        **{heading: wording.say_instant(row[name]) for heading, name in moments.items()},
        "Reference": row["reference"],
    }
