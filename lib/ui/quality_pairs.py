"""Who may be one person under two identities: side by side, merged or told apart by a named person, and all of it listed."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from lib.services import duplicates, merging
from lib.services.access import Permission, can
from lib.services.duplicates import Preview, Side
from lib.services.errors import StoreError
from lib.ui import access, address, display, opening
from lib.ui.asking import ask, ask_alike
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.quality_decided import show_decided
from lib.ui.quality_sides import show_sides

_ERROR = "error-pair"


def show_pairs() -> None:
    """The pairs, the chosen one, and what was decided before."""
    if not can(access.actor(), Permission.MERGE_PATIENTS):
        return
    pairs = ask_alike(duplicates.read_candidates)
    st.header(f"Possible duplicate persons ({len(pairs):,})", anchor=False)
    st.caption(
        "Found by what they share. Nobody is ever merged by this list: a named person says whether they are one."
    )
    if pairs.empty:
        st.caption("No two identities look alike.")
    else:
        _show_list(pairs)
        _show_chosen(pairs)
    if message := st.session_state.get(_ERROR):
        st.error(escape(message), icon=":material/error:")
    show_decided()


def _show_list(pairs: pd.DataFrame) -> None:
    said = pd.DataFrame(
        {
            "One": [f"{row['first_id']}, {row['first_clinic']}" for row in pairs.to_dict("records")],
            "Other": [f"{row['second_id']}, {row['second_clinic']}" for row in pairs.to_dict("records")],
            "What is the same": pairs["what"],
            "Compare": opening.READ,
        }
    )
    widths = {"One": 190, "Other": 190, "What is the same": 240}
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in widths.items()}
    columns["Compare"] = opening.choice_column("pair", [_name(row) for row in pairs.to_dict("records")])
    display.show_table(
        said, columns, key="pairs-table", alt=f"Pairs that look alike: {len(pairs)}", most_rows=8
    )


def _name(row: dict[Any, Any]) -> str:
    return f"{row['first']}-{row['second']}"


def _show_chosen(pairs: pd.DataFrame) -> None:
    own = [row for row in pairs.to_dict("records") if _name(row) == address.read("pair")]
    if not own:
        return
    first, second = ask(duplicates.read_sides, int(own[0]["first"]), int(own[0]["second"]))
    st.subheader(f"{escape(first.patient_id)} and {escape(second.patient_id)}", anchor=False)
    show_sides(first, second)
    if access.may_write(Permission.MERGE_PATIENTS):
        left, right = st.columns(2, gap="medium")
        with left:
            _offer_merge(first, second)
        with right:
            _offer_two_people(first, second)


def _offer_merge(first: Side, second: Side) -> None:
    """Which one remains, what would change, and why they are one."""
    about = f"{first.patient_key}-{second.patient_key}"
    with st.expander("They are one person", icon=":material/merge:", key=f"merging-{about}"):
        if first.clinic_id != second.clinic_id:
            st.caption(
                "They are patients of two clinics, and no clinic sees another's records: they are not merged here."
            )
            return
        sides = {first.patient_key: first, second.patient_key: second}
        into = st.radio(
            "Who remains",
            list(sides),
            format_func=lambda key: sides[key].patient_id,
            index=None,
            key=f"into-{about}",
            horizontal=True,
        )
        if into is None:
            st.caption("Choose whose page goes on. Nothing is deleted, and a merge can be taken back.")
            return
        gone, actor, store = next(key for key in sides if key != into), access.actor(), access.store()
        drawn = merging.read_pair(actor, store, gone, into)
        _show_preview(ask(duplicates.preview_merge, gone, into, drawn), sides[into])
        st.text_input(
            "Why",
            key=f"why-merge-{about}",
            max_chars=300,
            placeholder="Twice in the export, asked the clinic",
        )

        def save() -> None:
            why = st.session_state[f"why-merge-{about}"]
            merging.merge_patients(access.actor(), access.store(), gone, into, why, drawn=drawn)

        label = f"Merge {sides[gone].patient_id} into {sides[into].patient_id}"
        _button(escape(label), f"save-merge-{about}", save, is_main=True)


def _show_preview(preview: Preview, remains: Side) -> None:
    moved = ", ".join(f"{n:,} {kind.replace('_', ' ')}" for kind, n in preview.moved.items()) or "no record"
    new = [flag for flag in preview.after if flag not in preview.before]
    gone = [flag for flag in preview.before if flag not in preview.after]
    said = f"To {remains.patient_id} would come: {moved}. Open flags afterwards: {'; '.join(preview.after) or 'none'}."
    said += f" New: {'; '.join(new)}." if new else ""
    said += f" No longer: {'; '.join(gone)}." if gone else ""
    st.caption(escape(said))


def _offer_two_people(first: Side, second: Side) -> None:
    pair = (first.patient_key, second.patient_key)
    about = f"{pair[0]}-{pair[1]}"
    with st.expander("They are two people", icon=":material/group:", key=f"parting-{about}"):
        st.caption("Remembered: the two are not listed again.")
        st.text_input("Why", key=f"why-two-{about}", max_chars=300, placeholder="Two sisters")

        def save() -> None:
            why = st.session_state[f"why-two-{about}"]
            duplicates.say_two_people(access.actor(), access.store(), pair, why)

        _button("They are two people", f"save-two-{about}", save)


def _button(label: str, key: str, save: Callable[[], None], *, is_main: bool = False) -> None:
    st.button(label, key=key, type="primary" if is_main else "secondary", on_click=act, args=(save,))


def act(save: Callable[[], None]) -> None:
    """Save; what stands against it is said under the pairs."""
    st.session_state.pop(_ERROR, None)
    try:
        save()
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
