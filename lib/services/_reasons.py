"""Why somebody stands in the queue, as short chips; and the forms that nobody could read."""

import pandas as pd

from lib.clinical.rules.catalogue import RULES
from lib.services._scope import clinic_keys
from lib.services.access import Actor
from lib.store import derived
from lib.store.engine import Transaction
from lib.store.imports import read_held_rows

UNREADABLE = "Unreadable form"


def say_reason(flag: dict) -> str:
    """A reason as a chip: the rule, its instrument where two have it, and whether it is no longer met."""
    label = RULES[flag["rule"]].label
    if flag["rule"] == "reliable_deterioration":
        label = f"{label} ({'PHQ-9' if flag['instrument'] == 0 else 'GAD-7'})"
    if flag["rule"] == "suicidality_item_9":
        return str(flag["evidence"].split(":")[0])
    return label if pd.isna(flag["is_eased"]) else f"{label}, no longer met"


def read_unreadable(connection: Transaction, actor: Actor) -> pd.DataFrame:
    """Rows that may hold an item 9 and that no named person has closed."""
    held = read_held_rows(connection, clinic_keys(connection, actor))
    return held[(held["may_hold_item_9"] == 1) & ~held["id"].isin(derived.closed_held_rows(connection))]
