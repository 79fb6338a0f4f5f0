"""When each contraindication was last asked about: the checklists of signed decisions, and the answers in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.clinical.contraindications import CONTRAINDICATIONS
from lib.clinical.decision_words import say_signer
from lib.clinical.plain_rows import rows_of
from lib.clinical.wording import say_day
from lib.services import _clock


@dataclass(frozen=True)
class Asked:
    """One contraindication. answer: absent, present or "" where nobody was asked; asked_on and signer: of the last answer."""

    code: str
    label: str
    source: str
    answer: str = ""
    asked_on: date | None = None
    signer: str = ""


def read_asked(signed: pd.DataFrame) -> tuple[Asked, ...]:
    """Of each contraindication the last answer that somebody signed. signed: rows of the table `decision`, the oldest first."""
    last: dict[str, tuple[str, date, str]] = {}
    for row in rows_of(signed, ("signer", "is_verified", "checklist", "on_day")):
        signer = say_signer(row["signer"], row["is_verified"])
        checklist: dict[str, list[str]] = json.loads(row["checklist"])
        for answer in ("absent", "present"):
            for code in checklist[answer]:
                last[code] = (answer, _clock.day_of(row["on_day"]), signer)
    return tuple(
        Asked(code, label, source, *last.get(code, ())) for code, (label, source) in CONTRAINDICATIONS.items()
    )


def say_asked(asked: Sequence[Asked]) -> str:
    """contraindications: 3 of 20 asked about, last on 3 Nov 2026; present: sleep apnoea, untreated."""
    known = [one for one in asked if one.asked_on]
    if not known:
        return "contraindications: not recorded"
    present = "; ".join(one.label.lower() for one in known if one.answer == "present")
    newest = max(one.asked_on for one in known if one.asked_on)
    said = f"contraindications: {len(known)} of {len(asked)} asked about, last on {say_day(newest)}"
    return f"{said}; present: {present}" if present else f"{said}; none of these present"
