"""What the rules could read: a rule that found nothing is a pass only where its records are there (docs/further_rules.md 6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.care_records import UPPER_LIMIT_OF
from lib.clinical.findings import Findings
from lib.clinical.instruments import BY_CODE, GAD7, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.coverage_sessions import SESSION_FIELDS, count_fields, describe_sessions
from lib.clinical.rules.off_course import count_compared
from lib.clinical.rules.organ_signals import derive_liver_values, derive_urinary_days
from lib.clinical.segments import NONE, Bools, Ints

STATES = ("assessed", "partly assessed", "not recorded", "not asked")
ASSESSED, PARTLY, NOT_RECORDED, NOT_ASKED = range(len(STATES))
_OF_PHQ9 = (
    *("relapse", "possible_relapse", "non_responder", "non_improver", "non_improver_unconfirmed"),
    *("partial_and_flat", "early_watch"),
)
_OF_BOTH = ("reliable_deterioration", "discordant_instruments")


@dataclass(frozen=True)
class Reach:
    """Of one rule, an entry a patient key: whether it is asked of the patient, how many of the things that it reads now are
    known of how many (n_known, n_needed), and the n of N that is shown (n_recorded of n_records)."""

    is_asked: Bools
    n_known: Ints
    n_needed: Ints
    n_recorded: Ints
    n_records: Ints


def summarise_coverage(findings: Findings, policy: Policy) -> pd.DataFrame:
    """One row a patient and rule: patient, rule, state (code of STATES), n_recorded, n_records. Patients of findings.rows, and
    whoever has any PHQ-9 form."""
    patients = np.union1d(findings.rows["patient"], findings.phq9_forms["patient"]).astype(np.int64)
    found = measure_reach(findings, policy)
    reach = [found[rule] for rule in RULES]
    return pd.DataFrame(
        {
            "patient": np.tile(patients, len(reach)),
            "rule": pd.Series(np.repeat(np.array(list(RULES), dtype=object), len(patients)), dtype="str"),
            "state": np.concatenate([_classify(one)[patients] for one in reach]),
            "n_recorded": np.concatenate([one.n_recorded[patients] for one in reach]),
            "n_records": np.concatenate([one.n_records[patients] for one in reach]),
        }
    )


def _classify(reach: Reach) -> Ints:
    state = np.where(reach.n_known >= reach.n_needed, ASSESSED, PARTLY)
    state = np.where(reach.n_known == 0, NOT_RECORDED, state)
    return np.where(reach.is_asked, state, NOT_ASKED)


def measure_reach(findings: Findings, policy: Policy) -> Mapping[str, Reach]:
    """For every rule how far it reaches."""
    size = len(findings.care.in_person_on)
    day_0, has_course = _current_courses(findings, size)
    sessions = describe_sessions(findings, day_0)
    found = {rule: Reach(has_course, *count_fields(sessions, rule, size)) for rule in SESSION_FIELDS}
    return (
        found
        | _of_totals(findings, has_course)
        | _of_item_9(findings, size)
        | _of_care(findings, day_0, has_course)
        | {"off_expected_course": _of_comparison(findings, size, policy)}
    )


def _current_courses(findings: Findings, size: int) -> tuple[Ints, Bools]:
    """By patient key: day 0 of the current course, and whether there is one."""
    rows = findings.rows[findings.rows["has_session"]].drop_duplicates("patient")
    day_0 = np.full(size, NONE)
    day_0[rows["patient"]] = rows["day_0"]
    return day_0, day_0 != NONE


def _simple(is_asked: Bools, n_known: Ints, n_needed: Ints | int) -> Reach:
    """A rule whose n of N is what it reads now."""
    known, needed = n_known.astype(np.int64), np.broadcast_to(n_needed, n_known.shape)
    return Reach(is_asked, known, needed, known, needed)


def _of_totals(findings: Findings, has_course: Bools) -> dict[str, Reach]:
    rows, size = findings.rows, len(has_course)
    known: dict[int, dict[str, Ints]] = {}
    collected = {one.code: has_course & findings.prepared.collects[one.code][:size] for one in BY_CODE}
    for one in BY_CODE:
        own = rows[rows["instrument"] == one.code]
        known[one.code] = {
            name: _by_patient(own["patient"], own[name] != NONE, size)
            for name in ("baseline_total", "latest_total", "recent_lowest_total")
        }
    both = {code: columns["baseline_total"] + columns["latest_total"] for code, columns in known.items()}
    phq9, gad7 = collected[PHQ9.code], collected[GAD7.code]
    of_two = _simple(phq9 | gad7, both[PHQ9.code] * phq9 + both[GAD7.code] * gad7, 2 * phq9 + 2 * gad7)
    lowest = {
        code: columns["latest_total"] + columns["recent_lowest_total"] for code, columns in known.items()
    }
    lacks = {code: collected[code] & (known[code]["baseline_total"] == 0) for code in known}
    n_lowest = sum(lowest[code] * lacks[code] for code in known)
    is_lacking = lacks[PHQ9.code] | lacks[GAD7.code]
    return {
        **{rule: _simple(phq9, both[PHQ9.code], 2) for rule in _OF_PHQ9},
        "gad7_non_response": _simple(gad7, both[GAD7.code], 2),
        **dict.fromkeys(_OF_BOTH, of_two),
        "worsening_without_baseline": _simple(
            is_lacking, np.asarray(n_lowest), 2 * sum(1 * lacks[code] for code in lacks)
        ),
        "stale_baseline": _simple(phq9, known[PHQ9.code]["baseline_total"], 1),
        # What is missing is what these two look at.
        **{
            rule: _simple(phq9, np.ones(size, dtype=np.int64), 1)
            for rule in ("no_recent_score", "not_assessable")
        },
    }


def _of_comparison(findings: Findings, size: int, policy: Policy) -> Reach:
    """Baseline, a follow-up, and comparable patients. Only first courses are compared, and no daily ones."""
    rows = findings.rows
    is_asked = rows["has_session"] & rows["is_first_course"] & ~rows["is_daily"]
    is_asked &= (rows["instrument"] == PHQ9.code) & findings.prepared.collects[PHQ9.code][rows["patient"]]
    parts = [rows["baseline_total"] != NONE, rows["latest_total"] != NONE]
    parts.append(pd.Series(count_compared(rows, findings.reference, policy) > 0, index=rows.index))
    n_known = sum(_by_patient(rows["patient"], part & is_asked, size) for part in parts)
    return _simple(_by_patient(rows["patient"], is_asked, size) > 0, np.asarray(n_known), len(parts))


def _by_patient(patient: "pd.Series[int]", counts: "pd.Series[bool]", size: int) -> Ints:
    return np.bincount(patient, weights=counts, minlength=size).astype(np.int64)


def _of_item_9(findings: Findings, size: int) -> dict[str, Reach]:
    forms = findings.phq9_forms[findings.phq9_forms["is_current_version"]]
    forms = forms.sort_values(["patient", "day", "second"], kind="stable")
    latest = forms.drop_duplicates("patient", keep="last")
    n_forms = np.bincount(forms["patient"], minlength=size).astype(np.int64)
    is_asked = np.ones(size, dtype=bool)

    def reach(of: Callable[[pd.DataFrame], "pd.Series[bool]"]) -> Reach:
        n_recorded = _by_patient(forms["patient"], of(forms), size)
        now = _by_patient(latest["patient"], of(latest), size)
        # An answer that was given earlier is part of the picture, and not all of it.
        return Reach(is_asked, now + (n_recorded > 0), np.full(size, 2), n_recorded, n_forms)

    return {
        "suicidality_item_9": reach(lambda forms: forms["item_9"] != NONE),
        "item_9_not_answered": reach(lambda forms: forms["has_items"]),
    }


def _of_care(findings: Findings, day_0: Ints, has_course: Bools) -> dict[str, Reach]:
    care, size = findings.care, len(has_course)

    def is_in(patient: "pd.Series[int]") -> Ints:
        return (np.bincount(patient, minlength=size) > 0).astype(np.int64)

    urinary = derive_urinary_days(care)
    urinary = urinary[urinary["day"] >= day_0[urinary["patient"]]]
    values = derive_liver_values(care.observations).drop_duplicates(["patient", "kind"], keep="last")
    limited = values[values["upper_limit"].notna()]
    fills, orders, medicines = care.dispensing, care.orders, care.medications
    unknown_fills = fills.loc[fills["strength_mg"].isna(), "patient"]
    supply = is_in(fills["patient"]) * (1 - is_in(unknown_fills)) + is_in(
        orders.loc[orders["interval_days"].notna(), "patient"]
    )
    unnamed = is_in(medicines.loc[medicines["class"] == "", "patient"])
    return {
        "urinary_symptoms": _simple(has_course, is_in(urinary["patient"]), 1),
        "liver_enzymes": _simple(
            has_course, _by_patient(limited["patient"], limited["day"].notna(), size), len(UPPER_LIMIT_OF)
        ),
        "misuse_signals": _simple(has_course, supply, 2),
        "benzodiazepine": _simple(has_course, is_in(medicines["patient"]) * (2 - unnamed), 2),
        "integration_missed": _simple(has_course, is_in(care.practices["patient"]), 1),
        "in_person_due": _simple(has_course, 1 * (care.in_person_on != NONE), 1),
    }


def summarise_by_rule(coverage: pd.DataFrame) -> pd.DataFrame:
    """One row a rule, in the order of the catalogue: rule, then for each of STATES how many patients it is true of."""
    counts = pd.crosstab(coverage["rule"], coverage["state"]).reindex(
        index=list(RULES), columns=range(len(STATES)), fill_value=0
    )
    return counts.set_axis(list(STATES), axis=1).rename_axis(columns=None).reset_index()
