"""The audit: looked through by patient, person, act and day, and verified on a press."""

import json
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.services import audit
from lib.services.audit import Act, Asked, Verified
from lib.services.errors import StoreError
from lib.ui import access, address, display, wording
from lib.ui.columns import text_column
from lib.ui.display import escape

ABOUT, _BY, _ACT, _FIRST, _LAST = "about", "by", "act", "first", "last"
_WIDTHS = {"Row": 46, "When (UTC)": 134, "Who": 112, "Act": 128, "Patient": 68, "Clinic": 72, "What": 200}
_VERIFIED = "audit-verified"
_HELP = "Reads every row, and holds it against its seal and against the anchor file outside the database."


def show_title() -> None:
    """The title, and beside it the button that verifies."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="content"):
            display.show_title(
                "Audit",
                "One row for each look at a patient, change, decision, import and export. Rows are only ever added, and hold "
                "codes and counts, no text that somebody typed.",
            )
        st.button("Verify", icon=":material/verified_user:", key="verify-audit", on_click=_verify, help=_HELP)
    if found := st.session_state.pop(_VERIFIED, None):
        _show_verified(found)


def _verify() -> None:
    try:
        found: Verified | str = audit.verify_audit(access.actor(), access.store_of_today())
    except StoreError as error:
        found = str(error)
    st.session_state[_VERIFIED] = found


def _show_verified(found: Verified | str) -> None:
    if isinstance(found, str):
        st.error(escape(found), icon=":material/gpp_maybe:")
        return
    said = "  \n".join(escape(text) for text in found.say())
    if found.is_whole:
        st.success(said, icon=":material/verified_user:")
        return
    st.error(said, icon=":material/gpp_maybe:")
    rows = pd.DataFrame([{"What": one.kind.value, "Found": one.text} for one in found.findings])
    columns = {"What": text_column("What", 170), "Found": text_column("Found", 620)}
    alt = f"What does not fit in the audit: {len(rows)}"
    display.show_table(rows, columns, key="audit-findings", alt=alt, row_height=display.WRAPPED, most_rows=6)


def choose_asked() -> Asked:
    """What the address asks for, in controls."""
    people = audit.read_people(access.actor(), access.store_of_today())
    acts = [act.value for act in Act]
    with st.container(horizontal=True, key="audit-filters", vertical_alignment="bottom"):
        address.show_text(ABOUT)
        st.text_input(
            "Patient id", key=ABOUT, on_change=address.follow, args=(ABOUT,), width=150, placeholder="P-0142"
        )
        for name, label, options, width in ((_BY, "Person", people, 210), (_ACT, "Act", acts, 240)):
            address.show_choice(name, options)
            st.selectbox(
                label,
                options,
                key=name,
                on_change=address.follow,
                args=(name,),
                width=width,
                placeholder="Any",
            )
        days = [_choose_day(name, label) for name, label in ((_FIRST, "From"), (_LAST, "To"))]
    return Asked(address.read(_BY), address.read(_ACT), address.read(ABOUT).strip(), *days)


def _choose_day(name: str, label: str) -> date | None:
    st.session_state[name] = address.read_day(name)
    st.date_input(label, key=name, format="YYYY-MM-DD", width=140, on_change=address.follow, args=(name,))
    return address.read_day(name)


def show_rows(asked: Asked) -> None:
    """The newest first, a page of them at a time."""
    start = (address.read_page() - 1) * display.ROWS_A_PAGE
    store = access.store_of_today()
    rows, n_rows = audit.search_audit(access.actor(), store, asked, limit=display.ROWS_A_PAGE, offset=start)
    if not n_rows:
        st.caption("Nothing of this kind was done.")
        return
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _WIDTHS.items()}
    shown = pd.DataFrame([_describe(row) for row in rows.to_dict("records")], columns=list(columns))
    alt = f"Rows of the audit, the newest first: {n_rows}"
    display.show_table(shown, columns, key="audit-rows", alt=alt)
    display.choose_page(n_rows, "rows")


def _describe(row: dict[Any, Any]) -> dict[str, str]:
    said = json.loads(row["detail"])
    known = [str(row["subject"]).replace(":", " ")] if wording.is_known(row["subject"]) else []
    known += [f"{name.removeprefix('n_').replace('_', ' ')} {_say(value)}" for name, value in said.items()]
    role = f" ({row['role']})" if row["role"] else ""
    return {
        "Row": str(row["row"]),
        "When (UTC)": f"{row['at']:%Y-%m-%d %H:%M:%S}",
        "Who": f"{row['actor']}{role}",
        "Act": row["act"],
        "Patient": row["patient_id"] if wording.is_known(row["patient_id"]) else "",
        "Clinic": row["clinic_id"] if wording.is_known(row["clinic_id"]) else "",
        "What": ", ".join(known),
    }


def _say(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def offer_viewers(patient_id: str) -> None:
    """From a patient's page, for whoever may read the audit: who has looked at this patient."""
    if access.may_see("audit"):
        st.page_link(
            "pages/audit.py",
            label="Who looked",
            icon=":material/visibility:",
            query_params={ABOUT: patient_id, **address.kept()},
        )
