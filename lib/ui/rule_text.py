"""One rule or table of a policy whole: plain words, and of each number its value, range, tag, source and since when it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import pandas as pd
import streamlit as st

from lib.clinical.policy import Policy
from lib.clinical.policy_labels import say_label, say_unit, say_value
from lib.clinical.policy_tables import Between
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.further_wording import say_clearing
from lib.clinical.rules.plain_words import say_looks_for
from lib.clinical.rules.profiles import find_cards, knows_rule, list_numbers, say_severities
from lib.clinical.wording import say_day
from lib.ui import display
from lib.ui.columns import text_column
from lib.ui.display import escape

Since = Mapping[tuple[str, str], int]
TAGS = {"published": "published", "default": "our default"}


def show_rule(name: str, policy: Policy, since: Since) -> None:
    """What it looks for, what clears it, its numbers, and who stands behind them."""
    rule = RULES[name]
    with st.container(border=True, key=f"rule-{name}"):
        st.header(rule.label, anchor=False)
        st.caption(f"{escape(name)} · {say_severities(name)} · {', '.join(find_cards(name))}")
        if not knows_rule(name, policy):
            st.text(f"Version {policy.version} did not know this rule, or not all of its numbers.")
            return
        st.markdown(escape(say_looks_for(policy)[name]))
        st.markdown(f"**Clears:** {escape(say_clearing(name, policy))}.")
        _show_numbers(list_numbers(name, policy), rule.policy_table, policy, since)
        _show_note(rule.policy_table, policy, since)


def show_table(name: str, policy: Policy, since: Since) -> None:
    """A table that is no rule's."""
    with st.container(border=True, key=f"table-{name}"):
        st.header(escape(policy.notes[name].title), anchor=False)
        st.caption(escape(name))
        _show_numbers([(name, key) for key in policy.notes[name].numbers], name, policy, since)
        _show_note(name, policy, since)


def _show_numbers(numbers: Sequence[tuple[str, str]], own: str, policy: Policy, since: Since) -> None:
    if not numbers:
        st.caption("It has no number.")
        return
    rows = pd.DataFrame(
        {
            "number": say_label(table, key) + ("" if table == own else f" ({policy.notes[table].title})"),
            "value": say_value(table, key, policy.notes[table].numbers[key].value),
            "allowed": say_allowed(table, key, policy),
            "tag": TAGS[policy.notes[table].numbers[key].tag],
            "since": f"version {since[table, key]}",
            "source": policy.notes[table].numbers[key].source,
        }
        for table, key in numbers
    )
    columns = {
        "number": text_column("Number", 168),
        "value": text_column("Value", 92),
        "allowed": text_column("Allowed", 72, "Outside of it a policy is refused"),
        "tag": text_column(
            "Tag", 82, "published: the source fixes it. our default: awaiting a clinician's sign-off"
        ),
        "since": text_column("Since", 72),
        "source": text_column("Source", 240),
    }
    display.show_table(
        rows,
        columns,
        key=f"numbers-of-{own}",
        alt=f"{len(rows)} numbers with their sources",
        row_height=display.WRAPPED,
    )


def say_allowed(table: str, key: str, policy: Policy) -> str:
    """5 to 60, or the words among which there is a choice."""
    entry = next(one for one in fields(getattr(policy, table)) if one.name == key)
    allowed = entry.metadata["allowed"]
    if isinstance(allowed, tuple):
        return "; ".join(word.replace("_", " ") for word in allowed)
    ends = (allowed.low, allowed.high) if isinstance(allowed, Between) else (allowed[0], allowed[-1])
    return f"{ends[0]:g} to {ends[1]:g}"


def _show_note(table: str, policy: Policy, since: Since) -> None:
    note = policy.notes[table]
    checked = f"checked by {escape(note.checker)}" if note.checker else "checked by nobody yet"
    st.caption(
        f"Source of the table: {escape(note.source)}.  \n"
        f"Written by {escape(note.author)} on {say_day(note.written_on)}, {checked}, due for review on "
        f"{say_day(note.review_by)}. All its numbers as they are since version {since[table, '']}."
    )


def say_now(table: str, key: str, policy: Policy) -> str:
    """now 20 %."""
    return f"now {say_value(table, key, policy.notes[table].numbers[key].value)}"


def say_field(table: str, key: str) -> str:
    """The label of a field: with its unit, where it has one."""
    unit = say_unit(table, key)
    return f"{say_label(table, key)} ({unit})" if unit else say_label(table, key)
