"""The rows that fail a check, each with its patient's page; and letting some of them stand until a day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.policy_labels import say_label, say_value
from lib.clinical.quality_checks import CHECKS
from lib.services import quality
from lib.services.access import Permission
from lib.services.errors import StoreError
from lib.services.quality import Quality, Waiver
from lib.ui import access, address, display, opening, wording
from lib.ui.columns import text_column
from lib.ui.display import escape

_KINDS = {"held_row": "row that waits", "pair": "two identities", "patients": "patient"}
_WIDTHS = {"Patient": 92, "Clinic": 84, "Record": 170, "What is wrong": 350}
# Where somebody waived a row, by whom and why stands beside it.
_WAIVED_WIDTHS = {"Patient": 92, "Clinic": 80, "Record": 118, "What is wrong": 234, "Waived": 170}
_ERROR = "error-waiver"


def show_chosen(found: Quality) -> None:
    """Under the table of checks, the one of the address."""
    code = address.read("check")
    if code not in CHECKS:
        return
    check, state = CHECKS[code], found.checks.set_index("check").loc[code]
    rows = found.rows[found.rows["check"] == code].reset_index(drop=True)
    with display.heading_row(f"{check.title} ({len(rows):,})"):
        if len(rows):
            display.show_download(
                "CSV", lambda: _describe(rows), f"{code.replace('_', '-')}.csv", key="quality-csv"
            )
    st.markdown(escape(check.asks))
    st.caption(escape(_say_numbers(found, code)))
    if rows.empty:
        nothing = "Nothing to check: no such record." if not state["n_asked"] else "No row fails."
        display.show_empty(nothing)
        return
    if check.is_about_item_9:
        st.caption(
            "A waiver changes nothing in the review queue: what may hide an item 9 stands there until it is closed."
        )
    _show_rows(rows)
    if access.may_write(Permission.CHECK_QUALITY):
        _offer_waiver(found, code, rows)


def _say_numbers(found: Quality, code: str) -> str:
    """What is counted, the limit, and the numbers of the policy that it reads."""
    policy = found.policy
    limit = say_value("quality_limits", code, getattr(policy.quality_limits, code))
    said = [f"Of: {CHECKS[code].of}", f"Failed above {limit}"]
    for name in CHECKS[code].numbers:
        table, _, key = name.partition(".")
        value = getattr(getattr(policy, table), key)
        said += [f"{say_label(table, key)}: {say_value(table, key, value)}"]
    return ". ".join([*said, "The clinic's own numbers, on the page Rules."])


def _describe(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Patient": [name or "unknown" for name in rows["patient_id"]],
            "Clinic": [name or "unknown" for name in rows["clinic_id"]],
            "Record": [_say_record(row) for row in rows.to_dict("records")],
            "What is wrong": rows["what"],
            "Waived": [_say_waiver(row) for row in rows.to_dict("records")],
        }
    )


def _say_record(row: dict[Any, Any]) -> str:
    kind = row["record"].partition(":")[0]
    name = _KINDS.get(kind, kind.replace("_", " ").removesuffix("s"))
    return f"{name}, {wording.say_date(row['on'])}" if row["on"] is not None else name


def _say_waiver(row: dict[Any, Any]) -> str:
    if row["waived_until"] is None:
        return ""
    until = wording.say_date(row["waived_until"])
    said = f"until {until}" if row["is_waived"] else f"ran out on {until}"
    return f"{said}, {row['waived_by']}: {row['waived_why']}"


def _show_rows(rows: pd.DataFrame) -> None:
    said = _describe(rows)
    columns: dict[str, Any] = {}
    opens = [_say_where(row) for row in rows.to_dict("records")]
    if all(opens):
        said["Open"] = opening.OPEN
        columns["Open"] = opening.open_column(opens)
    has_waiver = (said["Waived"] != "").any()
    widths = _WAIVED_WIDTHS if has_waiver else _WIDTHS
    columns |= {name: text_column(name, width) for name, width in widths.items()}
    alt = f"Rows that fail the check: {len(rows)}"
    height = {"row_height": display.WRAPPED if has_waiver else None, "most_rows": 8 if has_waiver else 12}
    display.show_table(said, columns, key="quality-rows", alt=alt, **height)


def _say_where(row: dict[Any, Any]) -> str:
    """What a press opens: the row in the quarantine, or the patient's page."""
    kind, _, key = row["record"].partition(":")
    if kind == "held_row":
        return f"held-{key}"
    return f"patient-{row['patient_key']}" if wording.is_known(row["patient_key"]) else ""


def follow_click() -> None:
    """Go to the row of the quarantine that was opened."""
    if (held := opening.take_form()) is not None:
        st.switch_page("pages/import_records.py", query_params={"held": str(held), **address.kept()})


def _offer_waiver(found: Quality, code: str, rows: pd.DataFrame) -> None:
    """Both ways; every key names the check."""
    names = {
        row["record"]: f"{row['patient_id'] or 'unknown'}, {_say_record(row)}: {row['what']}"
        for row in rows.to_dict("records")
    }
    standing = rows.loc[rows["is_waived"], "record"].tolist()
    with st.expander("Waive rows", icon=":material/event_available:", key=f"waiving-{code}"):
        st.caption("They are counted apart until the day is over, then they count again. Nothing is hidden.")
        counted = [record for record in names if record not in standing]
        chosen = st.multiselect("Rows", counted, format_func=names.__getitem__, key=f"waive-{code}")
        st.text_input(
            "Why", key=f"why-waive-{code}", max_chars=300, placeholder="The old system had no item 9"
        )
        last = found.as_of + timedelta(days=found.policy.quality.waiver_max_days)
        st.date_input("Until", value=None, min_value=found.as_of, max_value=last, key=f"until-waive-{code}")

        def save() -> None:
            said = [st.session_state[f"{name}-waive-{code}"] for name in ("why", "until")]
            quality.waive(access.actor(), access.store(), Waiver(code, tuple(chosen), said[0], said[1]))

        _button("Waive", f"save-waive-{code}", save)
        if standing:
            ended = st.multiselect(
                "Waived rows", standing, format_func=names.__getitem__, key=f"end-waive-{code}"
            )
            _button(
                "Count them again",
                f"save-end-{code}",
                lambda: quality.end_waivers(access.actor(), access.store(), code, ended),
            )
        if message := st.session_state.get(_ERROR):
            st.error(escape(message), icon=":material/error:")


def _button(label: str, key: str, save: Callable[[], None]) -> None:
    st.button(label, key=key, on_click=_act, args=(save,))


def _act(save: Callable[[], None]) -> None:
    st.session_state.pop(_ERROR, None)
    try:
        save()
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
