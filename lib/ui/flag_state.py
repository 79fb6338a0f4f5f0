"""Where a flag is in its life, in words: new, seen, put off; whose it is; how long a critical one has waited."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.clinical.flag_life import SEEN, SNOOZED, WRONG
from lib.services.flag_life import CONTACT_OUTCOMES, SNOOZE_REASONS, WRONG_REASONS
from lib.ui import wording
from lib.ui.display import escape

Flag = Mapping[Any, Any]


def say_state(flag: Flag) -> str:
    """The line under a flag's name, as Markdown."""
    late = f" :red-badge[▲▲ unacknowledged {flag['waits_hours']} h]" if flag["is_escalated"] else ""
    return f":small[{escape(_say_life(flag))}]{late}"


def _say_life(flag: Flag) -> str:
    """Snoozed by Dr Abebe until 12 Dec 2026: waiting for the next score. Owner Dr Cole. 2 contact attempts."""
    said = [_say_look(flag), _say_owner(flag)]
    if flag["n_contacts"]:
        said.append(wording.count(flag["n_contacts"], "contact attempt"))
    return ". ".join(part for part in said if part) + "."


def _say_look(flag: Flag) -> str:
    if flag["state"] in (SNOOZED, WRONG):
        reasons = SNOOZE_REASONS if flag["state"] == SNOOZED else WRONG_REASONS
        until = wording.say_date(pd.Timestamp(0) + pd.Timedelta(days=int(flag["until_day"])))
        what = "Snoozed" if flag["state"] == SNOOZED else "Called wrong"
        note = f" ({flag['note']})" if flag["note"] else ""
        return f"{what} by {flag['state_by']} until {until}: {reasons.get(flag['reason_code'], '')}{note}"
    if flag["state"] == SEEN:
        changed = "; it has changed since" if flag["has_changed"] else ""
        outcome = CONTACT_OUTCOMES.get(flag["reason_code"], "")
        contact = f", last contact attempt: {outcome.lower()}" if outcome else ""
        return f"Seen by {flag['state_by']}, {wording.say_instant(flag['state_at'])}{contact}{changed}"
    return "New: nobody has marked it as seen"


def _say_owner(flag: Flag) -> str:
    owner, in_charge = flag["owner"], flag["in_charge"]
    if not owner:
        return "No owner"
    return f"Owner {owner}" if owner == in_charge else f"Owner {owner}, away: {in_charge} stands in"
