"""Open flags explained: what was found, since when, against which limit, where that comes from, what clears it."""

from types import MappingProxyType
from typing import Any

import streamlit as st

from lib.clinical.plain_rows import rows_of
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import ITEM_9, RULES
from lib.clinical.rules.coverage_wording import say_unread
from lib.clinical.standing_words import say_item_9_positive, say_unreadable
from lib.clinical.wording import capitalise
from lib.services.patients import PatientPage
from lib.ui import wording
from lib.ui.closing_forms import offer_closing, offer_critical_closing, show_done
from lib.ui.coverage import N_OF_N
from lib.ui.display import escape, fine_print
from lib.ui.drawn_once import draw_once, make_once
from lib.ui.flag_actions import offer_actions
from lib.ui.flag_state import say_state
from lib.ui.technique_card import show_technique

# A word, a shape and a colour each.
_SEVERITIES = MappingProxyType(
    {
        "critical": ("red", "▲▲"),
        "high": ("orange", "▲"),
        "medium": ("yellow", "◆"),
        "watch": ("blue", "●"),
        "info": ("gray", "○"),
    }
)


def show_flags(page: PatientPage) -> None:
    """The open flags, the most severe first: those on safety, then technique where the response is poor, then the others."""
    show_done(page.patient_key)
    _show_unreadable(page)
    count = wording.count(len(page.flags), "open flag")
    st.header(count if len(page.flags) else "No open flag", anchor=False)
    if page.flags.empty:
        draw_once(page, "no flag", draw=lambda: _show_no_flag(page))
    flags = make_once(page, "flags", lambda: list(enumerate(rows_of(page.flags))))
    _show_each([(number, flag) for number, flag in flags if RULES[flag["rule"]].is_safety], page)
    show_technique(page)
    _show_each([(number, flag) for number, flag in flags if not RULES[flag["rule"]].is_safety], page)
    _show_persisting(page)
    draw_once(page, "item 9 zero", draw=lambda: _show_item_9_zero(page))


def _show_no_flag(page: PatientPage) -> None:
    day, unread = wording.say_date(page.history.as_of), escape(say_unread(page.coverage))
    st.markdown(f"No rule asks for a review as of {day}, with the records at hand. {unread}")
    st.caption(N_OF_N)


def _show_unreadable(page: PatientPage) -> None:
    """Forms that nobody could read are no flags of a rule, and never left unsaid."""
    if page.n_unreadable:
        st.error(
            f"{say_unreadable(page.n_unreadable)}. Look at the original form.", icon=":material/description:"
        )


def _show_persisting(page: PatientPage) -> None:
    """Item 9 that only adds to a closing: no flag, and never left unsaid."""
    if page.persisting:
        with st.container(border=True, gap="xsmall", key=f"persisting-{page.patient_key}"):
            days = page.policy.flag_life.reassess_days
            st.markdown(f"**{escape(page.persisting)}**")
            st.caption(
                f"A flag again at 2 or more, on any rise, or when the last assessment is older than {days} days."
            )


def _show_each(flags: list[tuple[int, dict[Any, Any]]], page: PatientPage) -> None:
    for number, flag in flags:
        with st.container(border=True, gap="xsmall", key=f"flag-{number}-{page.patient_key}"):
            _show_flag(flag, page)


def _show_flag(flag: dict[Any, Any], page: PatientPage) -> None:
    colour, shape = _SEVERITIES[flag["severity"]]
    instrument = f" · {flag['instrument']}" if flag["instrument"] else ""
    days = (page.history.as_of - flag["since"].date()).days
    eased = " :gray-badge[no longer met]" if wording.is_known(flag["is_eased"]) else ""
    name = f"**{escape(flag['label'])}**{instrument} :{colour}-badge[{shape} {flag['severity']}]{eased}"
    head = f"{name}  \n{say_state(flag)}"
    if flag["rule"] == ITEM_9:
        st.markdown(head)
        st.error(escape(say_item_9_positive(flag["evidence"])), icon=":material/emergency:")
        head = ""
    since = f"Since {wording.say_date(flag['since'])} ({wording.count(days, 'day')})"
    source = f"Source: {escape(flag['source'])}; policy version {flag['policy_version']}, {say_tags(flag['rule'], page.policy)}"
    fine = fine_print(
        f"{since}. Limit: {escape(flag['threshold'])}.",
        f"To clear: {escape(flag['clears_when'])}.",
        f"{source}.",
    )
    st.markdown(f"{head}\n\n{escape(_say_evidence(flag))}\n\n{fine}")
    offer_actions(page, flag)
    if flag["rule"] == ITEM_9:
        offer_closing(page, flag)
    elif flag["severity"] == "critical":
        offer_critical_closing(page, flag)


def _say_evidence(flag: dict[Any, Any]) -> str:
    """What was found; of item 9 without the answer, which stands above it."""
    evidence = str(flag["evidence"])
    said = evidence.partition(": ")[2] if flag["rule"] == ITEM_9 else evidence
    return capitalise(said)


def say_tags(rule: str, policy: Policy) -> str:
    """Whose numbers these are."""
    notes = policy.notes[RULES[rule].policy_table]
    tags = {number.tag for number in notes.numbers.values()}
    if not tags:
        return "no number of its own"
    checked = f"checked by {escape(notes.checker)}" if notes.checker else "awaiting a clinician's sign-off"
    return f"numbers {' and '.join(sorted(tags, reverse=True))}, {checked}"


def _show_item_9_zero(page: PatientPage) -> None:
    """What a 0 on the latest form does not mean."""
    forms = reversed(page.history.form_rows)
    latest = next((row for row in forms if row["instrument"] == "PHQ-9"), None)
    if latest and wording.is_known(latest["item_9"]) and latest["item_9"] == 0:
        with st.container(border=True, gap="xsmall", key=f"item-9-zero-{page.patient_key}"):
            when = fine_print(f"Latest PHQ-9, {wording.say_date(latest['on'])}")
            st.markdown(f"{when}\n\n{wording.ITEM_9_ZERO}")
