"""What the queue keeps beside what the rules find: an efficacy flag stays until two looks a week apart no longer meet it.

It follows from records and policy alone: the rules are asked again on every day that has a record, and of a rule that holds no
more the looks since its last day are counted. `flags` prints what the rules find; this is for the queue and its screens only.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lib.clinical.efficacy_flags import Totals, describe_efficacy, judge_totals
from lib.clinical.findings import Findings
from lib.clinical.flags import FLAG_COLUMNS, describe_unseen, find_flags_beside, is_collected
from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.discordance import are_pairs, replay_discordant
from lib.clinical.rules.follow_up import READ_COLUMNS, flag_still_unseen, is_in_treatment
from lib.clinical.rules.holding import FOUND_NOTHING
from lib.clinical.rules.openness import Openness, follow
from lib.clinical.rules.replay import LookBack, is_look
from lib.clinical.rules.wording import say_day_number
from lib.clinical.runs import ends_run
from lib.clinical.segments import NONE, Bools, Columns, Ints
from lib.clinical.spans import Points

_INTS = {"patient": "int64", "severity": "int64", "since": "int64", "instrument": "int64"}


def find_queue_flags(findings: Findings, policy: Policy) -> pd.DataFrame:
    """The flags of a day for the queue: FLAG_COLUMNS; is_eased, 1 where the rule holds no more and the flag waits for a second
    look; is_waiting, 1 where the flag stands on the patient's page and on no card yet (else NA)."""
    totals = judge_totals(findings, is_collected(findings), policy, with_treated=True)
    flags = find_flags_beside(totals, findings, policy)
    kept = [
        _ease_totals(totals, findings, policy),
        _ease_discordant(findings, policy),
        _still_unseen(findings, policy),
    ]
    every = [frame for frame in (flags, *kept) if len(frame)]
    found = pd.concat(every, ignore_index=True) if every else flags
    # What holds comes first, and one flag a rule, instrument and patient is enough.
    found = found.drop_duplicates(["patient", "rule", "instrument"])
    is_waiting = _is_waiting(found, findings, policy)
    found = found.assign(
        is_eased=found["is_eased"].astype("Int64") if "is_eased" in found else pd.NA,
        is_waiting=is_waiting.astype("Int64").where(is_waiting),
    )
    found = found.sort_values(["patient", "rule", "instrument"], ignore_index=True)
    return found[[*FLAG_COLUMNS, "is_eased", "is_waiting"]]


def _is_waiting(flags: pd.DataFrame, findings: Findings, policy: Policy) -> "pd.Series[bool]":
    """What stands on no card yet: a course that the next forms may make assessable; one look that no second can confirm,
    because the latest total is too low for it; and what holds no more and was hidden when it last held: it is no news."""
    is_new = findings.as_of - flags["since"] < policy.queue.not_assessable_wait_days
    rows = findings.rows[findings.rows["instrument"] == PHQ9.code]
    latest = flags["patient"].map(rows.set_index("patient")["latest_total"])
    is_low = latest < policy.non_improver.min_latest
    rule = flags["rule"]
    is_no_news = flags["was_hidden"].eq(True) if "was_hidden" in flags else False
    return (
        ((rule == "not_assessable") & is_new) | ((rule == "non_improver_unconfirmed") & is_low) | is_no_news
    )


def _still_unseen(findings: Findings, policy: Policy) -> pd.DataFrame:
    """No score had come when the later, longer limit began: the calendar alone makes nobody seen."""
    rows = findings.rows.loc[is_collected(findings), list(READ_COLUMNS)]
    return describe_unseen(flag_still_unseen(rows, policy).assign(rule="no_recent_score"), rows, policy)


