"""The page of rules: which version is shown, and the parts that it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from lib.clinical.policy import Policy
from lib.clinical.policy_changes import find_since
from lib.services.policies import PolicyVersion
from lib.ui import address, caseload, policy_budget, policy_drafting, policy_versions, rule_list, wording
from lib.ui.choosing import choose_section
from lib.ui.display import escape
from lib.ui.display import show_title as show_page_title

_ON = "on"


@dataclass(frozen=True)
class Shown:
    """version: on the screen. since: by (table, key) the version since which a number has stood. versions: all of them."""

    version: PolicyVersion
    since: Mapping[tuple[str, str], int]
    versions: tuple[PolicyVersion, ...]

    @property
    def policy(self) -> Policy:
        return self.version.policy

    @property
    def is_in_force(self) -> bool:
        return self.policy.version == self.versions[-1].policy.version

    def published_at(self, version: int) -> int:
        return next(one.published_at for one in self.versions if one.policy.version == version)


def take_policy() -> Shown:
    """The version of the day in the address, else the one in force; where that day had none, the page says so and ends."""
    versions = caseload.read_versions()
    day = address.read_day(_ON)
    chosen = versions[-1] if day is None else caseload.read_policy_on(day)
    if chosen is None:
        show_page_title("Rules", "The clinic's own thresholds")
        _choose_day()
        first = wording.say_instant(versions[0].published_at)
        st.info(f"On that day no policy was in force here: version 1 was published on {first}.")
        st.stop()
    known = [one.policy for one in versions if one.policy.version <= chosen.policy.version]
    return Shown(chosen, MappingProxyType(find_since(known)), versions)


def show_title(shown: Shown) -> None:
    numbers = [number for note in shown.policy.notes.values() for number in note.numbers.values()]
    n_ours = sum(number.tag == "default" for number in numbers)
    state = "in force" if shown.is_in_force else "no longer in force"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        with st.container(width="stretch"):
            show_page_title(
                "Rules",
                f"Policy version {shown.policy.version}, {state}, published on {wording.say_instant(shown.version.published_at)} "
                f"by {escape(shown.version.published_by)}. {len(numbers)} numbers: {len(numbers) - n_ours} published, {n_ours} "
                "our defaults, awaiting a clinician's sign-off.",
            )
        _choose_day()


def _choose_day() -> None:
    """What was the threshold on 3 March?"""
    st.session_state[_ON] = address.read_day(_ON)
    st.date_input(
        "As it stood at the end of",
        value=None,
        format="YYYY-MM-DD",
        key=_ON,
        on_change=_follow_day,
        width=200,
        help="Empty: the version in force. The day ends where it ends last among the clinics.",
    )


def _follow_day() -> None:
    chosen = st.session_state[_ON]
    address.write(_ON, chosen.isoformat() if chosen else "")


Show = Callable[[Shown], None]
# By its word in the address: what it is called, and what draws it. The first one is the default.
PARTS: Mapping[str, tuple[str, Show]] = MappingProxyType(
    {
        "rules": ("Rules", lambda shown: rule_list.show_rules(shown.policy, shown.since)),
        "numbers": ("Other numbers", lambda shown: rule_list.show_tables(shown.policy, shown.since)),
        "versions": ("Versions", lambda shown: policy_versions.show_versions(shown.versions)),
        "budget": ("Flag budget", lambda _: policy_budget.show_budget()),
        "draft": ("Draft", lambda shown: policy_drafting.show_draft(shown.versions[-1])),
    }
)


def choose_part() -> str:
    slug, _ = choose_section("Part", "part", PARTS)
    return slug


def show_part(shown: Shown, part: str) -> None:
    PARTS[part][1](shown)
