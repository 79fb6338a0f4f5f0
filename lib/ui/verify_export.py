"""The page Verify a release: a zip is given, and the page says whether it is what left; under it the register."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from lib.research.verifying import State
from lib.services import passports, releases
from lib.services.access import Permission, can
from lib.ui import access, display
from lib.ui.asking import ask
from lib.ui.columns import text_column

_REGISTER = {
    "Release": (52, None),
    "Project": (110, None),
    "To": (120, "Who has it, and under which agreement"),
    "Class": (90, None),
    "Made": (150, None),
    "Holds": (96, "Patients and rows"),
    "Expires": (96, "After this day whoever has it destroys it, or asks for a new one"),
    "Withdrawn": (70, "Patients in its rows who do not agree to research any more"),
    "State": (84, None),
}
_WITHDRAWN = {
    "Release": (52, None),
    "To": (130, None),
    "Research id": (140, "What the person is called in that release"),
    "Patient": (100, None),
    "Consent": (120, "As recorded now"),
}
_ICONS = {
    State.UNCHANGED: ":material/verified:",
    State.REPACKED: ":material/inventory_2:",
    State.CHANGED: ":material/warning:",
    State.UNREADABLE: ":material/broken_image:",
}


def show_title() -> None:
    display.show_title(
        "Verify a release",
        "Give the zip as you have it. Nothing of it is kept. The command line does the same: python -m lib verify FILE.",
    )


def choose_file() -> Any:
    """The zip that was given, or None. It is held against the seals of today's store."""
    if access.looks_back():
        st.caption("A file is verified against what is known today.")
        return None
    with st.container(key="verify-file"):
        return st.file_uploader("A release (zip)", type=["zip"], key="verify-upload")


def show_verdict(uploaded: Any) -> None:
    """Whether it is unchanged, made when, by whom and from which state of the data; or what was changed."""
    if uploaded is None:
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "release.zip"
        path.write_bytes(uploaded.getbuffer())
        found = passports.verify_file(access.actor(), access.store_of_today(), path)
    state = found.verdict.state
    if found.is_unchanged:
        st.success(display.escape(found.text), icon=_ICONS[state])
    elif state in (State.UNCHANGED, State.REPACKED):
        st.warning(display.escape(found.text), icon=_ICONS[state])
    else:
        st.error(display.escape(found.text), icon=_ICONS[state])
    if found.policy:
        st.caption(display.escape(found.policy))


def show_register() -> None:
    """Every release that holds somebody of the reader's clinics."""
    rows = ask(releases.read_register)
    display.heading_row(f"Releases ({len(rows):,})")
    if rows.empty:
        st.caption("Nothing has left for research from this store.")
        return
    said = pd.DataFrame([_describe(row) for row in rows.to_dict("records")])
    _show(said, _REGISTER, "release-register", "Releases, the newest first")


def show_withdrawals() -> None:
    """Whom to ask back, by release, for whoever may export rows; with the patient's id for whoever sees patients."""
    if not can(access.actor(), Permission.EXPORT_RECORDS):
        return
    rows = ask(releases.read_withdrawals)
    if rows.empty:
        return
    display.heading_row(f"Consent withdrawn after a release ({len(rows):,})")
    st.caption("Tell whoever has the release to take these people out, and make a new one.")
    said = pd.DataFrame(
        {
            "Release": rows["release"].astype("str"),
            "To": rows["recipient"],
            "Research id": rows["research_id"],
            "Patient": (rows["patient_id"] + ", ").fillna("") + rows["clinic_id"],
            "Consent": (rows["consent"].astype("str") + " " + rows["consent_on"]).str.strip(),
        }
    )
    _show(said, _WITHDRAWN, "release-withdrawals", "People to be taken out of releases")


def _describe(row: dict[Any, Any]) -> dict[str, str]:
    return {
        "Release": str(row["release"]),
        "Project": row["project"],
        "To": ", ".join(filter(None, (row["recipient"], row["agreement"]))) or "–",
        "Class": row["privacy"],
        "Made": f"{row['made_at']}, {row['made_by']}",
        "Holds": f"{row['n_patients']:,} patients, {row['n_rows']:,} rows",
        "Expires": f"{row['expires_on']}{' · expired' if row['is_expired'] else ''}",
        "Withdrawn": f"{row['n_withdrawn']:,}",
        "State": row["state"],
    }


def _show(rows: pd.DataFrame, columns: dict[str, tuple[int, str | None]], key: str, alt: str) -> None:
    shown = {heading: text_column(heading, *about) for heading, about in columns.items()}
    display.show_table(rows, shown, key=key, alt=alt, most_rows=display.ROWS_A_PAGE)
