"""The versions of the policy: when, by whom, why, and what each changed."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.clinical.policy import Policy
from lib.clinical.policy_changes import compare_policies
from lib.clinical.policy_labels import say_label
from lib.services.policies import PolicyVersion
from lib.ui import display, wording
from lib.ui.columns import text_column
from lib.ui.display import escape


def show_versions(versions: Sequence[PolicyVersion]) -> None:
    """The newest first, each with what it changed of the one before."""
    st.caption(
        "Old flags and decisions keep the version that they were made with. For the threshold on a day choose the day above."
    )
    for number in range(len(versions) - 1, -1, -1):
        _show_version(versions[number], versions[number - 1] if number else None)


def _show_version(version: PolicyVersion, before: PolicyVersion | None) -> None:
    name = f"Version {version.policy.version}"
    with st.container(border=True, key=f"version-{version.policy.version}"):
        st.header(name, anchor=False)
        by = f"{wording.say_instant(version.published_at)}, by {escape(version.published_by)}"
        st.caption(f"{by}: {escape(version.comment) if version.comment else 'no comment'}")
        if before is None:
            st.text("The first version.")
            return
        show_changes(before.policy, version.policy, key=f"changes-{version.policy.version}")


def show_changes(before: Policy, after: Policy, *, key: str) -> None:
    """What differs, a line each."""
    changes = compare_policies(before, after)
    if changes.empty:
        st.text("Nothing differs from the version before.")
        return
    rows = changes.assign(
        table=[_title(table, before, after) for table in changes["table"]],
        key=[
            say_label(table, name) if name else "the whole table"
            for table, name in zip(changes["table"], changes["key"], strict=True)
        ],
        what=changes["what"].str.replace("_", " "),
    )
    columns = {
        "table": text_column("Table", 140),
        "key": text_column("Number", 150),
        "what": text_column("What", 76),
        "before": text_column("From", 150),
        "after": text_column("To", 220),
    }
    display.show_table(
        pd.DataFrame(rows),
        columns,
        key=key,
        alt=f"{len(rows)} changes",
        row_height=display.WRAPPED,
        most_rows=8,
    )


def _title(table: str, before: Policy, after: Policy) -> str:
    return (after.notes.get(table) or before.notes[table]).title
