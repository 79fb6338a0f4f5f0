"""What a draft would do, before it is published; and publishing it, with a comment."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.flag_changes import GAINED, LOST, RERATED
from lib.clinical.policy import PolicyError, parse_policy
from lib.clinical.rules.catalogue import RULES
from lib.services import policies
from lib.services.errors import StoreError
from lib.services.policies import Draft, PolicyVersion
from lib.services.policy_preview import Preview
from lib.ui import access, caseload, display, opening, policy_budget, policy_versions, wording
from lib.ui.columns import text_column
from lib.ui.display import escape

DRAFT = "policy-draft"
_COMMENT, _REFUSED, _PUBLISHED = "policy-comment", "policy-refused", "policy-published"
_SAID = MappingProxyType({GAINED: "gains a flag", LOST: "loses a flag", RERATED: "other severity"})

_COUNTS = MappingProxyType(
    {
        "n_before": "In force",
        "n_after": "Draft",
        "n_gained": "Gained",
        "n_lost": "Lost",
        "n_rerated": "Re-rated",
    }
)


def show_preview(draft: Draft, newest: PolicyVersion) -> None:
    """The draft's changes, who would gain and lose a flag, the flag budget, and the button that publishes it."""
    with display.heading_row("What the draft changes"), st.container(horizontal=True, width="content"):
        st.download_button(
            "Draft as TOML",
            draft.text,
            "policy.toml",
            key="draft-toml",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button(
            "Discard the draft", key="discard", type="tertiary", icon=":material/delete:", on_click=_discard
        )
    after = parse_policy(draft.text.encode(), draft.file_name, newest.policy.version + 1)
    policy_versions.show_changes(newest.policy, after, key="draft-changes")
    flags = st.container()
    st.header("Flag budget", anchor=False)
    weeks = policy_budget.choose_weeks()
    with st.spinner("The rules look under both policies …"):
        preview = caseload.preview_policy(draft.text, draft.file_name, weeks)
    with flags:
        _show_flags(preview)
    policy_budget.show_budgets({"In force": preview.before, "Draft": preview.after})
    _offer_publishing(draft, newest)


def _show_flags(preview: Preview) -> None:
    st.header("Flags today", anchor=False)
    st.caption(
        f"What the rules find on {wording.say_date(preview.as_of)} under version {preview.version} and under the draft, in the "
        "clinics that you see. The review queue may show some flags longer, and others not: snoozed, closed, or easing off."
    )
    cards = preview.by_card.rename(columns={"card": "what"})
    rules = preview.by_rule.assign(what=[RULES[rule].label for rule in preview.by_rule["rule"]])
    changed = rules[(rules["n_gained"] > 0) | (rules["n_lost"] > 0) | (rules["n_rerated"] > 0)]
    _show_counts(cards, "Card (patients)", key="by-card")
    if changed.empty:
        display.show_empty("No flag of today is gained or lost.")
        return
    _show_counts(changed, "Rule (flags)", key="by-rule")
    _show_moved(preview.moved)


def _show_counts(rows: pd.DataFrame, heading: str, *, key: str) -> None:
    counts = {name: text_column(label, 90) for name, label in _COUNTS.items() if name in rows}
    columns = {"what": text_column(heading, 230), **counts}
    display.show_table(rows.astype(str), columns, key=key, alt=f"{heading}: in force, draft, gained, lost")


def _show_moved(moved: pd.DataFrame) -> None:
    """Patient by patient; a row opens the patient."""
    rows = pd.DataFrame(
        {
            "open": opening.OPEN,
            "patient": f"{row['patient_id']}, {row['clinic_id']}",
            "change": _SAID[row["change"]],
            "rule": RULES[row["rule"]].label,
            "severity": " → ".join(word or "none" for word in (row["before"], row["after"])),
            "evidence": row["evidence"],
        }
        for row in moved.to_dict("records")
    )
    columns = {
        "open": opening.open_column([f"patient-{key}" for key in moved["patient_key"]]),
        "patient": text_column("Patient", 110),
        "change": text_column("", 96),
        "rule": text_column("Rule", 120),
        "severity": text_column("Severity", 96),
        "evidence": text_column("Evidence", 280),
    }
    alt = f"{len(rows)} flags gained, lost or of another severity"
    display.show_table(rows, columns, key="moved", alt=alt, row_height=display.WRAPPED, most_rows=8)


def _offer_publishing(draft: Draft, newest: PolicyVersion) -> None:
    st.header("Publish", anchor=False)
    message = st.session_state.pop(_REFUSED, None)
    if message:
        st.error(escape(message), title="Not published; the policy in force stays", icon=":material/error:")
    if draft.version != newest.policy.version:
        by = f"by {escape(newest.published_by)} on {wording.say_instant(newest.published_at)}"
        st.warning(
            f"This draft was begun on version {draft.version}. Version {newest.policy.version} was published {by}. The draft "
            "cannot be published any more: download it, discard it, and begin again.",
            icon=":material/warning:",
        )
        return
    st.text_area(
        "Why it changes",
        key=_COMMENT,
        height=80,
        max_chars=1000,
        placeholder="It stays with the version, for good",
    )
    st.button(
        f"Publish as version {draft.version + 1}",
        key="publish",
        type="primary",
        on_click=_publish,
        args=(draft,),
    )


def _publish(draft: Draft) -> None:
    """draft: as it was on the screen."""
    comment = st.session_state.get(_COMMENT) or ""
    actor, store = access.actor(), access.store()
    try:
        version = policies.publish_policy(
            actor, store, draft.text.encode(), draft.file_name, comment, previewed=draft.version
        )
    except (PolicyError, StoreError) as error:
        st.session_state[_REFUSED] = str(error)
        return
    _discard()
    st.session_state[_PUBLISHED] = version


def _discard() -> None:
    for name in (DRAFT, _COMMENT):
        st.session_state.pop(name, None)


def show_published() -> None:
    """Once, after a version was published."""
    version = st.session_state.pop(_PUBLISHED, None)
    if version is not None:
        st.success(
            f"Version {version} is in force. Every flag was looked for again.", icon=":material/task_alt:"
        )
