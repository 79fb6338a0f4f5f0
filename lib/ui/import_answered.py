"""How a file is read because somebody said so, now or of an earlier file of its source; and the way to say otherwise."""

from collections.abc import Sequence

import streamlit as st

from lib.services import mappings
from lib.services.imports import Receipt
from lib.ui import access, wording
from lib.ui.display import escape
from lib.ui.import_answers import OfferedFile, ask_again, read_answers


def show_answered(files: Sequence[OfferedFile], receipts: Sequence[Receipt]) -> None:
    """A line a file that is read by answers."""
    by_name = {receipt.file_name: receipt for receipt in receipts}
    names = [file.name for file in files]
    said = mappings.read_confirmations(access.actor(), access.store(), names)
    for file in files:
        receipt, now = by_name.get(file.name), read_answers(file)
        keys = [key for key, answer in (receipt.choices if receipt else {}).items() if answer]
        if receipt is None or receipt.questions or not (keys or any(now.values())):
            continue
        who, when = said.get(file.name, ("", None))
        is_old = who and not any(now.values())
        words = (
            f"{who} on {wording.say_instant(when)}" if is_old else f"{access.actor().name}, in this dry run"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{escape(file.name)}: Read as confirmed by {escape(words)}.", width="content")
            st.button(
                "Change",
                key=f"change-answers-{file.key}",
                type="tertiary",
                help=f"Ask again how {escape(file.name)} is read",
                on_click=ask_again,
                args=(file, sorted({*keys, *now})),
            )
