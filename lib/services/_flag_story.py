"""What happened to a patient's flags: what the rules found and no longer find, and what people did about it."""

from collections.abc import Mapping

import pandas as pd

from lib.clinical import flag_life
from lib.clinical.decision_words import say_signer
from lib.clinical.flag_keeping import ENDED
from lib.clinical.held_columns import frame_of, typed
from lib.clinical.plain_rows import rows_of
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.clinical.rules.wording import say_day_number
from lib.services.closing import EVERY_REASON
from lib.services.flag_life import CONTACT_OUTCOMES, SNOOZE_REASONS, WRONG_REASONS

_NOTHING_HAPPENED = pd.DataFrame([], columns=["happened_at", "who", "flag", "what", "note"])
BY_RULES = "the rules"
_REASONS = {
    flag_life.SNOOZED: SNOOZE_REASONS,
    flag_life.WRONG: WRONG_REASONS,
    flag_life.CONTACT: CONTACT_OUTCOMES,
    "closed": EVERY_REASON,
}


def tell_story(events: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """One row a happening, the oldest first: happened_at, who, flag (words), what (words), note. events: of flag_event; log: of
    flag_log."""
    told = [
        *(
            (row["happened_at"], _place(row), BY_RULES, row["rule"], _say_change(row), row["evidence"])
            for row in rows_of(log)
        ),
        *(
            (row["happened_at"], 1, _say_who(row), row["rule"], say_event(row), row["note"])
            for row in rows_of(events)
        ),
    ]
    # Of one second: what the rules found, then what somebody did about it, then what that ended.
    told.sort(key=lambda one: one[:2])
    if not told:
        return _NOTHING_HAPPENED.copy(deep=False)
    rows = [(at, who, _label(rule), what, note) for at, _, who, rule, what, note in told]
    columns = zip(_NOTHING_HAPPENED, zip(*rows, strict=True), strict=True)
    return frame_of({name: typed(values) for name, values in columns})


def _say_who(row: dict) -> str:
    """A closing stands for good: whether somebody had signed in is said with it."""
    return say_signer(row["actor"], row["is_verified"]) if row["event"] == "closed" else row["actor"]


def _label(rule: str) -> str:
    return RULES[rule].label if rule in RULES else rule


def _place(row: dict) -> int:
    return 2 if row["change"] == ENDED else 0


def _say_change(row: dict) -> str:
    return "resolved" if row["change"] == ENDED else f"{row['change']} ({SEVERITIES[row['severity']]})"


def say_event(row: dict) -> str:
    """What somebody did, with its reason. row: of flag_event."""
    event: str = row["event"]
    reasons: Mapping[str, str] = _REASONS.get(event, {})
    reason = reasons.get(row["reason_code"], row["reason_code"])
    until = f" until {say_day_number(row['until_day'])}" if pd.notna(row["until_day"]) else ""
    words = {
        flag_life.SEEN: "seen",
        flag_life.RESTORED: "back in the queue",
        flag_life.WRONG: f"called wrong{until}",
        flag_life.CONTACT: "contact attempt",
        flag_life.OWNER: f"handed to {row['to_actor']}" if row["to_actor"] else "given back: nobody's",
    }
    said = words.get(event, f"{event}{until}")
    return f"{said}: {reason}" if reason else said
