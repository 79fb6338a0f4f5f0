"""A patient's page as the words of a sheet of paper: the same facts as on the screen, the newest decisions among them."""

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from lib.clinical.decision_words import say_doses, say_options, say_signer, say_state
from lib.clinical.rules.catalogue import ITEM_9, RULES
from lib.clinical.sentence import describe_course
from lib.clinical.standing_words import STANDING_LINE, SYNTHETIC, say_item_9_positive, say_unreadable
from lib.clinical.wording import say_day
from lib.printing.sheet import Decisions, Flag, Sheet
from lib.services._clock import day_of
from lib.services._sheet_scores import describe_scores, say_item_9, say_pressure
from lib.services.closing import EVERY_REASON
from lib.services.patients import PatientPage

_MOST_ORDERS, _MOST_CLOSINGS = 3, 2


def describe_sheet(page: PatientPage, signed: pd.DataFrame) -> Sheet:
    """signed: PatientDecisions.signed."""
    headline, history, freshness = page.headline, page.history, page.freshness
    facts = [
        ("Dosing", f"{headline.sessions}; {headline.dose}"),
        ("Blood pressure", say_pressure(history)),
        ("Item 9", say_item_9(history, page.policy, page.persisting)),
    ]
    if page.n_unreadable:
        facts.insert(0, ("Unreadable", say_unreadable(page.n_unreadable)))
    if not len(history.status):
        facts.insert(0, ("Scores", headline.status))
    return Sheet(
        identity=headline.identity,
        course=f"{headline.phase} · {headline.contraindications}",
        about=f"As of {say_day(history.as_of)} · {freshness.text} · policy version {page.policy.version}",
        mark=SYNTHETIC if freshness.is_synthetic else "",
        scores=describe_scores(history),
        facts=tuple(facts),
        flags=tuple(_describe_flag(flag, page) for flag in _order(page)),
        sentence=describe_course(history, page.policy),
        decisions=(
            _describe_orders(history.dose_orders),
            *_describe_decisions(signed),
            _describe_closings(page.closings),
        ),
        standing_line=STANDING_LINE,
    )


def _order(page: PatientPage) -> list[dict[Any, Any]]:
    """As on the screen, but those that a stronger one hides in the queue last: paper has less room."""
    rules = set(page.flags["rule"])
    flags = page.flags.to_dict("records")
    return sorted(flags, key=lambda flag: bool(rules & set(RULES[flag["rule"]].hidden_by)))


def _describe_flag(flag: dict, page: PatientPage) -> Flag:
    days = (page.history.as_of - flag["since"].date()).days
    since = f"Since {say_day(flag['since'])} ({days} day{'' if days == 1 else 's'})"
    label = " · ".join(filter(None, (flag["label"], flag["instrument"])))
    is_item_9 = flag["rule"] == ITEM_9
    heading = say_item_9_positive(flag["evidence"]) if is_item_9 else label
    source = f"Source: {flag['source']}; policy version {flag['policy_version']}"
    basis = f"{since}. Limit: {flag['threshold']}. {source}."
    return Flag(flag["severity"], label, heading, flag["evidence"], basis)


def _describe_orders(orders: pd.DataFrame) -> Decisions:
    entries = [_say_order(row) for row in orders.iloc[::-1].head(_MOST_ORDERS).to_dict("records")]
    n = len(orders)
    return Decisions(
        f"Dose orders ({n})", tuple(entries), max(n - _MOST_ORDERS, 0), "No dose order is recorded."
    )


def _say_order(row: dict) -> str:
    interval = f" every {row['interval_days']:g} days" if pd.notna(row["interval_days"]) else ""
    who = row["clinician_id"] if pd.notna(row["clinician_id"]) else "clinician not recorded"
    reason = row["reason"] if pd.notna(row["reason"]) else "reason not recorded"
    dose = f"{row['dose_mg']:g} mg" if pd.notna(row["dose_mg"]) else "dose not recorded"
    return f"{say_day(row['on'])}: {dose}{interval}, {who}, {reason}"


def _describe_decisions(signed: pd.DataFrame) -> tuple[Decisions, ...]:
    """Nothing where nothing is signed: a third column makes all of them longer, and flags need the room."""
    if signed.empty:
        return ()
    entries = [_say_decision(row) for row in signed.head(_MOST_CLOSINGS).to_dict("records")]
    n = len(signed)
    return (Decisions(f"Decisions ({n})", tuple(entries), max(n - _MOST_CLOSINGS, 0), ""),)


def _say_decision(row: dict) -> str:
    """The outcome is told without a cause; the whole decision stands on the screen."""
    doses = say_doses(row)
    what = f"{say_options(json.loads(row['options']))}{f', {doses}' if doses else ''}"
    who = say_signer(row["signer"], row["is_verified"])
    return f"{say_day(day_of(row['on_day']))}, {who}: {what}. {say_state(row)}"


def _describe_closings(closings: pd.DataFrame) -> Decisions:
    entries = [_say_closing(row) for row in closings.iloc[::-1].head(_MOST_CLOSINGS).to_dict("records")]
    n = len(closings)
    nothing = "No flag of this patient has been closed."
    return Decisions(f"Closings of flags ({n})", tuple(entries), max(n - _MOST_CLOSINGS, 0), nothing)


def _say_closing(row: dict) -> str:
    moment = datetime.fromtimestamp(int(row["happened_at"]), UTC)
    reason = EVERY_REASON.get(row["reason_code"], row["reason_code"])
    who = say_signer(row["actor"], row["is_verified"])
    return f"{say_day(moment)}, {moment:%H:%M} UTC, {who}: {reason}. {row['note']}"
