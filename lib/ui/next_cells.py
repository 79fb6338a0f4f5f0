"""The cells of a session in dosing next: what is open before it, in words; unknown is said as unknown."""

from typing import Any

from lib.services.dosing_next import PLANNED
from lib.ui import opening, wording
from lib.ui.wording import is_known

# The cells on what is open, and what they say of whom it could not be read.
_BEFORE = ("decision", "item_9", "pressure", "adverse", "medicines", "supervisor", "age")
_CHANGED = "unknown: just changed, load this page again"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def describe_row(row: dict[Any, Any]) -> dict[str, str]:
    """The cells of one session. row: of DosingNext, with what read_before_sessions says of its patient, where it says something:
    of whoever has changed since the list was read nothing is said to be well."""
    session = {"open": opening.OPEN, "who": wording.say_who(row), "when": _say_when(row)}
    if not _is_read(row):
        return session | dict.fromkeys(_BEFORE, _CHANGED)
    return session | {
        "decision": _say_decision(row),
        "item_9": _say_item_9(row),
        "pressure": _say_pressure(row),
        "adverse": _say_adverse(row),
        "medicines": _say_medicines(row),
        "supervisor": _say_yes_no(row["supervisor_present"], "present", "absent") + _of_last(row),
        "age": wording.say_ago(row["days_since_score"], "no score"),
    }


def _is_read(row: dict[Any, Any]) -> bool:
    return "adverse_flag" in row


def _say_when(row: dict[Any, Any]) -> str:
    day = f"{_WEEKDAYS[row['on'].weekday()]} {wording.say_date(row['on'])}"
    if row["basis"] == PLANNED:
        second = row["second"]
        at = f" {int(second) // 3600:02d}:{int(second) % 3600 // 60:02d}" if is_known(second) else ""
        return f"{day}{at}, planned"
    last = wording.say_short_date(row["counted_from"])
    return f"{day}, not planned: {last} + {row['interval_days']:g} d ordered"


def _say_item_9(row: dict[Any, Any]) -> str:
    waits = _say_unreadable(row)
    if is_known(row["item_9_flag"]):
        return f"OPEN: {row['item_9_flag']}{waits}"
    if not is_known(row["item_9_on"]):
        none = "no PHQ-9 that could be read" if waits else "no PHQ-9 recorded"
        return f"{none}{_say_persisting(row)}{waits}"
    on = wording.say_date(row["item_9_on"])
    if is_known(row["item_9"]):
        return f"{row['item_9']} on {on}{_say_closed(row)}{waits}"
    return f"{'not answered' if row['has_items'] else 'not collected'} on {on}{_say_persisting(row)}{waits}"


def _say_unreadable(row: dict[Any, Any]) -> str:
    """Forms whose answer nobody knows: a closing tells that somebody looked, and not what was answered."""
    waits = f"; {wording.count(row['n_unreadable'], 'form')} unreadable" if row["n_unreadable"] else ""
    n = row["n_unreadable_closed"]
    return waits + (f"; unknown on {wording.count(n, 'form')} that nobody could read, closed" if n else "")


def _say_closed(row: dict[Any, Any]) -> str:
    """What a form without an open flag stands under."""
    persisting = _say_persisting(row)
    if not row["item_9"]:
        return f" (not a risk assessment){persisting}"
    return persisting or ", closed by a named person"


def _say_persisting(row: dict[Any, Any]) -> str:
    """Nobody has closed it, it adds to an earlier closing; a newer form with a 0 or a blank does not end it."""
    return f", not closed: {row['persisting']}" if is_known(row["persisting"]) else ""


def _say_pressure(row: dict[Any, Any]) -> str:
    if is_known(row["pressure_flag"]):
        return f"OPEN: {row['pressure_flag']}"
    values = [row[f"{kind}_pre_mmhg"] for kind in ("sbp", "dbp")]
    if not any(map(is_known, values)):
        return f"not recorded{_of_last(row)}"
    return "/".join(f"{value:g}" if is_known(value) else "?" for value in values) + _of_last(row)


def _say_adverse(row: dict[Any, Any]) -> str:
    """What is open first, since a cell may be cut off; what is said of the last session bears its date beside it."""
    found = say_open_safety(row)
    if not found:
        is_plain = is_known(row["adverse_events"]) or not is_known(row["last_on"])
        return _say_since(row) + ("" if is_plain else _of_last(row))
    if not is_known(row["last_on"]):
        return f"{found}. No session yet"
    since = "Since session" if is_known(row["adverse_events"]) else "Session"
    return f"{found}. {since} {wording.say_short_date(row['last_on'])}: {_say_since(row)}"


def say_open_safety(row: dict[Any, Any]) -> str:
    if not _is_read(row):
        return ""
    flags = [row[name] for name in ("adverse_flag", "other_flags") if is_known(row[name])]
    return f"OPEN: {'; '.join(flags)}" if flags else ""


def _say_since(row: dict[Any, Any]) -> str:
    """Recorded on the day of the last session or later."""
    if is_known(row["adverse_events"]):
        return str(row["adverse_events"])
    if not is_known(row["last_on"]):
        return "no session yet"
    asked = _say_yes_no(row["ae_asked"], "asked", "not asked", "not known if asked")
    return f"none recorded, {asked}"


def _say_medicines(row: dict[Any, Any]) -> str:
    new = f"new: {row['new_medicines']}" if is_known(row["new_medicines"]) else "none recorded as new"
    return f"{new}; goes on: {row['sedatives']}" if is_known(row["sedatives"]) else new


def _say_decision(row: dict[Any, Any]) -> str:
    if not is_known(row["decision"]):
        return "none signed"
    said, on, until = (
        row["decision"].replace("_", " "),
        *map(wording.say_date, (row["decided_on"], row["review_by"])),
    )
    # What was signed about the dose comes first, since a cell may be cut off.
    return f"{': '.join(filter(None, (said, row['doses'])))}, {on}, review by {until}, by {row['signer']}"


def _of_last(row: dict[Any, Any]) -> str:
    return f", {wording.say_short_date(row['last_on'])}" if is_known(row["last_on"]) else ", no session yet"


def _say_yes_no(value: Any, yes: str, no: str, unknown: str = "not recorded") -> str:
    if not is_known(value):
        return unknown
    return yes if value else no
