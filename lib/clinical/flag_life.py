"""The life of an open flag (docs/further_rules.md, section 7): new, seen, snoozed or called wrong; whose it is; whether a
critical one has waited too long for somebody's look. What happened to a flag belongs to its present opening only.

Flag by flag, in plain rows: few flags have a story, a story has a few rows, and frames of a few rows cost ten times as much."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.flag_keeping import KEY, OPENED, WORSE, read_finding
from lib.clinical.held_columns import arrays_of, beside, tuples_of
from lib.clinical.plain_rows import Row
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9_RULES, RULES

NEW, SEEN, SNOOZED, WRONG = STATES = ("new", "seen", "snoozed", "wrong")
RESTORED, OWNER, CONTACT = "restored", "owner", "contact"
EVENTS = (SEEN, SNOOZED, WRONG, RESTORED, OWNER, CONTACT)
_ASIDE = (SNOOZED, WRONG, RESTORED)
# What puts a flag aside or back, or in somebody's charge.
PLACING = (*_ASIDE, OWNER)
# Whoever does one of these has looked at the flag; handing it over to somebody else is no look of theirs.
LOOKS = (SEEN, SNOOZED, WRONG, RESTORED, CONTACT)
_SECONDS_AN_HOUR = 3600
_OF_EVENTS = ("event", "actor", "happened_at", "until_day", "reason_code", "note", "to_actor")
_OF_FLAG = ("rule", "severity", "evidence")
_OF_LOG = ("change", "happened_at")
# As objects: by its name pandas looks a type up among all of them, every time.
_ANY, _WHOLE = np.dtype(object), pd.Int64Dtype()
# Of a flag that nobody has done anything about, and that nobody has to: what each column says, and its type.
_UNTOUCHED = MappingProxyType(
    {
        "state": (NEW, _ANY),
        "state_by": ("", _ANY),
        "state_at": (pd.NA, _WHOLE),
        "until_day": (pd.NA, _WHOLE),
        "reason_code": ("", _ANY),
        "note": ("", _ANY),
        "has_changed": (False, np.dtype(bool)),
        "owner": ("", _ANY),
        "n_contacts": (0, np.dtype(np.int64)),
        "opened_at": (pd.NA, _WHOLE),
        "waits_since": (pd.NA, _WHOLE),
        "is_escalated": (False, np.dtype(bool)),
    }
)


def can_be_set_aside(rule: str, severity: int) -> bool:
    """Whether a flag can be snoozed or called wrong: never item 9, and nothing that is critical."""
    return severity != CRITICAL and rule not in ITEM_9_RULES


def derive_flag_life(
    flags: pd.DataFrame, events: pd.DataFrame, log: pd.DataFrame, *, today: int, now: int, policy: Policy
) -> pd.DataFrame:
    """The flags with state, state_by, state_at, until_day, reason_code, note (of the state), has_changed (since somebody last
    looked), owner ("": nobody's), n_contacts, opened_at, waits_since (of a critical one that nobody has looked at; NA) and
    is_escalated.

    flags: open ones: KEY, severity, evidence. events: of flag_event in the order in which they were written: id, KEY, event,
    actor, happened_at, until_day, reason_code, note, to_actor, evidence. log: of flag_log, the same way: id, KEY, change,
    evidence, happened_at. today: days since 1970-01-01; now: seconds since then.
    """
    columns = {name: [untouched] * len(flags) for name, (untouched, _) in _UNTOUCHED.items()}
    place = {key: at for at, key in enumerate(_keys(flags))}
    acts, changes = _by_flag(events, _OF_EVENTS, place), _by_flag(log, _OF_LOG, place)
    touched = sorted({*acts, *changes})
    for at, flag in zip(touched, _read_flags(flags, touched), strict=True):
        life = _tell_life(flag, acts.get(at, []), changes.get(at, []), today=today)
        for name, value in life.items():
            columns[name][at] = value
    limit = policy.flag_life.escalate_after_hours * _SECONDS_AN_HOUR
    columns["is_escalated"] = [
        since is not pd.NA and now - since >= limit for since in columns["waits_since"]
    ]
    return beside(flags, {name: _array(columns[name], kind) for name, (_, kind) in _UNTOUCHED.items()})


def _array(values: list[Any], kind: Any) -> Any:
    return pd.array(values, dtype=kind) if kind is _WHOLE else np.array(values, dtype=kind)


def _keys(rows: pd.DataFrame) -> list[tuple]:
    """An act on a form that nobody could read has neither patient nor instrument, and is about no flag."""
    return list(tuples_of(rows, KEY))


def _by_flag(rows: pd.DataFrame, names: Sequence[str], place: Mapping[tuple, int]) -> dict[int, list[Row]]:
    """The rows about each of these flags, in their order, with finding: what the flag said. place: where a flag stands."""
    of_flag: dict[int, list[Row]] = {}
    if rows.empty or not place:
        return of_flag
    cells = [map(_or_none, one.tolist()) for one in arrays_of(rows, names).values()]
    findings = [read_finding(_or_none(one) or "") for one in rows["evidence"].tolist()]
    for key, finding, values in zip(_keys(rows), findings, zip(*cells, strict=True), strict=True):
        if (at := place.get(key)) is not None:
            of_flag.setdefault(at, []).append(dict(zip(names, values, strict=True), finding=finding))
    return of_flag


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and isnan(value) else value


def _read_flags(flags: pd.DataFrame, places: Sequence[int]) -> list[Row]:
    """The flags that stand at these places."""
    if not places:
        return []
    cells = zip(*(one[places].tolist() for one in arrays_of(flags, _OF_FLAG).values()), strict=True)
    return [
        {"rule": rule, "severity": severity, "finding": read_finding(said)} for rule, severity, said in cells
    ]


def _tell_life(flag: Row, acts: Sequence[Row], changes: Sequence[Row], *, today: int) -> Mapping[str, Any]:
    """What each column says of a flag of which something is known."""
    opened = _last(change for change in changes if change["change"] == OPENED)
    own = [act for act in acts if act["event"] in EVENTS and _is_of_opening(act, opened)]
    look = _last(act for act in own if act["event"] in LOOKS or _is_taken(act))
    aside = _find_aside(flag, own, changes, today)
    owner = _last(act for act in own if act["event"] == OWNER)
    told = {
        "owner": (owner and owner["to_actor"]) or "",
        "n_contacts": sum(act["event"] == CONTACT for act in own),
        "opened_at": opened["happened_at"] if opened else pd.NA,
        "has_changed": bool(look and look["finding"] != flag["finding"]),
    }
    if flag["severity"] == CRITICAL:
        told["waits_since"] = _first_unseen(look, changes) if look else told["opened_at"]
    # Set aside before seen before new.
    if said := aside or look:
        told |= {"state": aside["event"] if aside else SEEN, "state_by": said["actor"] or ""}
        told |= {"state_at": said["happened_at"]} | {
            name: said[name] or "" for name in ("reason_code", "note")
        }
    return told | ({"until_day": aside["until_day"]} if aside else {})


def _last(rows: Iterable[Row]) -> Row | None:
    return next(iter(deque(rows, maxlen=1)), None)


def _is_of_opening(act: Row, opened: Row | None) -> bool:
    """Whether it was done since the flag was opened. In the second of the opening itself where it saw just what was opened."""
    if opened is None or act["happened_at"] > opened["happened_at"]:
        return True
    return act["happened_at"] == opened["happened_at"] and act["finding"] == opened["finding"]


def _is_taken(act: Row) -> bool:
    return act["to_actor"] is not None and act["to_actor"] == act["actor"]


def _find_aside(flag: Row, own: Sequence[Row], changes: Sequence[Row], today: int) -> Row | None:
    """What sets the flag aside today. A snooze ends when the flag gets more severe; what was called wrong, and any snooze of a
    safety rule, also when the flag says something else: another reading or event was not put off. What cannot be set aside never
    is, whatever was said of it while it was milder."""
    aside = _last(act for act in own if act["event"] in _ASIDE)
    if aside is None or aside["event"] == RESTORED or not can_be_set_aside(flag["rule"], flag["severity"]):
        return None
    if aside["until_day"] is None or aside["until_day"] <= today:
        return None
    ends_by_words = aside["event"] == WRONG or RULES[flag["rule"]].is_safety
    is_ended = any(
        change["change"] == WORSE or (ends_by_words and change["finding"] != aside["finding"])
        for change in _changes_after(aside, changes)
    )
    return None if is_ended else aside


def _changes_after(act: Row, changes: Sequence[Row]) -> list[Row]:
    """Changes of a flag after an act; of its own second those that say something else than the act saw."""
    at, finding = act["happened_at"], act["finding"]
    return [
        change
        for change in changes
        if change["happened_at"] > at or (change["happened_at"] == at and change["finding"] != finding)
    ]


def _first_unseen(look: Row, changes: Sequence[Row]) -> Any:
    """When a flag that was looked at first said something that nobody has seen; NA: it never did."""
    later = _changes_after(look, changes)
    return min((one["happened_at"] for one in later if one["finding"] != look["finding"]), default=pd.NA)
