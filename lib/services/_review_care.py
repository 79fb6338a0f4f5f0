"""Points 4 to 12 of a dose review's card: how doses were taken, what was measured, reported, arranged and decided."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lib.clinical.adverse_terms import URINARY_TERM, match_terms
from lib.clinical.decision_words import say_options, say_signer, say_state
from lib.clinical.gone_findings import PRESSURE, SEDATION, say_gone
from lib.clinical.integration import IN_WINDOW, classify_practices
from lib.clinical.moments import moments_of
from lib.clinical.rules.catalogue import TOLERABILITY
from lib.clinical.technique import summarise_technique
from lib.clinical.technique_words import say_technique
from lib.clinical.wording import capitalise, count, say_day
from lib.services._review_scores import UNKNOWN, Lines, select_taken
from lib.services._sheet_scores import say_pressure
from lib.services.patients import PatientPage

# What is asked about of medications, by the class that the record names.
_CLASSES = ("benzodiazepine", "stimulant", "maoi", "opioid")
_READINGS = (
    ("heart_rate_pre_bpm", "heart rate", "/min"),
    ("spo2_min_pct", "lowest SpO2", " %"),
    ("sedation_moaas", "MOAA/S", " of 5"),
    ("dissociation_0_10", "dissociation", " of 10"),
    ("effect_end_min", "effects ended after", " min"),
)


def say_how_taken(page: PatientPage) -> Lines:
    technique = summarise_technique(page.history.session_rows, page.protocols)
    if technique is None:
        return ("Hold, swallowing, food, batch: no dose taken",)
    lots = list(dict.fromkeys(select_taken(page.history)["lot"].dropna()))
    return (*say_technique(technique), f"Tablet batches: {', '.join(map(str, lots[-3:])) or UNKNOWN}")


def say_measured(page: PatientPage) -> Lines:
    """Of the latest counting session."""
    taken = select_taken(page.history)
    if taken.empty:
        return (
            "Blood pressure, pulse, oxygen, sedation: no dose taken",
            *_say_gone(page, PRESSURE, SEDATION),
        )
    last = taken.iloc[-1]
    read = [
        f"{name} {last[column]:g}{unit}" if pd.notna(last[column]) else f"{name} {UNKNOWN}"
        for column, name, unit in _READINGS
    ]
    said = (f"Blood pressure, {say_pressure(page.history)}", f"Same session: {', '.join(read)}")
    return (*said, *_say_gone(page, SEDATION))


def _say_gone(page: PatientPage, *rules: str) -> Lines:
    said = say_gone(page.history.gone, *rules)
    return (capitalise(said),) if said else ()


def say_adverse(page: PatientPage) -> Lines:
    """By severity; a severity that nobody wrote down is not a mild one."""
    events = page.history.adverse_events
    taken = select_taken(page.history)
    asked = int(taken["ae_asked"].fillna(False).astype(bool).sum())
    coverage = f"asked about in {asked} of {count(len(taken), 'session')}"
    gone = _say_gone(page, TOLERABILITY)
    if events.empty:
        return (f"Adverse events: none recorded; {coverage}", *gone)
    severity = events["severity"].fillna("severity not recorded")
    lines = [
        f"{name}: {', '.join(f'{term} ({n})' for term, n in events.loc[severity == name, 'term'].value_counts().items())}"
        for name in ("severe", "moderate", "mild", "severity not recorded")
        if (severity == name).any()
    ]
    serious = int(events["is_serious"].fillna(False).astype(bool).sum())
    return (*lines, f"Marked serious: {serious} of {len(events)}; {coverage}", *gone)


def say_body(page: PatientPage) -> Lines:
    """Bladder, liver, pregnancy, medicines that matter, alcohol."""
    history = page.history
    urinary = history.adverse_events[match_terms(history.adverse_events["term"], URINARY_TERM)]
    reported = f"; adverse events name {count(len(urinary), 'urinary symptom')}" if len(urinary) else ""
    medicines = history.medications
    is_running = medicines["ended_on"].isna()
    of_class = medicines["class"].fillna("").str.lower()
    return (
        f"Bladder question: {_observed(page, 'urinary_symptoms')}{reported}",
        f"Liver: ALT {_observed(page, 'alt_u_l', ' U/L')}; GGT {_observed(page, 'ggt_u_l', ' U/L')}",
        f"Pregnancy: {_observed(page, 'pregnancy')}",
        *(
            f"{name.upper() if name == 'maoi' else name.capitalize()}: "
            f"{_say_medicines(medicines[is_running & (of_class == name)], has_any=len(medicines) > 0)}"
            for name in _CLASSES
        ),
        f"Alcohol: {_observed(page, 'alcohol')}",
    )


def _observed(page: PatientPage, kind: str, unit: str = "") -> str:
    rows = page.history.observations
    rows = rows[rows["kind"] == kind]
    return f"{rows['value'].iloc[-1]}{unit} on {say_day(rows['on'].iloc[-1])}" if len(rows) else UNKNOWN


def _say_medicines(rows: pd.DataFrame, *, has_any: bool) -> str:
    if rows.empty:
        return "none on the list of medications" if has_any else f"{UNKNOWN}: no medication is on record"
    return ", ".join(f"{row['name']} {_say_start(row['on'])}" for row in rows.to_dict("records"))


def _say_start(on: pd.Timestamp) -> str:
    return f"since {say_day(on)}" if pd.notna(on) else "(start not recorded)"


def say_supervision(page: PatientPage) -> Lines:
    taken = select_taken(page.history)
    last = (
        taken.iloc[-1] if len(taken) else pd.Series({"supervisor_present": None, "telehealth_contact": None})
    )
    present, contact = last["supervisor_present"], last["telehealth_contact"]
    visit = page.history.patient.get("in_person_eval_on")
    return (
        f"Supervisor at the last session: {UNKNOWN if pd.isna(present) else 'present' if present else 'absent'}",
        f"Telehealth contact at the last session: {UNKNOWN if pd.isna(contact) else contact}",
        f"In-person evaluation: {say_day(visit) if pd.notna(visit) else UNKNOWN}",
    )


def say_integration(page: PatientPage) -> Lines:
    practices, taken = page.history.integration_events, select_taken(page.history)
    if practices.empty:
        return ("Integration practices and psychotherapy: not recorded",)
    display = page.policy.display
    windows = classify_practices(
        moments_of(practices), moments_of(taken), display.plasticity_from_h, display.plasticity_to_h
    )
    followed = len(np.unique(windows.session[windows.place == IN_WINDOW]))
    therapy = int(practices["practice"].fillna("").str.contains("therapy", case=False).sum())
    return (
        f"A practice {display.plasticity_from_h}–{display.plasticity_to_h} h after {followed} of "
        f"{count(len(taken), 'session')}; {count(len(practices), 'practice')} recorded",
        f"Psychotherapy: {f'{therapy} recorded' if therapy else UNKNOWN}",
    )


def say_earlier_treatment(page: PatientPage) -> Lines:
    trials = page.history.patient.get("prior_antidepressant_trials")
    return (f"Antidepressant trials before: {UNKNOWN if pd.isna(trials) else int(trials)}",)


def say_decided(decision: Mapping | None) -> Lines:
    """decision: the newest one, columns of _followed.follow."""
    if decision is None:
        return ("No decision is recorded",)
    options = say_options(decision["codes"])
    return (
        f"{options}, signed by {say_signer(decision['signer'], decision['is_verified'])}. {say_state(decision)}",
    )
