"""From flags to the review queue: cards, what hides what, and the order in which a physician sees patients."""

from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.held_columns import arrays_of, pick
from lib.clinical.rules.catalogue import CRITICAL, HIGH, INFO, ITEM_9_RULES, MEDIUM, RULES

SAFETY_NOW, DOSE_REVIEW, WATCH, NOT_SEEN = CARDS = ("Safety now", "Dose review", "Watch", "Not seen")
NOT_SEEN_RULES = ("no_recent_score", "not_assessable")
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
    held = arrays_of(flags, ("patient_key", "rule", "severity"))
    places = np.flatnonzero(_are_on_cards(flags, held["rule"], held["severity"]))
    # As lists: of one patient's flags a frame's steps cost ten times as much.
    each = list(zip(*(one[places].tolist() for one in held.values()), strict=True))
    worst: dict[tuple[int, str], int] = {}
    for patient, rule, severity in each:
        worst[patient, rule] = max(severity, worst.get((patient, rule), severity))
    is_hidden = [
        any(worst.get((patient, other), -1) >= severity for other in RULES[rule].hidden_by)
        for patient, rule, severity in each
    ]
    shown = places[~np.array(is_hidden, dtype=bool)]
    return flags if len(shown) == len(flags) else pick(flags, shown)


def _are_on_cards(flags: pd.DataFrame, rule: Any, severity: Any) -> NDArray[np.bool_]:
    """Whether each flag stands on a card, as far as no other one hides it. rule, severity: arrays of the flags. The queue is read
    without the others (lib/store/flag_life.py, read_queue_flags)."""
    does_stand = np.ones(len(flags), dtype=bool)
    quiet = np.flatnonzero(severity == INFO)
    does_stand[quiet] = [one in NOT_SEEN_RULES for one in rule[quiet].tolist()]
    if "is_waiting" in flags:
        waits = flags["is_waiting"].array == 1
        does_stand &= ~(waits if isinstance(waits, np.ndarray) else waits.to_numpy(bool, na_value=False))
    return does_stand


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
