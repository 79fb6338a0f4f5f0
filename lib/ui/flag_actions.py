"""What can be done about an open flag beside closing it. Nothing is chosen beforehand; every key names flag and patient."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import streamlit as st

from lib.clinical.flag_life import SNOOZED, WRONG, can_be_set_aside
from lib.clinical.rules.catalogue import SEVERITIES
from lib.services import flag_life
from lib.services.errors import StoreError
from lib.services.flag_life import CONTACT_OUTCOMES, SNOOZE_REASONS, WRONG_REASONS, FlagSeen
from lib.services.patients import PatientPage
from lib.ui import access, caseload
from lib.ui.display import escape
from lib.ui.unfolding import unfold

SNOOZE, CALL_WRONG, CONTACT, HAND_OVER = "snooze", "wrong", "contact", "hand over"
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        SNOOZE: "Snooze until a day",
        CALL_WRONG: "Call it wrong",
        CONTACT: "Log a contact attempt",
        HAND_OVER: "Hand it over",
    }
)
_FIELDS = ("act", "why", "until", "to", "said")
Flag = Mapping[Any, Any]


def offer_actions(page: PatientPage, flag: Flag) -> None:
    """Seen, taken or given back at one press; the others ask for what they need."""
    if not access.may_handle():
        return
    about = f"{flag['rule']}-{flag['instrument'] or 'session'}-{page.patient_key}"
    seen = FlagSeen(page.patient_key, flag["rule"], int(flag["instrument_code"]), flag["evidence"])
    with unfold(
        "Handle this flag", f"handle-{about}", icon=":material/checklist:", kind="compact"
    ) as is_open:
        if is_open:
            _draw_actions(page, flag, about, seen)


def _draw_actions(page: PatientPage, flag: Flag, about: str, seen: FlagSeen) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, act in _quick_acts(flag):
            name = label.lower().replace(" ", "-")
            st.button(label, key=f"{name}-{about}", on_click=_act, args=(about, act, seen))
    _ask(page, flag, about)
    action = st.session_state.get(f"act-{about}")
    if action:
        save = f"save-act-{about}"
        st.button("Save", type="primary", key=save, on_click=_save, args=(about, action, seen))
    if message := st.session_state.get(f"error-act-{about}"):
        st.error(escape(message), icon=":material/error:")


def _quick_acts(flag: Flag) -> list[tuple[str, Callable[[FlagSeen], None]]]:
    actor, store = access.actor(), access.store()
    acts: list[tuple[str, Callable[[FlagSeen], None]]] = [
        ("Mark as seen", lambda seen: flag_life.mark_seen(actor, store, seen))
    ]
    if flag["owner"] == actor.name:
        acts.append(("Give it back", lambda seen: flag_life.give_back(actor, store, seen)))
    else:
        acts.append(("Take it", lambda seen: flag_life.hand_over(actor, store, seen, actor.name)))
    if flag["state"] in (SNOOZED, WRONG):
        acts.append(("Back into the queue", lambda seen: flag_life.restore(actor, store, seen)))
    return acts


def _ask(page: PatientPage, flag: Flag, about: str) -> None:
    """One action at a time, with its fields."""
    can_set_aside = can_be_set_aside(flag["rule"], SEVERITIES.index(flag["severity"]))
    actions = [name for name in _LABELS if can_set_aside or name in (CONTACT, HAND_OVER)]
    action = st.selectbox(
        "What else",
        actions,
        index=None,
        format_func=_LABELS.__getitem__,
        key=f"act-{about}",
        placeholder="Choose one",
    )
    if not can_set_aside:
        st.caption("Item 9 and critical flags are never snoozed or called wrong.")
    limits = page.policy.flag_life
    if action == SNOOZE:
        _choose("Reason", SNOOZE_REASONS, about)
        first = page.history.as_of + timedelta(days=1)
        last = page.history.as_of + timedelta(days=limits.snooze_max_days)
        st.date_input("Until", value=None, min_value=first, max_value=last, key=f"until-{about}")
    elif action == CALL_WRONG:
        _choose("Reason", WRONG_REASONS, about)
        st.caption(f"It comes back after {limits.wrong_max_days} days, or when it says something else.")
    elif action == CONTACT:
        _choose("Outcome", CONTACT_OUTCOMES, about)
    elif action == HAND_OVER:
        people = [name for name in caseload.read_colleagues() if name != flag["owner"]]
        st.selectbox(
            "To",
            people,
            index=None,
            key=f"to-{about}",
            placeholder="Choose or type a name",
            accept_new_options=True,
        )
    if action:
        st.text_area("Note", key=f"said-{about}", height=80, max_chars=2000)


def _choose(label: str, choices: Mapping[str, str], about: str) -> None:
    st.selectbox(
        label,
        list(choices),
        index=None,
        format_func=choices.__getitem__,
        key=f"why-{about}",
        placeholder="Choose one",
    )


def _save(about: str, action: str, seen: FlagSeen) -> None:
    """action: as it was chosen when the button was drawn."""
    said = {name: st.session_state.get(f"{name}-{about}") for name in _FIELDS}
    actor, store, code, note = access.actor(), access.store(), said["why"] or "", said["said"] or ""
    acts: dict[str, Callable[[FlagSeen], None]] = {
        SNOOZE: lambda seen: flag_life.snooze(
            actor, store, seen, reason_code=code, until=said["until"], note=note
        ),
        CALL_WRONG: lambda seen: flag_life.call_wrong(actor, store, seen, code, note),
        CONTACT: lambda seen: flag_life.note_contact(actor, store, seen, code, note),
        HAND_OVER: lambda seen: flag_life.hand_over(actor, store, seen, said["to"] or "", note),
    }
    _act(about, acts[action], seen)


def _act(about: str, act: Callable[[FlagSeen], None], seen: FlagSeen) -> None:
    """seen: the flag as it was on the screen. What was typed stays until it is saved."""
    st.session_state.pop(f"error-act-{about}", None)
    try:
        act(seen)
    except StoreError as error:
        st.session_state[f"error-act-{about}"] = str(error)
        return
    for name in _FIELDS:
        st.session_state.pop(f"{name}-{about}", None)
