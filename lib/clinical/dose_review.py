"""From flags to the review queue: cards, what hides what, and the order in which a physician sees patients."""

from itertools import compress
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical.held_columns import arrays_of
from lib.clinical.rules.catalogue import CRITICAL, HIGH, INFO, ITEM_9_RULES, MEDIUM, RULES

SAFETY_NOW, DOSE_REVIEW, WATCH, NOT_SEEN = CARDS = ("Safety now", "Dose review", "Watch", "Not seen")
_NOT_SEEN_RULES = ("no_recent_score", "not_assessable")
# Safety, then deterioration, then non-response, then the others (definitions.md and the order of the queue).
_URGENCY = MappingProxyType(
    {
        **{rule.name: 0 for rule in RULES.values() if rule.is_safety},
        "reliable_deterioration": 1,
        "relapse": 1,
        "worsening_without_baseline": 1,
        "non_responder": 2,
        "non_improver": 2,
    }
)
_OTHERS = 3
# A safety rule that only watches does not go before a deterioration.
_SAFETY_WATCH = 3


def select_queue_flags(flags: pd.DataFrame) -> pd.DataFrame:
    """Flags without those hidden behind another rule of the same patient and at least their severity, and without what stands on
    no card: info other than of who is not seen, and what waits. Nothing hides a safety flag.

    flags: patient_key, rule, severity, and is_waiting where it is known. Same columns and order.
    """
    # As lists: of one patient's flags a frame's steps cost ten times as much.
    names = ("patient_key", "rule", "severity")
    each = list(zip(*(one.tolist() for one in arrays_of(flags, names).values()), strict=True))
    waits = flags["is_waiting"].tolist() if "is_waiting" in flags else [None] * len(each)
    is_on_card = [
        not (is_waiting is not pd.NA and is_waiting == 1) and (severity != INFO or rule in _NOT_SEEN_RULES)
        for (_, rule, severity), is_waiting in zip(each, waits, strict=True)
    ]
    worst: dict[tuple[int, str], int] = {}
    for patient, rule, severity in compress(each, is_on_card):
        worst[patient, rule] = max(severity, worst.get((patient, rule), severity))
    is_shown = [
        is_one and all(worst.get((patient, other), -1) < severity for other in RULES[rule].hidden_by)
        for (patient, rule, severity), is_one in zip(each, is_on_card, strict=True)
    ]
    return flags if all(is_shown) else flags[np.array(is_shown, dtype=bool)]


def classify_card(flags: pd.DataFrame) -> "pd.Series[str]":
    """The card that each flag of `select_queue_flags` counts on: "Safety now" has what is critical, item 9, and what is high
    by a safety rule. flags: rule, severity (0 info … 4 critical)."""
    each = zip(flags["rule"].tolist(), flags["severity"].tolist(), strict=True)
    return pd.Series([_card_of(rule, severity) for rule, severity in each], index=flags.index, dtype=object)


def _card_of(rule: str, severity: int) -> str:
    if severity == CRITICAL or rule in ITEM_9_RULES or (severity == HIGH and RULES[rule].is_safety):
        return SAFETY_NOW
    if severity in (MEDIUM, HIGH):
        return DOSE_REVIEW
    return NOT_SEEN if severity == INFO else WATCH


def rank_urgency(flags: pd.DataFrame) -> "pd.Series[int]":
    """0 safety, 1 deterioration, 2 non-response, 3 others. flags: rule, severity, card."""
    urgency = flags["rule"].map(lambda rule: _URGENCY.get(rule, _OTHERS)).astype("int64")
    is_quiet_safety = (urgency == 0) & (flags["card"] != SAFETY_NOW)
    return urgency.mask(is_quiet_safety, _SAFETY_WATCH)
