"""The slow twin of the further rules (docs/further_rules.md): what holds on a day, and `since` by asking every day again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import takewhile
from typing import Any

from slow_care import Care, Medicine, care_of_patient, care_until
from slow_further_sessions import (
    dose_limits,
    integration_missed,
    low_oxygen,
    misuse_signals,
    protocol_gaps,
    slow_recovery,
)
from slow_further_totals import rules_on_totals, stale_baseline
from slow_off_course import Others, compared_on, off_expected_course
from slow_records import PHQ9, Clinic, by_patient, counting_sessions, days_between
from slow_rules import View, days_back, is_in_treatment, record_dates, view_on
from slow_twin import LAST_BEFORE_DOSE

SEVERITIES = ("info", "watch", "medium", "high", "critical")
CRITICAL_WORDS = ("suicid", "mania", "manic", "psychotic", "psychosis", "loss of consciousness", "respiratory depression",
                  "chest pain", "overdose")  # fmt: skip
URINARY_WORDS = ("dysuria", "pollakiuria", "micturition", "haematuria", "cystitis", "bladder")
DENIED, UNANSWERED = ("no", "none", "0"), ("unknown", "not asked")
ONLY_IN_TREATMENT = ("early_watch", "partial_and_flat", "off_expected_course")


@dataclass(frozen=True)
class Scene:
    """One patient's forms, sessions and care as one day knows them."""

    view: View
    care: Care
    day: date


@dataclass(frozen=True)
class Compared:
    """Whose course is held against whom, and how many of them are needed."""

    who: str
    people: Others
    min_patients: int


def worst(severities: Iterable[str | None]) -> str | None:
    found = [one for one in severities if one is not None]
    return max(found, key=SEVERITIES.index, default=None)


def tolerability(care: Care, day: date) -> str | None:
    """“The severity is the highest among the events found”."""

    def rate(event: Any) -> str | None:
        said = event.term.lower().replace("presyncope", "")
        if any(word in said for word in (*CRITICAL_WORDS, "syncope")):
            return "critical" if event.closed_on is None else None
        if days_between(event.on, day) > 28:
            return None
        if event.severity == "severe" or event.is_serious:
            return "high"
        return {"": "medium", "moderate": "watch"}.get(event.severity)

    return worst(rate(event) for event in care.events)


def urinary_answer(care: Care, day: date) -> bool | None:
    """“A day is positive when an adverse event of that date names a urinary symptom, or an observation says so; it is
    negative when all its answers deny them”."""
    is_event = any(
        event.on == day and any(word in event.term.lower() for word in URINARY_WORDS) for event in care.events
    )
    answers = [
        one.value.lower() for one in care.observations if one.on == day and one.kind == "urinary_symptoms"
    ]
    answers = [one for one in answers if one not in UNANSWERED]
    if not is_event and not answers:
        return None
    return is_event or any(one not in DENIED for one in answers)


def urinary_run(care: Care) -> list[date]:
    """The unbroken run of positive days up to the last day on which anything was said, the latest first."""
    days = sorted({one.on for one in (*care.events, *care.observations)}, reverse=True)
    said = [(day, answer) for day in days if (answer := urinary_answer(care, day)) is not None]
    return [day for day, _ in takewhile(lambda pair: pair[1], said)]


def urinary_symptoms(scene: Scene) -> str | None:
    """“High; watch where the run of positive days began before the patient's first counting session, or there is none”."""
    run = urinary_run(scene.care)
    sessions = counting_sessions(scene.view.record)
    if not run:
        return None
    return "high" if sessions and run[-1] >= sessions[0].on else "watch"


def liver_enzymes(care: Care) -> str | None:
    """“The latest ALT or the latest GGT is above 3 times its upper limit of normal”, a recorded one."""
    return "high" if any(is_enzyme_high(care, name) for name in ("alt", "ggt")) else None


def is_enzyme_high(care: Care, name: str) -> bool:
    values = [one for one in care.observations if one.kind == f"{name}_u_l"]
    limits = [one for one in care.observations if one.kind == f"{name}_uln_u_l"]
    last_day = max((one.on for one in values), default=None)
    if last_day is None:
        return False
    known = [one for one in limits if one.on <= last_day]
    if not known:
        return False
    newest = max(one.on for one in known)
    limit = max(float(one.value) for one in known if one.on == newest)
    return any(float(one.value) > 3 * limit for one in values if one.on == last_day)


def benzodiazepine(scene: Scene) -> str | None:
    """“Watch where one that is not ended was started on day 0 or later, else info”."""
    course = scene.view.course
    if course is None:
        return None
    day_0 = course.sessions[0].on
    taken = [one for one in scene.care.medicines if is_benzodiazepine(one) and one.ended_on is None]
    taken = [] if scene.day < day_0 else taken
    return worst("watch" if one.started_on and one.started_on >= day_0 else "info" for one in taken)


