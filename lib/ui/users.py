"""Accounts: who they are, what they may, and how they sign in; one is added, changed, invited or switched off."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.services import accounts
from lib.services.access import Permission, Role
from lib.services.accounts import INVITATION_HOURS
from lib.ui import access, display, user_acts, wording
from lib.ui.columns import text_column

_WAYS = {
    "provider": "identity provider",
    "password": "password and code",  # pragma: allowlist secret
    "invited": "invited",
    "none": "not yet",
}
_COLUMNS = (
    ("Name", 100, "Stands under what its owner signs"),
    ("E-mail", 150, None),
    ("Roles", 100, "What the account may; several roles may together what each may"),
    ("Clinics", 100, "Whose records are in sight"),
    ("State", 80, None),
    ("Signs in by", 118, None),
    ("Signed in", 62, "Sign-ins that are open now"),
)


def take_accounts() -> pd.DataFrame:
    """The title, and every account that the reader may manage."""
    found = accounts.read_accounts(access.actor(), access.store_of_today())
    n_active, n_in = int(found["is_active"].sum()), int(found["n_signed_in"].sum())
    display.show_title(
        "Users",
        f"{wording.count(n_active, 'active account')}, {wording.count(n_in, 'open sign-in')}. Roles and clinics change at "
        "once: whoever is signed in signs in again.",
    )
    return found


def show_accounts(found: pd.DataFrame) -> None:
    """Every account, one row each."""
    if found.empty:
        display.show_empty("No account yet. Add the first one below.")
        return
    rows = pd.DataFrame([_describe(row) for row in found.to_dict("records")])
    columns = {heading: text_column(heading, width, about) for heading, width, about in _COLUMNS}
    display.show_table(rows, columns, key="accounts-table", alt=f"Accounts: {len(rows)}")


def _describe(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "Name": row["name"],
        "E-mail": row["email"],
        "Roles": ", ".join(row["roles"]),
        "Clinics": "all" if row["clinics"] is None else ", ".join(row["clinics"]) or "none",
        "State": "active" if row["is_active"] else "switched off",
        "Signs in by": _WAYS[row["way"]],
        "Signed in": str(row["n_signed_in"] or "–"),
    }


def show_forms(found: pd.DataFrame) -> None:
    """One account changed, and one added; not while an earlier day is looked at."""
    if not access.may_write(Permission.MANAGE_ACCOUNTS):
        return
    user_acts.say_what_came_of_it()
    change, add = st.tabs(["Change an account", "Add an account"])
    with change:
        _offer_change(found)
    with add:
        _offer_new()


def _offer_change(found: pd.DataFrame) -> None:
    by_key = found.set_index("account_key")
    key = st.selectbox(
        "Account",
        by_key.index.tolist(),
        index=None,
        format_func=lambda key: f"{by_key.loc[key, 'name']} · {by_key.loc[key, 'email']}",
        placeholder="Choose an account",
        key="user-account",
    )
    if key is None:
        return
    row = by_key.loc[key]
    with st.form(f"user-change-{key}", border=False):
        _ask_wanted(f"user-{key}", row["roles"], row["clinics"])
        st.form_submit_button("Save", type="primary", on_click=user_acts.change, args=(int(key), row["name"]))
    with st.container(horizontal=True):
        st.button(
            "Invite again" if row["way"] == "password" else "Invite to a password",
            key=f"user-invite-{key}",
            icon=":material/key:",
            on_click=user_acts.invite,
            args=(int(key), row["name"]),
            help=f"A link for {INVITATION_HOURS} hours, with which its owner sets a password and an authenticator.",
        )
        word, icon = ("Switch off", "person_off") if row["is_active"] else ("Switch on", "person_check")
        st.button(
            word,
            key=f"user-switch-{key}",
            icon=f":material/{icon}:",
            on_click=user_acts.switch,
            args=(int(key), row["name"], not row["is_active"]),
        )


def _offer_new() -> None:
    with st.form("user-add", border=False):
        with st.container(horizontal=True):
            st.text_input(
                "Name", key="user-new-name", max_chars=120, help="Stands under what its owner signs."
            )
            st.text_input("E-mail address", key="user-new-email", max_chars=254)
        _ask_wanted("user-new", [], [])
        st.form_submit_button("Add", type="primary", on_click=user_acts.add)


def _ask_wanted(key: str, roles: list[str], clinics: list[str] | None) -> None:
    grantable = accounts.read_grantable_clinics(access.actor(), access.store_of_today())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.multiselect(
            "Roles", [role.value for role in Role], roles, key=f"{key}-roles", placeholder="Choose roles"
        )
        st.multiselect(
            "Clinics", grantable, clinics or [], key=f"{key}-clinics", placeholder="Choose clinics"
        )
    if access.actor().clinics is None:
        st.checkbox("All clinics, also those to come", clinics is None, key=f"{key}-all")
