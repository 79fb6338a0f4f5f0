"""A draft of a policy: numbers typed table by table, or a file. It is kept in this session alone until it is published."""

from dataclasses import fields

import streamlit as st

from lib.clinical.policy import Policy, PolicyError, parse_policy
from lib.clinical.policy_draft import NumberChange
from lib.clinical.rules.catalogue import RULES
from lib.services import policies
from lib.services.errors import StoreError
from lib.services.policies import Draft, PolicyVersion
from lib.ui import access, address, policy_publishing, rule_text
from lib.ui.choosing import choose_listed
from lib.ui.display import escape
from lib.ui.policy_publishing import DRAFT

_ROUND, _ERROR = "policy-round", "policy-error"


def show_draft(newest: PolicyVersion) -> None:
    """What may be changed, and under it what the draft would do."""
    if not access.may_change_policy():
        st.text(f"{access.actor().name} may not change the policy.")
        return
    policy_publishing.show_published()
    draft: Draft | None = st.session_state.get(DRAFT)
    policy = newest.policy if draft is None else _parse(draft)
    st.caption(
        "A draft is kept in this browser tab until it is published; reloading the page loses it. Download it to keep it. A "
        "number that is left empty stays as it is. Severities are part of the program, and not of the policy."
    )
    with st.container(border=True, key="draft-form"):
        _ask_numbers(policy)
        with st.expander("Load a file instead", icon=":material/upload_file:"):
            _ask_file()
        _show_error()
    if draft is not None:
        policy_publishing.show_preview(draft, newest)


def _parse(draft: Draft) -> Policy:
    return parse_policy(draft.text.encode(), draft.file_name, draft.version + 1)


def _ask_numbers(policy: Policy) -> None:
    tables = [name for name, note in policy.notes.items() if note.numbers]
    titles = {name: policy.notes[name].title for name in tables}
    table = choose_listed("Rule or table", "table", titles, _table_of_rule(tables))
    for key in policy.notes[table].numbers:
        _ask_number(table, key, policy)
    st.button(
        "Take into the draft",
        key=f"take-{table}",
        type="primary",
        on_click=_take_numbers,
        args=(table, tuple(policy.notes[table].numbers)),
    )


def _table_of_rule(tables: list[str]) -> str:
    """Of the rule that was read last, else the first that has a number."""
    rule = RULES.get(address.read("rule"))
    return rule.policy_table if rule and rule.policy_table in tables else tables[0]


def _ask_number(table: str, key: str, policy: Policy) -> None:
    """The number, and where it comes from: as it is now, and once another is typed, said anew."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        value = _ask_value(table, key, policy)
    with right:
        if value is None:
            number = policy.notes[table].numbers[key]
            st.caption(f"{rule_text.TAGS[number.tag]}: {escape(number.source)}")
        else:
            _ask_origin(table, key)


def _ask_origin(table: str, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Tag",
            list(rule_text.TAGS),
            index=None,
            format_func=rule_text.TAGS.__getitem__,
            key=_name(table, key, "tag"),
            placeholder="Choose one",
            help="published: the source fixes the number. our default: the clinic's own choice",
            width=160,
        )
        st.text_input(
            "Source",
            key=_name(table, key, "source"),
            max_chars=300,
            placeholder="Where the number comes from",
        )


def _ask_value(table: str, key: str, policy: Policy) -> float | str | None:
    entry = next(one for one in fields(getattr(policy, table)) if one.name == key)
    allowed, label, now = (
        entry.metadata["allowed"],
        rule_text.say_field(table, key),
        rule_text.say_now(table, key, policy),
    )
    name = _name(table, key, "value")
    if isinstance(allowed, tuple):
        said: str | None = st.selectbox(label, allowed, index=None, key=name, placeholder=now)
        return said
    kind = int if isinstance(allowed, range) else float
    number: float | None = st.number_input(
        label,
        min_value=kind(allowed[0]),
        max_value=kind(allowed[-1]),
        value=None,
        step=1 if kind is int else 0.01,
        key=name,
        placeholder=now,
        help=f"Allowed: {rule_text.say_allowed(table, key, policy)}",
    )
    return number


def _name(table: str, key: str, field: str) -> str:
    """A new key with every round: the fields are empty again after a number was taken."""
    return f"draft-{st.session_state.get(_ROUND, 0)}-{table}-{key}-{field}"


def _take_numbers(table: str, keys: tuple[str, ...]) -> None:
    said = {
        key: [st.session_state.get(_name(table, key, field)) for field in ("value", "tag", "source")]
        for key in keys
    }
    changes = [
        NumberChange(key, value, tag or "", source or "")
        for key, (value, tag, source) in said.items()
        if value is not None
    ]
    if not changes:
        st.session_state[_ERROR] = "No number was typed."
        return
    draft = st.session_state.get(DRAFT)
    try:
        st.session_state[DRAFT] = policies.change_draft(access.actor(), access.store(), draft, table, changes)
    except (PolicyError, StoreError) as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _ask_file() -> None:
    key = f"policy-file-{st.session_state.get(_ROUND, 0)}"
    file = st.file_uploader("A policy as TOML", type="toml", key=key)
    if file is None:
        return
    try:
        draft = policies.begin_draft(access.actor(), access.store(), file.getvalue(), file.name)
    except PolicyError as error:
        st.error(escape(error), title="Refused; the policy in force stays", icon=":material/error:")
        return
    st.session_state[DRAFT] = draft
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _show_error() -> None:
    """Once, under the form."""
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(escape(message), icon=":material/error:")