def _ease_totals(totals: Totals, findings: Findings, policy: Policy) -> pd.DataFrame:
    """The rules on one instrument's totals, of patients in treatment: nobody waits for a look after the end."""
    back, again = totals.back, totals.back.again
    day, owner = again.days.as_of, again.owner
    looks = is_look(findings.prepared, back.every, day, owner, policy)
    apart = policy.categories.confirm_days
    held = {rule: again.judged.held(rule) for rule, holds in again.judged.holds.items() if holds.any()}
    opened = {rule: follow(owner, day, holds, looks, apart) for rule, holds in held.items()}
    # Earlier courses are looked back on too: they are over.
    is_asked = totals.is_treated[back.asker] & (back.every.course == back.points.course[back.asker])
    eased = {rule: _ease_rule(rule, back, opened, is_asked[owner]) for rule in opened}
    eased = {rule: rows for rule, rows in eased.items() if len(rows["patient"])}
    if not eased:
        return FOUND_NOTHING
    first_look, was_hidden = (
        np.concatenate([rows[name] for rows in eased.values()]) for name in ("first_look", "was_hidden")
    )
    return _mark(describe_efficacy(eased, policy), first_look, policy).assign(was_hidden=was_hidden)


def _ease_rule(rule: str, back: LookBack, opened: Mapping[str, Openness], is_asked: Bools) -> Columns:
    """The rows at which a rule held last that holds no more and is open, with since, first_look and was_hidden."""
    own = opened[rule]
    kept = _kept(own, back.again.owner)
    kept = kept[is_asked[kept]]
    last_hold = own.last_hold[kept]
    hiding = [opened[other].is_open[last_hold] for other in RULES[rule].hidden_by if other in opened]
    return {
        **back.again.judged.rows_at(rule, last_hold),
        "since": own.since[kept],
        "first_look": own.first_look[kept],
        "was_hidden": np.any(hiding, axis=0) if hiding else np.zeros(len(kept), dtype=bool),
    }


def _ease_discordant(findings: Findings, policy: Policy) -> pd.DataFrame:
    """The two instruments together: a form of either is a look."""
    points = findings.points.take(_treated(findings, policy))
    points = points.take(are_pairs(points))
    if not len(points.patient):
        return FOUND_NOTHING
    again = replay_discordant(findings.prepared, points, policy)
    if not again.holds.any():
        return FOUND_NOTHING
    looks = _is_look_of_either(findings, points, again.patient, again.day, policy)
    own = follow(again.patient, again.day, again.holds, looks, policy.categories.confirm_days)
    kept = _kept(own, again.patient)
    if not len(kept):
        return FOUND_NOTHING
    rows = again.describe(findings.prepared, own.last_hold[kept], policy)
    said = _mark(rows.assign(since=own.since[kept]), own.first_look[kept], policy)
    return said.assign(was_hidden=False).astype(_INTS)


def _kept(opened: Openness, owner: Ints) -> Ints:
    """The places of owners' last days on which a rule is open that holds no more."""
    is_last = ends_run(owner)
    return np.flatnonzero(is_last & opened.is_open & ~opened.holds)


def _is_look_of_either(findings: Findings, points: Points, patient: Ints, day: Ints, policy: Policy) -> Bools:
    found = np.zeros(len(patient), dtype=bool)
    for code in np.unique(points.instrument):
        own = points.take(points.instrument == code)
        place = np.searchsorted(own.patient, patient)
        found |= is_look(findings.prepared, own, day, place, policy)
    return found


def _treated(findings: Findings, policy: Policy) -> Ints:
    return np.flatnonzero(is_collected(findings) & is_in_treatment(findings.rows, policy))


def _mark(rows: pd.DataFrame, first_look: Ints, policy: Policy) -> pd.DataFrame:
    """Said on the card: since which form it is no longer met, and that it stays."""
    apart = policy.categories.confirm_days
    said = [
        f"{_say_since(look)}; stays until a second look at least {apart} days later. It was: {evidence}"
        for look, evidence in zip(first_look.tolist(), rows["evidence"], strict=True)
    ]
    return rows.assign(evidence=said, is_eased=1)[[*FLAG_COLUMNS, "is_eased"]]


def _say_since(look: int) -> str:
    return (
        "no longer met, no form since"
        if look == NONE
        else f"no longer met since the form of {say_day_number(look)}"
    )
