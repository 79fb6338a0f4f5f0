"""The rules and tables of a policy, one line each, and the chosen one whole below."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.policy_labels import say_label, say_value
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.profiles import find_cards, say_severities
from lib.ui import address, display, opening, rule_text
from lib.ui.columns import text_column

Since = Mapping[tuple[str, str], int]
_ROWS = 7


def show_rules(policy: Policy, since: Since) -> None:
    """Every rule: what it finds, where it is seen, its numbers; and the chosen one in plain words."""
    columns = {
        "open": opening.choice_column("rule", list(RULES)),
        "rule": text_column("Rule", 146),
        "severity": text_column(
            "Severity", 112, "What it can find, the worst first. A severity is not a number of the policy"
        ),
        "card": text_column("Seen on", 116, "The card of the review queue, by severity"),
        "ours": text_column(
            "Ours", 56, "How many of its numbers are our defaults, awaiting a clinician's sign-off"
        ),
        "numbers": text_column("Numbers", 280, "All of them with their sources stand below the table"),
    }
    rows = pd.DataFrame(_describe_rule(name, policy) for name in RULES)
    display.show_table(
        rows,
        columns,
        key="rules-table",
        alt=f"{len(rows)} rules",
        row_height=display.WRAPPED,
        most_rows=_ROWS,
    )
    chosen = address.read("rule")
    rule_text.show_rule(chosen if chosen in RULES else next(iter(RULES)), policy, since)


def _describe_rule(name: str, policy: Policy) -> dict[str, Any]:
    own = RULES[name].policy_table
    return {
        "open": opening.READ,
        "rule": RULES[name].label,
        "severity": say_severities(name),
        "card": ", ".join(find_cards(name)),
        "ours": _say_ours(own, policy),
        "numbers": _say_numbers(own, policy),
    }


def show_tables(policy: Policy, since: Since) -> None:
    """The tables that are no rule's: courses, baseline, categories and the like."""
    of_rules = {rule.policy_table for rule in RULES.values()} - {"baseline"}
    names = [name for name in policy.notes if name not in of_rules]
    columns = {
        "open": opening.choice_column("table", names),
        "title": text_column("Table", 230),
        "ours": text_column("Ours", 56),
        "numbers": text_column("Numbers", 280),
    }
    rows = pd.DataFrame(
        {
            "open": opening.READ,
            "title": policy.notes[name].title,
            "ours": _say_ours(name, policy),
            "numbers": _say_numbers(name, policy),
        }
        for name in names
    )
    display.show_table(
        rows,
        columns,
        key="tables-table",
        alt=f"{len(rows)} tables",
        row_height=display.WRAPPED,
        most_rows=_ROWS,
    )
    chosen = address.read("table")
    rule_text.show_table(chosen if chosen in names else names[0], policy, since)


def _say_ours(table: str, policy: Policy) -> str:
    note = policy.notes.get(table)
    if note is None or not note.numbers:
        return "–"
    n_ours = sum(number.tag == "default" for number in note.numbers.values())
    return f"{n_ours} of {len(note.numbers)}"


def _say_numbers(table: str, policy: Policy) -> str:
    note = policy.notes.get(table)
    if note is None:
        return f"not known in version {policy.version}"
    said = [
        f"{say_label(table, key)} {say_value(table, key, one.value)}" for key, one in note.numbers.items()
    ]
    return "; ".join(said) or "none of its own"