def is_benzodiazepine(medicine: Medicine) -> bool:
    by_name = medicine.of_class == "" and medicine.name in ("lorazepam", "alprazolam")
    return by_name or medicine.of_class == "benzodiazepine"


def in_person_due(care: Care, day: date) -> str | None:
    """“The last in-person evaluation is more than 365 days ago”."""
    last = care.person.in_person_on
    return "info" if last is not None and days_between(last, day) > 365 else None


def scene_on(everything: Clinic, care: Care, day: date, rule: str = LAST_BEFORE_DOSE) -> Scene:
    return Scene(view_on(everything, day, rule), care_until(care, day), day)


def integration(scene: Scene) -> str | None:
    of_course = scene.view.course.sessions if scene.view.course else ()
    return integration_missed(of_course, scene.care, scene.day)


# The rules that days alone can begin or end.
BY_CALENDAR: dict[str, Callable[[Scene], str | None]] = {
    "tolerability": lambda scene: tolerability(scene.care, scene.day),
    "liver_enzymes": lambda scene: liver_enzymes(scene.care),
    "misuse_signals": lambda scene: misuse_signals(
        counting_sessions(scene.view.record), scene.care, scene.day
    ),
    "benzodiazepine": benzodiazepine,
    "integration_missed": integration,
    "in_person_due": lambda scene: in_person_due(scene.care, scene.day),
}
OF_TREATMENT = ("benzodiazepine", "integration_missed", "in_person_due")


def by_session(scene: Scene) -> dict[str, str | None]:
    """The rules on the latest counting session."""
    sessions = counting_sessions(scene.view.record)
    return {
        "low_oxygen": low_oxygen(sessions, scene.care),
        "slow_recovery": slow_recovery(sessions, scene.care),
        "dose_limits": dose_limits(sessions, scene.care),
        "protocol_gaps": protocol_gaps(sessions, scene.care),
    }


def totals_on(view: View, whom: Compared) -> dict[tuple[str, str], str]:
    """The rules on totals, also the one that looks at other patients."""
    found = rules_on_totals(view)
    off = off_expected_course(view, whom.who, whom.people, whom.min_patients)
    return found if off is None else found | {("off_expected_course", PHQ9): off}


def further_flags_of(
    everything: Clinic, care: Care, as_of: date, rule: str, whom: Compared
) -> list[tuple[str, str, date, str]]:
    """One patient's flags of the further rules: rule, severity, since, instrument."""
    scene = cache(lambda day: scene_on(everything, care, day, rule))
    now = scene(as_of)
    is_treated = is_in_treatment(now.view)
    totals = {
        key: severity
        for key, severity in totals_on(now.view, whom).items()
        if is_treated or key[0] not in ONLY_IN_TREATMENT
    }
    days = record_dates(now.view.record)
    found = [
        (
            name,
            severity,
            last_of(days, lambda day, key=(name, on): key in totals_on(scene(day).view, whom)),
            on,
        )
        for (name, on), severity in totals.items()
    ]
    if (stale := stale_baseline(now.view)) is not None and now.view.course is not None:
        found.append(("stale_baseline", stale, now.view.course.sessions[0].on, PHQ9))
    if (severity := urinary_symptoms(now)) is not None:
        found.append(("urinary_symptoms", severity, urinary_run(now.care)[-1], ""))
    dosed = sorted({one.on for one in counting_sessions(now.view.record)}, reverse=True)
    for name, severity in by_session(now).items():
        if severity is not None and (is_treated or name in ("low_oxygen", "slow_recovery")):
            since = last_of(dosed, lambda day, name=name: by_session(scene(day))[name] is not None)
            found.append((name, severity, since, ""))
    for name, holds in BY_CALENDAR.items():
        severity = holds(now)
        if severity is not None and (is_treated or name not in OF_TREATMENT):
            since = last_of(days_back(as_of), lambda day, holds=holds: holds(scene(day)) is not None)
            if name == "benzodiazepine" and now.view.course is not None:
                # “The first day in the course”, which is the current one.
                since = max(since, now.view.course.sessions[0].on)
            found.append((name, severity, since, ""))
    return found


def last_of(days: Iterable[date], holds: Callable[[date], bool]) -> date:
    """“The first day of the unbroken run of days on which the rule has held”; days come latest first."""
    return list(takewhile(holds, days))[-1]


def further_flag_rows(
    clinic: Clinic,
    care: Care,
    as_of: date,
    baseline_rule: str = LAST_BEFORE_DOSE,
    min_patients: int = 30,
) -> list[tuple[str, str, str, date, str]]:
    """patient_id, rule, severity, since, instrument of every flag of a further rule."""
    people = compared_on(clinic, as_of, baseline_rule)
    patients = by_patient(clinic)
    nobody = Clinic((), (), (), (), clinic.collected)
    return sorted(
        (who, *flag)
        for who in {*patients, *care.patient_ids}
        for flag in further_flags_of(
            patients.get(who, nobody),
            care_of_patient(care, who),
            as_of,
            baseline_rule,
            Compared(who, people, min_patients),
        )
    )
