"""Making a pack, taking it along as HTML or PDF, and holding a kept one against today's records."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib import settings
from lib.clinical.outcomes.periods import Span, say_period
from lib.services import packs
from lib.services.access import Actor
from lib.services.errors import Store, StoreError
from lib.ui import access, display, wording
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.one_page import NO_BROWSER
from lib.ui.packs.period import choose_period

_CHOSEN, _ERROR, _AGAIN = "pack", "pack-error", "pack-again"
_ABOUT = (
    "Rates, figures, definitions and caveats of a period, as HTML and PDF. What is made is kept; the same records, period and "
    "policy give the same pack again. It names no patient and tells no small count."
)


def take_period() -> Span:
    """The title, and the period that is chosen under it."""
    display.show_title("Monthly pack", _ABOUT)
    return choose_period(ask(packs.read_today))


def show_making(span: Span) -> None:
    """The button that makes a pack and keeps it."""
    browser = settings.browser_path()
    may_keep = not access.looks_back()
    st.button(
        f"Make the pack of {say_period(*span)}",
        type="primary",
        icon=":material/description:",
        key=f"make-pack-{span[0]}-{span[1]}",
        disabled=browser is None or not may_keep,
        help=NO_BROWSER if browser is None else None if may_keep else "The past takes no records.",
        on_click=_make,
        args=(span, browser or ""),
    )
    st.caption("It takes some seconds: a browser draws the figures.")
    if message := st.session_state.pop(_ERROR, None):
        st.error(escape(message), icon=":material/error:")


def _make(span: Span, browser: str) -> None:
    try:
        key = packs.keep_pack(access.actor(), access.store_of_today(), packs.Asked(*span), browser)
    except (StoreError, RuntimeError, OSError) as error:
        st.session_state[_ERROR] = str(error)
    else:
        st.session_state[_CHOSEN] = key


def show_kept() -> None:
    """Packs of the past, the newest first."""
    rows: pd.DataFrame = ask(packs.read_packs)
    st.header("Packs that were made", anchor=False)
    if rows.empty:
        display.show_empty("No pack has been made of these clinics yet.")
        return
    said = pd.DataFrame([_describe(row) for row in rows.to_dict("records")])
    columns = {name: text_column(name, width) for name, width in _WIDTHS.items()}
    display.show_table(said, columns, key="packs", alt="Packs that were made", most_rows=12)
    keys = [int(key) for key in rows["pack_key"]]
    names = dict(zip(keys, said["Number"] + ": " + said["Period"], strict=True))
    # What was made just now is chosen.
    key = st.selectbox(
        "Take along, or make again",
        keys,
        index=None,
        format_func=lambda one: names[one],
        key=_CHOSEN,
        width=420,
    )
    if key is not None:
        _offer(key)
        _show_again(key)


_WIDTHS = {
    "Number": 60,
    "Period": 200,
    "As of": 90,
    "Made": 170,
    "By": 110,
    "Clinics": 200,
    "Policy": 60,
    "SHA-256": 130,
}


def _describe(row: dict[Any, Any]) -> dict[str, str]:
    return {
        "Number": f"{row['pack_key']}",
        "Period": say_period(row["first"], row["last"]),
        "As of": wording.say_date(row["as_of"]),
        "Made": wording.say_instant(row["made_at"]),
        "By": row["made_by"],
        "Clinics": ", ".join(row["clinics"]),
        "Policy": f"{row['policy_version']}",
        "SHA-256": row["content_sha256"][:16],
    }


def _offer(key: int) -> None:
    """The bytes as they were kept."""
    # Whoever presses is not asked for in that moment: outside of a run nobody is known.
    actor, store = access.actor(), access.store()
    with st.container(horizontal=True, key=f"take-pack-{key}"):
        for ending, mime in (("html", "text/html"), ("pdf", "application/pdf")):
            st.download_button(
                f"Pack {key} ({ending.upper()})",
                data=partial(_read_bytes, actor, store, key, ending),
                file_name=f"monthly-pack-{key}.{ending}",
                mime=mime,
                icon=":material/download:",
                key=f"download-pack-{key}-{ending}",
                on_click="ignore",
            )


def _read_bytes(actor: Actor, store: Store, key: int, ending: str) -> bytes:
    kept: bytes = packs.read_pack(actor, store, key)[ending]
    return kept


def _show_again(key: int) -> None:
    browser = settings.browser_path()
    st.button(
        "Does it come out the same again?",
        icon=":material/replay:",
        key=f"make-again-{key}",
        disabled=browser is None,
        help=NO_BROWSER if browser is None else None,
        on_click=_make_again,
        args=(key, browser or ""),
    )
    found = st.session_state.get(_AGAIN)
    if found and found[0] == key:
        again = found[1]
        show = st.success if again.is_same_content else st.warning
        show(again.say())


def _make_again(key: int, browser: str) -> None:
    try:
        again = packs.make_again(access.actor(), access.store_of_today(), key, browser)
    except (StoreError, RuntimeError, OSError) as error:
        st.session_state[_ERROR] = str(error)
    else:
        st.session_state[_AGAIN] = (key, again)
