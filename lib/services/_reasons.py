"""Why somebody stands in the queue, as short chips; and the forms that nobody could read."""

import pandas as pd

from lib.clinical.flag_life import SNOOZED, WRONG
from lib.clinical.rules.catalogue import ITEM_9, RULES
from lib.clinical.rules.wording import say_day_number
from lib.services._scope import clinic_keys
from lib.services.access import Actor
from lib.store import derived
from lib.store.engine import Transaction
from lib.store.imports import read_held_rows

UNREADABLE = "Unreadable form"
# What of a flag a reason is said with, as say_reason takes it; and a remark, as say_aside does.
OF_REASON, OF_REMARK = ("rule", "instrument", "evidence", "is_eased"), ("set_aside", "until_day")


def say_aside(set_aside: str, until_day: int) -> str:
    """Of a flag that is not in the queue, why. set_aside: of add_places."""
    if set_aside == SNOOZED:
        return f"snoozed until {say_day_number(until_day)}"
    return "called wrong" if set_aside == WRONG else ""


def say_reason(rule: str, instrument: int, evidence: str, is_eased: object) -> str:
    """A reason as a chip: the rule, its instrument where two have it, the answer of item 9, and whether it is no longer met."""
    label = RULES[rule].label
    if rule == "reliable_deterioration":
        label = f"{label} ({'PHQ-9' if instrument == 0 else 'GAD-7'})"
    if rule == ITEM_9:
        return evidence.split(":", maxsplit=1)[0]
    return label if pd.isna(is_eased) else f"{label}, no longer met"


def say_persisting(row: dict) -> str:
    """Item 9 persisting: 3 forms (2 at 1), last assessed 3 Apr 2026. row: of summarise_persisting."""
    n = row["n_forms"]
    ones = "" if row["n_positive"] == n else f" ({row['n_positive']} at 1)"
    return f"Item 9 persisting: {n} form{'' if n == 1 else 's'}{ones}, last assessed {say_day_number(row['assessed_on'])}"


def read_unreadable(connection: Transaction, actor: Actor) -> pd.DataFrame:
    """Rows that may hold an item 9 and that no named person has closed."""
    held = read_held_rows(connection, clinic_keys(connection, actor))
    return held[(held["may_hold_item_9"] == 1) & ~held["id"].isin(derived.closed_held_rows(connection))]
