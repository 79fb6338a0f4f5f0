"""What the rules could read: a rule that found nothing is a pass only where its records are there (docs/further_rules.md 6)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.findings import Findings
from lib.clinical.instruments import BY_CODE, GAD7, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import ITEM_9_RULES, RULES
from lib.clinical.rules.coverage_care import reach_of_care
from lib.clinical.rules.coverage_people import People, Reach, simple_reach
from lib.clinical.rules.coverage_sessions import SESSION_FIELDS, count_fields, describe_sessions
from lib.clinical.rules.off_course import count_compared
from lib.clinical.runs import ends_run
from lib.clinical.segments import NONE, Bools, Columns, Ints, columns_of, distinct, take

STATES = ("assessed", "partly assessed", "not recorded", "not asked")
ASSESSED, PARTLY, NOT_RECORDED, NOT_ASKED = range(len(STATES))
# What the state and the number recorded stand below, in one number: nobody has a hundred thousand of anything.
_STATE, _RECORDED = 10, 100_000
_OF_PHQ9 = (
    *("relapse", "possible_relapse", "non_responder", "non_improver", "non_improver_unconfirmed"),
    *("partial_and_flat", "early_watch"),
)
# Of the rows of standing.
_READ = (
    *("patient", "instrument", "has_session", "day_0", "is_first_course", "is_daily"),
    *("baseline_total", "latest_total", "recent_lowest_total"),
    *("latest_days_after_session", "n_sessions_before_latest"),
)
_OF_BOTH = ("reliable_deterioration", "discordant_instruments")


@dataclass(frozen=True)
class Covered:
    """Of one patient and rule: state (a word of STATES), and how many of how many records that it reads are there."""

    rule: str
    state: str
    n_recorded: int
    n_records: int


def derive_coverage(findings: Findings, policy: Policy) -> pd.DataFrame:
    """One row a patient: patient, and for each of RULES a number, which `spell_out` reads. Patients of findings.rows, and whoever
    has any PHQ-9 form."""
    whose = (findings.rows["patient"].to_numpy(), findings.phq9_forms["patient"].to_numpy())
    people = People(distinct(np.concatenate(whose).astype(np.int64)))
    found = measure_reach(findings, people, policy)
    return pd.DataFrame({"patient": people.keys} | {rule: _pack(found[rule]) for rule in RULES})


def spell_out(row: Mapping[str, int], n_unread: int = 0) -> tuple[Covered, ...]:
    """What a row of derive_coverage says, in the order of the catalogue. n_unread: PHQ-9 forms that nobody could read, which may
    hold the answer that the rules on item 9 look for."""
    return tuple(_unpack(rule, row[rule], n_unread * (rule in ITEM_9_RULES)) for rule in RULES)


def _unpack(rule: str, packed: int, n_unread: int) -> Covered:
    rest, state = divmod(packed, _STATE)
    n_records, n_recorded = divmod(rest, _RECORDED)
    if n_unread and state == ASSESSED:
        state = PARTLY
    return Covered(rule, STATES[state], n_recorded, n_records + n_unread)


def _pack(reach: Reach) -> Ints:
    """Legible: 24_00012_1 is 12 of 24 records, and the second of STATES."""
    return _classify(reach) + _STATE * (reach.n_recorded + _RECORDED * reach.n_records)


def _classify(reach: Reach) -> Ints:
    state = np.where(reach.n_known >= reach.n_needed, ASSESSED, PARTLY)
    state = np.where(reach.n_known == 0, NOT_RECORDED, state)
    return np.where(reach.is_asked, state, NOT_ASKED)


def measure_reach(findings: Findings, people: People, policy: Policy) -> Mapping[str, Reach]:
    """For every rule how far it reaches."""
    rows = columns_of(findings.rows, _READ)
    day_0 = _current_day_0(rows, people)
    has_course = day_0 != NONE
    sessions = describe_sessions(findings, people, day_0)
    found = {rule: Reach(has_course, *count_fields(sessions, rule, people)) for rule in SESSION_FIELDS}
    return (
        found
        | _of_totals(findings, rows, people, has_course)
        | _of_item_9(findings, people)
        | reach_of_care(findings.care, people, day_0)
        | {"off_expected_course": _of_comparison(findings, rows, people, policy)}
    )


def _current_day_0(rows: Columns, people: People) -> Ints:
    """Day 0 of the current course, NONE where there is none."""
    day_0, begun = np.full(people.n, NONE), rows["has_session"].astype(bool)
    day_0[people.place(rows["patient"][begun])] = rows["day_0"][begun]
    return day_0


def _of_totals(findings: Findings, rows: Columns, people: People, has_course: Bools) -> dict[str, Reach]:
    known: dict[int, dict[str, Ints]] = {}
    collected = {one.code: has_course & findings.prepared.collects[one.code][people.keys] for one in BY_CODE}
    for one in BY_CODE:
        own = rows["instrument"] == one.code
        known[one.code] = {
            name: people.count(rows["patient"][own & (rows[name] != NONE)])
            for name in ("baseline_total", "latest_total", "recent_lowest_total")
        }
    both = {code: columns["baseline_total"] + columns["latest_total"] for code, columns in known.items()}
    phq9, gad7 = collected[PHQ9.code], collected[GAD7.code]
    of_two = simple_reach(phq9 | gad7, both[PHQ9.code] * phq9 + both[GAD7.code] * gad7, 2 * phq9 + 2 * gad7)
    lowest = {
        code: columns["latest_total"] + columns["recent_lowest_total"] for code, columns in known.items()
    }
    lacks = {code: collected[code] & (known[code]["baseline_total"] == 0) for code in known}
    n_lowest = sum(lowest[code] * lacks[code] for code in known)
    is_lacking = lacks[PHQ9.code] | lacks[GAD7.code]
    return {
        **{rule: simple_reach(phq9, both[PHQ9.code], 2) for rule in _OF_PHQ9},
        "gad7_non_response": simple_reach(gad7, both[GAD7.code], 2),
        **dict.fromkeys(_OF_BOTH, of_two),
        "worsening_without_baseline": simple_reach(
            is_lacking, np.asarray(n_lowest), 2 * sum(1 * lacks[code] for code in lacks)
        ),
        "stale_baseline": simple_reach(phq9, known[PHQ9.code]["baseline_total"], 1),
        # What is missing is what these two look at.
        **{
            rule: simple_reach(phq9, np.ones(people.n, dtype=np.int64), 1)
            for rule in ("no_recent_score", "not_assessable")
        },
    }


def _of_comparison(findings: Findings, rows: Columns, people: People, policy: Policy) -> Reach:
    """Baseline, a follow-up, and comparable patients. Only first courses are compared, and no daily ones."""
    patient = rows["patient"]
    is_asked = rows["has_session"] & rows["is_first_course"] & ~rows["is_daily"]
    is_asked = is_asked & (rows["instrument"] == PHQ9.code) & findings.prepared.collects[PHQ9.code][patient]
    n_compared = count_compared(rows, findings.reference, policy)
    parts = (rows["baseline_total"] != NONE, rows["latest_total"] != NONE, n_compared > 0)
    n_known = sum(people.count(patient[part & is_asked]) for part in parts)
    return simple_reach(people.count(patient[is_asked]) > 0, np.asarray(n_known), len(parts))


def _of_item_9(findings: Findings, people: People) -> dict[str, Reach]:
    """A form that was not taken is read for an answer, and for a blank it is not."""
    every = columns_of(findings.phq9_forms, ("second", "day", "patient", "item_9", "has_items"))
    is_current, is_held = (
        findings.phq9_forms[name].to_numpy(dtype=bool) for name in ("is_current_version", "is_held")
    )
    answers, blanks = (_in_time(take(every, chosen)) for chosen in (is_current | is_held, is_current))
    return {
        "suicidality_item_9": _reach_of_forms(answers, answers["item_9"] != NONE, people),
        "item_9_not_answered": _reach_of_forms(blanks, blanks["has_items"].astype(bool), people),
    }


def _in_time(forms: Columns) -> Columns:
    return take(forms, np.lexsort([forms[name] for name in ("second", "day", "patient")]))


def _reach_of_forms(forms: Columns, is_known: Bools, people: People) -> Reach:
    patient = forms["patient"]
    n_recorded, now = people.count(patient[is_known]), people.count(patient[is_known & ends_run(patient)])
    # An answer that was given earlier is part of the picture, and not all of it.
    n_known, n_needed = now + (n_recorded > 0), np.full(people.n, 2)
    return Reach(np.ones(people.n, dtype=bool), n_known, n_needed, n_recorded, people.count(patient))


def summarise_by_rule(coverage: pd.DataFrame) -> pd.DataFrame:
    """One row a rule, in the order of the catalogue: rule, then for each of STATES how many patients it is true of. coverage: of
    derive_coverage."""
    states = coverage[list(RULES)].to_numpy() % _STATE
    counts = {word: (states == code).sum(axis=0) for code, word in enumerate(STATES)}
    return pd.DataFrame({"rule": list(RULES)} | counts)
