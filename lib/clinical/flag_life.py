"""The life of an open flag (docs/further_rules.md, section 7): new, seen, snoozed or called wrong; whose it is; whether a
critical one has waited too long for somebody's look. What happened to a flag belongs to its present opening only."""

from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical.flag_keeping import OPENED, WORSE, read_finding
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9_RULES, RULES
from lib.clinical.runs import find_in
from lib.clinical.segments import NONE, Ints

NEW, SEEN, SNOOZED, WRONG = STATES = ("new", "seen", "snoozed", "wrong")
RESTORED, OWNER, CONTACT = "restored", "owner", "contact"
EVENTS = (SEEN, SNOOZED, WRONG, RESTORED, OWNER, CONTACT)
_ASIDE = (SNOOZED, WRONG, RESTORED)
# Whoever does one of these has looked at the flag; handing it over to somebody else is no look of theirs.
LOOKS = (SEEN, SNOOZED, WRONG, RESTORED, CONTACT)
_SECONDS_AN_HOUR = 3600
# The codes of instruments are 0 and 1, and NONE of rules that read none.
_NO_FLAG_S = 200
_RULE_CODE = {rule: code for code, rule in enumerate(RULES)}
# Of a flag that nobody has done anything about, and that nobody has to: what each column says, and its type.
_UNTOUCHED = MappingProxyType(
    {
        "state": (NEW, "object"),
        "state_by": ("", "object"),
        "state_at": (pd.NA, "Int64"),
        "until_day": (pd.NA, "Int64"),
        "reason_code": ("", "object"),
        "note": ("", "object"),
        "has_changed": (False, "bool"),
        "owner": ("", "object"),
        "n_contacts": (0, "int64"),
        "opened_at": (pd.NA, "Int64"),
        "waits_since": (pd.NA, "Int64"),
        "is_escalated": (False, "bool"),
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
    if events.empty and log.empty:
        # Most patients, and a third of what reading one costs if it is worked out all the same.
        return flags.assign(
            **{name: pd.Series(said, flags.index, kind) for name, (said, kind) in _UNTOUCHED.items()}
        )
    events, log = _of_flags(events[events["event"].isin(EVENTS)], flags), _of_flags(log, flags)
    opened = log[log["change"] == OPENED].drop_duplicates("at", keep="last")
    opened = opened.rename(columns={"happened_at": "opened_at"})
    own = _of_this_opening(events, opened)
    later = _changes_after(own, log)
    aside = _last_of(own, _ASIDE)
    aside = aside[aside["event"] != RESTORED]
    aside = aside[(aside["until_day"] > today) & ~aside["id"].isin(_ended_by(aside, later))]
    looks = _last_of(own[own["event"].isin(LOOKS) | (own["to_actor"] == own["actor"])])
    described = _describe(flags, aside, looks)
    return described.assign(
        owner=_tell("owner", _last_of(own, (OWNER,)), "to_actor", flags),
        n_contacts=np.bincount(own.loc[own["event"] == CONTACT, "at"], minlength=len(flags)),
        opened_at=_tell("opened_at", opened, "opened_at", flags),
        **_waiting(flags, opened, looks, later, now=now, policy=policy),
    )


def _of_flags(rows: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """The rows about these flags, in their order, with finding (what the flag said) and at: which of the flags they are about."""
    keys = _pack(flags)
    order = np.argsort(keys)
    place = find_in(keys[order], _pack(rows))
    own = rows[place != NONE]
    return own.assign(at=order[place[place != NONE]], finding=read_finding(own["evidence"].fillna("")))


def _pack(rows: pd.DataFrame) -> Ints:
    """KEY as one number. An act on a form that nobody could read has neither patient nor instrument, and is about no flag."""
    patient = rows["patient_key"].to_numpy(dtype=np.int64, na_value=NONE)
    rule = np.array([_RULE_CODE[rule] for rule in rows["rule"]], dtype=np.int64)
    instrument = rows["instrument"].to_numpy(dtype=np.int64, na_value=_NO_FLAG_S)
    return (((patient << 8) + rule) << 8) + instrument.clip(-1) + 1


def _of_this_opening(own: pd.DataFrame, opened: pd.DataFrame) -> pd.DataFrame:
    """Events on open flags since they were opened. In the second of the opening itself an event belongs to it where it saw just
    what was opened."""
    since = opened[["at", "opened_at", "finding"]]
    own = own.merge(since.rename(columns={"finding": "opened_with"}), on="at", how="left")
    is_known = own["opened_at"].notna()
    is_since = own["happened_at"] > own["opened_at"].fillna(0)
    is_same = (own["happened_at"] == own["opened_at"].fillna(0)) & (own["finding"] == own["opened_with"])
    return own[~is_known | is_since | is_same]


def _changes_after(own: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """One row an event and a later change of its flag: id of the event, change, finding of the change, changed_at, is_other (it
    says something else than what the event saw)."""
    changes = log[["at", "change", "finding", "happened_at"]].rename(columns={"happened_at": "changed_at"})
    pairs = own[["at", "id", "happened_at", "finding"]].merge(changes, on="at", suffixes=("_seen", ""))
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
    about = flags.iloc[aside["at"]]
    can = [can_be_set_aside(*pair) for pair in zip(about["rule"], about["severity"], strict=True)]
    aside = aside[np.array(can, dtype=bool)]
    # The later rows stand over the earlier ones.
    said = pd.concat([looks.assign(state=SEEN), aside.assign(state=aside["event"])], ignore_index=True)
    says_other = (looks["finding"] != read_finding(flags["evidence"].iloc[looks["at"]]).to_numpy()).to_numpy()
    has_changed = np.zeros(len(flags), dtype=bool)
    has_changed[looks["at"]] = says_other
    return flags.assign(
        state=_tell("state", said, "state", flags),
        state_by=_tell("state_by", said, "actor", flags),
        state_at=_tell("state_at", said, "happened_at", flags),
        until_day=_tell("until_day", aside, "until_day", flags),
        reason_code=_tell("reason_code", said, "reason_code", flags),
        note=_tell("note", said, "note", flags),
        has_changed=has_changed,
    )


def _waiting(
    flags: pd.DataFrame,
    opened: pd.DataFrame,
    looks: pd.DataFrame,
    later: pd.DataFrame,
    *,
    now: int,
    policy: Policy,
) -> dict[str, pd.Series]:
    """Since when a critical flag waits for a look: since it was opened, or since it first said something that nobody has seen."""
    unseen = later[later["is_other"] & later["id"].isin(looks["id"])].groupby("id")["changed_at"].min()
    changed_at = _place(looks.assign(unseen_at=looks["id"].map(unseen)), "unseen_at", flags)
    never_seen = _place(looks, "id", flags).isna()
    since = changed_at.where(~never_seen, _place(opened, "opened_at", flags))
    waits_since = since.where(flags["severity"] == CRITICAL).astype("Int64")
    limit = policy.flag_life.escalate_after_hours * _SECONDS_AN_HOUR
    return {
        "waits_since": waits_since,
        "is_escalated": (now - waits_since >= limit).fillna(False).astype(bool),
    }


def _last_of(own: pd.DataFrame, events: tuple[str, ...] = EVENTS) -> pd.DataFrame:
    return own[own["event"].isin(events)].drop_duplicates("at", keep="last")


def _tell(column: str, rows: pd.DataFrame, name: str, flags: pd.DataFrame) -> pd.Series:
    """A column of the flags from one of rows; as untouched where no row is about a flag."""
    untouched, kind = _UNTOUCHED[column]
    return _place(rows, name, flags).fillna(untouched).astype(kind)


def _place(rows: pd.DataFrame, name: str, flags: pd.DataFrame) -> pd.Series:
    """One column of rows for each flag that they are about, the last row's; missing where there is none."""
    values = np.full(len(flags), None, dtype=object)
    values[rows["at"]] = rows[name].astype(object)
    return pd.Series(values, index=flags.index, dtype=object)
