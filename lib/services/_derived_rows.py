"""What follows from the records of a part of the patients on a day, and keeping it: rows of the kernel, what the rules could
read, and open flags."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.care_records import CareRecords
from lib.clinical.easing import find_queue_flags
from lib.clinical.findings import Findings
from lib.clinical.flags import find_flags
from lib.clinical.histories import Prepared, prepare, select_points
from lib.clinical.policy import Policy
from lib.clinical.reference import Reference
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.coverage import derive_coverage
from lib.clinical.rules.reading_flags import find_followed
from lib.clinical.segments import NONE, Ints
from lib.clinical.standing import assess
from lib.services._course_scores import describe_courses
from lib.services._histories import Loaded
from lib.services._item_9_forms import item_9_forms_on
from lib.services._open_flags import name_triggers, save_open_flags
from lib.services._reference import derive_from
from lib.store import derived
from lib.store.bulk_care import read_care_records
from lib.store.derived_tables import course_score, rule_coverage, standing
from lib.store.engine import Transaction


@dataclass(frozen=True)
class Look:
    """The day that is looked at, by which rules, and whom courses are held against."""

    day: int
    policy: Policy
    reference: Reference


@dataclass(frozen=True)
class PartRows:
    """What is kept of a part of the patients: rows of `standing`, `course_score` and `rule_coverage`; what the rules find, of
    `open_flag`, and what `keep_critical` calls followed."""

    standing: pd.DataFrame
    course_score: pd.DataFrame
    coverage: pd.DataFrame
    found: pd.DataFrame
    followed: pd.DataFrame


def derive_part(connection: Transaction, part: list[int], loaded: Loaded, look: Look) -> PartRows:
    """Worked out, and nothing written yet."""
    prepared = prepare(loaded.histories, look.policy)
    kept = keep_rows(prepared, loaded, look.policy)
    care = read_care_records(connection, part, len(loaded.clinic_of))
    findings = findings_on(loaded, care, look.day, look.policy, look.reference)
    flags = find_queue_flags(findings, look.policy), find_followed(findings.sessions, look.day, look.policy)
    found, followed = (_describe_found(frame, loaded.clinic_of, look.policy) for frame in flags)
    coverage = _of_clinics(derive_coverage(findings, look.policy), loaded.clinic_of)
    return PartRows(kept, describe_courses(prepared, kept, look.policy), coverage, found, followed)


def save_part(connection: Transaction, part: list[int], rows: PartRows, look: Look) -> None:
    """In place of what is kept of these patients."""
    derived.replace_rows(connection, standing, part, rows.standing)
    derived.replace_rows(connection, course_score, part, rows.course_score)
    derived.replace_rows(connection, rule_coverage, part, rows.coverage)
    save_open_flags(connection, part, (rows.found, rows.followed), look.day, look.policy.version)


def keep_rows(prepared: Prepared, loaded: Loaded, policy: Policy) -> pd.DataFrame:
    """Rows for the table `standing`: every course, with every record, valid from the patient's last record on."""
    horizon = int(loaded.record_day.max(initial=0))
    every = select_points(prepared, horizon, with_earlier_courses=True)
    current = select_points(prepared, horizon, with_earlier_courses=False)
    # Whoever has only courses without a session stands as one row without a course, and as those courses in the full list.
    alone = current.take((current.course == NONE) & np.isin(current.patient, prepared.courses.patient))
    points = every.join(alone)
    rows = assess(prepared, points, policy).rename(columns={"patient": "patient_key"})
    rows["course_row"] = np.where(points.course == NONE, 0, rows["course"])
    is_current = np.append(prepared.courses.is_current, False)[points.course.clip(-1)]
    rows["is_current_course"] = is_current | (points.course == NONE)
    rows["is_in_full_list"] = np.arange(len(rows)) < len(every.patient)
    rows["clinic_key"] = loaded.clinic_of[rows["patient_key"]]
    # The patient's own last day, not the last of those who happen to be computed together.
    rows["as_of"] = rows["record_day"] = loaded.record_day[rows["patient_key"]]
    return rows.astype({column.name: "int64" for column in standing.columns})


def flags_on(loaded: Loaded, care: CareRecords, as_of: int, policy: Policy) -> pd.DataFrame:
    """What the rules find on a day, nothing dated later read: columns of `flags.FLAG_COLUMNS`. loaded: of whole clinics."""
    return _select_known(find_flags(findings_on(loaded, care, as_of, policy), policy), policy)


def _select_known(flags: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Without flags of rules that the policy did not know yet."""
    does_know = np.array([RULES[rule].policy_table in policy.notes for rule in flags["rule"]], dtype=bool)
    return flags if does_know.all() else flags[does_know].reset_index(drop=True)


def findings_on(
    loaded: Loaded, care: CareRecords, as_of: int, policy: Policy, reference: Reference | None = None
) -> Findings:
    """What the rules read on a day, nothing dated later in it. reference: whom courses are held against; without one it is
    derived, and then `loaded` holds whole clinics."""
    prepared = prepare(loaded.histories.to_day(as_of), policy)
    points = select_points(prepared, as_of, with_earlier_courses=False)
    forms = item_9_forms_on(loaded.phq9_forms, as_of)
    return Findings(
        as_of,
        prepared,
        points,
        assess(prepared, points, policy),
        forms,
        loaded.sessions[loaded.sessions["day"] <= as_of],
        care.to_day(as_of),
        loaded.closings[loaded.closings["on_day"] <= as_of],
        reference or derive_from(loaded, as_of, policy),
    )


def _describe_found(found: pd.DataFrame, clinic_of: Ints, policy: Policy) -> pd.DataFrame:
    flags = _select_known(found, policy)
    return _of_clinics(flags, clinic_of).assign(
        policy_version=policy.version, trigger_record=name_triggers(flags)
    )


def _of_clinics(rows: pd.DataFrame, clinic_of: Ints) -> pd.DataFrame:
    return rows.rename(columns={"patient": "patient_key"}).assign(clinic_key=clinic_of[rows["patient"]])
