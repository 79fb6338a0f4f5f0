"""The life of an open flag (docs/further_rules.md, section 7): new, seen, snoozed or called wrong; whose it is; whether a
critical one has waited too long for somebody's look. What happened to a flag belongs to its present opening only."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lib.clinical.flag_keeping import KEY, OPENED, WORSE, read_finding
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9_RULES, RULES

NEW, SEEN, SNOOZED, WRONG = STATES = ("new", "seen", "snoozed", "wrong")
RESTORED, OWNER, CONTACT = "restored", "owner", "contact"
EVENTS = (SEEN, SNOOZED, WRONG, RESTORED, OWNER, CONTACT)
_ASIDE = (SNOOZED, WRONG, RESTORED)
# Whoever does one of these has looked at the flag; handing it over to somebody else is no look of theirs.
LOOKS = (SEEN, SNOOZED, WRONG, RESTORED, CONTACT)
_SECONDS_AN_HOUR = 3600
# Of no rows at all pandas would not know that a column holds numbers; events on unreadable forms have no patient.
_TYPES = {"patient_key": "Int64", "instrument": "Int64", "rule": "object"}


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
    opened = _last(log[log["change"] == OPENED], flags).rename(columns={"happened_at": "opened_at"})
    own = _of_this_opening(events, flags, opened)
    opened_at = _by_key(opened, "opened_at", flags)
    if own.empty:
        return _untouched(flags).assign(**_waiting(flags, opened_at, opened_at, now=now, policy=policy))
    later = _changes_after(own, log)
    aside = _last_of(own, _ASIDE)
    aside = aside[aside["event"] != RESTORED]
    aside = aside[(aside["until_day"] > today) & ~aside["id"].isin(_ended_by(aside, later))]
    looks = _last_of(own[own["event"].isin(LOOKS) | (own["to_actor"] == own["actor"])])
    described = _describe(flags, aside, looks)
    return described.assign(
        owner=_by_key(_last_of(own, (OWNER,)), "to_actor", flags).fillna(""),
        n_contacts=_count(own[own["event"] == CONTACT], flags),
        **_waiting(flags, opened_at, _unseen_since(flags, opened_at, looks, later), now=now, policy=policy),
    )


def _untouched(flags: pd.DataFrame) -> pd.DataFrame:
    """Nobody has done anything about them yet: of most patients all of them, and then nothing has to be put together."""
    unknown = pd.Series(pd.NA, index=flags.index, dtype="Int64")
    nobody = pd.Series("", index=flags.index, dtype=object)
    return flags.assign(
        state=pd.Series(NEW, index=flags.index, dtype=object),
        state_by=nobody,
        state_at=unknown,
        until_day=unknown,
        reason_code=nobody,
        note=nobody,
        has_changed=False,
        owner=nobody,
        n_contacts=0,
    )


def _of_this_opening(events: pd.DataFrame, flags: pd.DataFrame, opened: pd.DataFrame) -> pd.DataFrame:
    """Events on open flags since they were opened, with finding (what was on the screen). In the second of the opening itself
    an event belongs to it where it saw just that."""
    events = events[events["event"].isin(EVENTS)]
    if events.empty:
        return events.assign(finding="")
    events = events.astype(_TYPES).assign(finding=read_finding(events["evidence"].fillna("")))
    own = events.merge(flags[KEY].astype(_TYPES), on=KEY)
    since = opened[[*KEY, "opened_at", "finding"]].astype(_TYPES)
    own = own.merge(since.rename(columns={"finding": "opened_with"}), on=KEY, how="left")
    is_known = own["opened_at"].notna()
    is_since = own["happened_at"] > own["opened_at"].fillna(0)
    is_same = (own["happened_at"] == own["opened_at"].fillna(0)) & (own["finding"] == own["opened_with"])
    return own[~is_known | is_since | is_same]


def _changes_after(own: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """One row an event and a later change of its flag: id of the event, change, finding of the change, changed_at, is_other (it
    says something else than what the event saw)."""
    if own.empty:
        return pd.DataFrame(columns=["id", "change", "changed_at", "is_other"]).astype({"is_other": bool})
    log = log.astype(_TYPES).assign(finding=read_finding(log["evidence"]))
    changes = log[[*KEY, "change", "finding", "happened_at"]].rename(columns={"happened_at": "changed_at"})
    pairs = own[[*KEY, "id", "happened_at", "finding"]].merge(changes, on=KEY, suffixes=("_seen", ""))
    is_other = pairs["finding"] != pairs["finding_seen"]
    is_later = pairs["changed_at"] > pairs["happened_at"]
    return pairs.assign(is_other=is_other)[
        is_later | (is_other & (pairs["changed_at"] == pairs["happened_at"]))
    ]


def _ended_by(aside: pd.DataFrame, later: pd.DataFrame) -> pd.Series:
    """Of snoozes and wrong flags those that a change has ended: a snooze ends when the flag gets more severe; what was called
    wrong, and any snooze of a safety rule, also when the flag says something else: another reading or event was not put off."""
    is_of_safety = aside["rule"].map(lambda rule: RULES[rule].is_safety).astype(bool)
    by_words = aside.loc[(aside["event"] == WRONG) | is_of_safety, "id"]
    ends = (later["change"] == WORSE) | (later["is_other"] & later["id"].isin(by_words))
    return later.loc[ends, "id"]


def _describe(flags: pd.DataFrame, aside: pd.DataFrame, looks: pd.DataFrame) -> pd.DataFrame:
    """Set aside before seen before new; what cannot be set aside never is, whatever was said of it while it was milder."""
    can = [can_be_set_aside(*pair) for pair in zip(flags["rule"], flags["severity"], strict=True)]
    is_allowed = pd.Series(can, index=flags.index, dtype=bool)
    by_aside = _by_key(aside, "event", flags).where(is_allowed)
    is_aside, seen_at = by_aside.notna(), _by_key(looks, "happened_at", flags)
    state = by_aside.where(is_aside, seen_at.notna().map({True: SEEN, False: NEW}))

    def said(name: str) -> pd.Series:
        return _by_key(aside, name, flags).where(is_aside, _by_key(looks, name, flags))

    seen = _by_key(looks, "finding", flags)
    return flags.assign(
        state=state,
        state_by=said("actor").fillna(""),
        state_at=said("happened_at").astype("Int64"),
        until_day=_by_key(aside, "until_day", flags).where(is_aside).astype("Int64"),
        reason_code=said("reason_code").fillna(""),
        note=said("note").fillna(""),
        has_changed=seen.notna() & (seen != read_finding(flags["evidence"])),
    )


def _unseen_since(
    flags: pd.DataFrame, opened_at: pd.Series, looks: pd.DataFrame, later: pd.DataFrame
) -> pd.Series:
    """Since when a flag says what nobody has looked at: since its opening, or since it first said something unseen."""
    unseen = later[later["is_other"] & later["id"].isin(looks["id"])].groupby("id")["changed_at"].min()
    changed_at = _by_key(looks.assign(unseen_at=looks["id"].map(unseen)), "unseen_at", flags)
    return changed_at.where(_by_key(looks, "id", flags).notna(), opened_at)


def _waiting(
    flags: pd.DataFrame, opened_at: pd.Series, unseen_since: pd.Series, *, now: int, policy: Policy
) -> dict[str, pd.Series]:
    """Only a critical flag waits for a look."""
    waits_since = unseen_since.where(flags["severity"] == CRITICAL).astype("Int64")
    limit = policy.flag_life.escalate_after_hours * _SECONDS_AN_HOUR
    return {
        "opened_at": opened_at.astype("Int64"),
        "waits_since": waits_since,
        "is_escalated": (now - waits_since >= limit).fillna(False).astype(bool),
    }


def _last(log: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Of each open flag its last row of the log, with finding."""
    last, are_open = log.drop_duplicates(KEY, keep="last"), set(_keys(flags))
    last = last[np.array([key in are_open for key in _keys(last)], dtype=bool)]
    return last.assign(finding=read_finding(last["evidence"]))


def _last_of(own: pd.DataFrame, events: tuple[str, ...] = EVENTS) -> pd.DataFrame:
    return own[own["event"].isin(events)].drop_duplicates(KEY, keep="last")


def _by_key(rows: pd.DataFrame, name: str, flags: pd.DataFrame) -> pd.Series:
    """One column of rows that are distinct by KEY, for each flag; missing where there is none. By hand: rows are few, and
    pandas' indexes of three levels cost more than all the rest."""
    value_of = dict(zip(_keys(rows), rows[name], strict=True))
    return pd.Series([value_of.get(key) for key in _keys(flags)], index=flags.index, dtype=object)


def _keys(rows: pd.DataFrame) -> Iterator[tuple]:
    return zip(*(rows[name].tolist() for name in KEY), strict=True)


def _count(own: pd.DataFrame, flags: pd.DataFrame) -> pd.Series:
    n = own.groupby(KEY).size().rename("n").reset_index()
    return _by_key(n, "n", flags).fillna(0).astype("int64")
