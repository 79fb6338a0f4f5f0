"""The signed decisions of a patient, the newest first: what was decided, on what, and what became of it."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.clinical.contraindications import CONTRAINDICATIONS
from lib.clinical.decision_answers import CHECKS
from lib.clinical.decision_words import (
    UNVERIFIED,
    VERIFIED,
    say_doses,
    say_options,
    say_outcome,
    say_reasons,
    say_state,
    say_target,
)
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.services.decisions import DrawnForm, PatientDecisions, fingerprint
from lib.ui import access, caseload, wording
from lib.ui.decision_saving import add
from lib.ui.display import escape

Row = Mapping[Any, Any]
_COLOURS = {
    "target met": ("green", "✓"),
    "target not met": ("orange", "✗"),
    "no score": ("gray", "?"),
    "new dose not taken": ("gray", "–"),
    "superseded": ("gray", "»"),
}


def show_history(decisions: PatientDecisions, patient_key: int) -> None:
    signed = decisions.signed
    st.subheader(f"Decisions ({len(signed)})", anchor=False)
    if signed.empty:
        st.caption("No decision of this patient is recorded.")
    for row in signed.to_dict("records"):
        with st.container(border=True, gap="xsmall", key=f"decision-{row['id']}-{patient_key}"):
            _show_decision(row)
            _show_addenda(decisions, row, patient_key)


def _show_decision(row: Row) -> None:
    doses = say_doses(row)
    options = say_options(json.loads(row["options"]))
    st.markdown(f"**{escape(options)}**{f' · {escape(doses)}' if doses else ''} {_say_badge(row)}")
    st.markdown(escape(say_outcome(row, row["effect"])))
    st.caption(
        f"Signed {escape(wording.say_second(row['signed_at']))} by {escape(row['signer'])}, {_say_verified(row)}. "
        f"Reasons: {escape(say_reasons(json.loads(row['reasons'])))}. "
        f"Expected: {escape(say_target(row['effect'], row['review_by'], is_stop=row['is_stop']))}."
    )
    if row["note"]:
        st.text(row["note"])
    with st.expander(
        "What it was decided on", type="compact", key=f"decided-on-{row['id']}-{row['patient_key']}"
    ):
        st.markdown("\n".join(f"- {escape(line)}" for line in say_basis(row)))


def _say_badge(row: Row) -> str:
    """State and outcome: a word, a shape and a colour."""
    colour, shape = _COLOURS.get(row["outcome"], ("blue", "●"))
    return f":{colour}-badge[{shape} {escape(say_state(row))}]"


def _say_verified(row: Row) -> str:
    return VERIFIED if row["is_verified"] else UNVERIFIED


def _say_source(flag: Row) -> str:
    """Where the limit came from, as that version of the policy says it."""
    rule, version = RULES.get(flag["rule"]), flag["policy_version"]
    versions = caseload.read_versions() if rule and access.may_see("rules") else ()
    notes = [
        one.policy.notes.get(rule.policy_table) for one in versions if one.policy.version == version and rule
    ]
    source = "".join(f"source: {note.source}; " for note in notes if note)
    return f"{source}policy version {version}"


def say_basis(row: Row) -> list[str]:
    """The flags that were open with their limits, the checklist, and what was asked about."""
    lines = [
        f"Flag: {RULES[flag['rule']].label if flag['rule'] in RULES else flag['rule']} "
        f"({SEVERITIES[flag['severity']]}): {flag['evidence']}. Limit: {flag['threshold']}; {_say_source(flag)}"
        for flag in json.loads(row["flags"])
    ] or ["Flags: none was open"]
    checklist = json.loads(row["checklist"])
    lines += [f"{CHECKS[name]}: {answer}" for name, answer in checklist["checks"].items() if name in CHECKS]
    # Decisions of earlier releases were not asked.
    lines += [f"Asked, and the new dose typed again: {said}" for said in checklist.get("asked", ())]
    for answer in ("absent", "present"):
        names = "; ".join(
            CONTRAINDICATIONS[code][0] for code in checklist[answer] if code in CONTRAINDICATIONS
        )
        lines += [f"Contraindications {answer}: {names}"] if names else []
    return [
        *lines,
        f"Policy version {row['policy_version']}; records up to import {row['covers_import_key']}",
        f"Signature: {row['signer']}, {wording.say_second(row['signed_at'])}, {_say_verified(row)}: "
        f"{say_options(json.loads(row['options']))}. Fingerprint {fingerprint(row)[:16]}, kept in the audit",
    ]


def _show_addenda(decisions: PatientDecisions, row: Row, patient_key: int) -> None:
    addenda = decisions.addenda
    for addendum in addenda[addenda["decision_key"] == row["id"]].to_dict("records") if len(addenda) else ():
        when = wording.say_second(addendum["happened_at"])
        st.caption(f"Addendum, {escape(when)}, {escape(addendum['actor'])}, {_say_verified(addendum)}:")
        st.text(addendum["text"])
    if not access.may_decide():
        return
    about = f"{row['id']}-{patient_key}"
    with st.expander("Add an addendum", type="compact", key=f"addendum-{about}"):
        text_key = f"addendum-text-{about}"
        st.text_area("Addendum", key=text_key, height=80, max_chars=4_000, label_visibility="collapsed")
        drawn = DrawnForm(patient_key, decisions.identity)
        st.button("Add", key=f"addendum-add-{about}", on_click=add, args=(int(row["id"]), text_key, drawn))
