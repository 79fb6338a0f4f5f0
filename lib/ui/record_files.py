"""One patient's records as files: every column, headings to be read, with units."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from lib.clinical.frames import ITEM_COLUMNS

_ASSESSMENTS = {
    "on": "Date",
    "time": "Time",
    "instrument": "Instrument",
    "total": "Total",
    "total_low": "Lowest possible total",
    "total_high": "Highest possible total",
    "n_missing": "Items blank (n)",
    "is_prorated": "Prorated",
    **{name: f"Item {name.removeprefix('item_')} (0–3)" for name in ITEM_COLUMNS},
    "difficulty": "Difficulty (0–3)",
    "is_in_force": "Counts on its day",
    "is_before_first_dose": "Before the first dose",
    "baseline_of": "Baseline of course",
    "is_follow_up": "Follow-up",
    "entered_by": "Entered by",
}
_SESSIONS = {
    "on": "Date",
    "time": "Time",
    "status": "Status",
    "counts": "Counts",
    "course": "Course",
    "number": "Session of the course",
    "dose_mg": "Dose taken (mg)",
    "dose_mg_per_kg": "Dose taken (mg/kg)",
    "prescribed_mg": "Dose prescribed (mg)",
    "drug": "Drug",
    "formulation": "Formulation",
    "route": "Route",
    "protocol": "Protocol",
    "lot": "Lot",
    "hold_min": "Held (min)",
    "swallowed": "Swallowed",
    "food_h": "Since food (h)",
    "onset_min": "Onset (min)",
    "peak_min": "Peak (min)",
    "effect_end_min": "End of effect (min)",
    "sbp_pre_mmhg": "Systolic before (mmHg)",
    "dbp_pre_mmhg": "Diastolic before (mmHg)",
    "sbp_40_mmhg": "Systolic at 40 min (mmHg)",
    "dbp_40_mmhg": "Diastolic at 40 min (mmHg)",
    "sbp_120_mmhg": "Systolic at 120 min (mmHg)",
    "dbp_120_mmhg": "Diastolic at 120 min (mmHg)",
    "heart_rate_pre_bpm": "Pulse before (/min)",
    "spo2_min_pct": "Lowest SpO₂ (%)",
    "sedation_moaas": "Sedation (MOAA/S 0–5)",
    "dissociation_0_10": "Dissociation (0–10)",
    "ae_asked": "Adverse events asked about",
    "supervisor_present": "Supervising adult present",
    "telehealth_contact": "Contact with the clinic",
    "note": "Note",
}
_EVENTS = {
    "on": "Date",
    "time": "Time",
    "term": "Adverse event",
    "severity": "Severity",
    "is_serious": "Serious",
    "onset_min": "Onset after the dose (min)",
    "duration_min": "Duration (min)",
    "action_taken": "Action taken",
    "outcome": "Outcome",
    "resolved": "Resolved",
    "of_session": "Session",
}
_WHEN = {"on": "Date", "time": "Time"}
_CONTEXT = {
    "integration_events": _WHEN
    | {"practice": "Practice", "minutes": "Length (min)", "tags": "Tags", "window": "Window"},
    "dose_orders": _WHEN
    | {
        "dose_mg": "Dose prescribed (mg)",
        "interval_days": "Interval (days)",
        "clinician_id": "Clinician",
        "reason": "Reason",
    },
    "observations": _WHEN | {"kind": "Observation", "value": "Value"},
    "medications": {"name": "Medication", "class": "Class", "on": "Started", "ended_on": "Ended"},
    "diagnoses": {"code": "ICD-10-CM", "on": "Onset", "resolved_on": "Resolved"},
    "dispensing": {"on": "Date", "tablets": "Tablets (n)", "strength_mg": "Strength (mg)", "lot": "Lot"},
    "risk_assessments": _WHEN | {"tool": "Tool", "result": "Result", "clinician_id": "Clinician"},
    "contacts": _WHEN | {"kind": "Contact", "outcome": "Outcome", "clinician_id": "Clinician"},
    "events": {"on": "Date", "text": "Event"},
}
HEADINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"assessments": _ASSESSMENTS, "dosing_sessions": _SESSIONS, "adverse_events": _EVENTS, **_CONTEXT}
)


def write_records(kind: str, patient_id: str, records: pd.DataFrame) -> pd.DataFrame:
    """The records for a file, the oldest first; unknown values are empty, yes and no are words."""
    headings = HEADINGS[kind]
    rows = records
    if "time" in headings:
        rows = rows.assign(time=rows["at"].dt.strftime("%H:%M").where(rows["is_time_known"], ""))
    rows = rows[list(headings)].copy()
    for name in rows:
        if pd.api.types.is_bool_dtype(rows[name].dtype):
            rows[name] = rows[name].map({True: "yes", False: "no"})
        elif pd.api.types.is_datetime64_any_dtype(rows[name].dtype):
            rows[name] = rows[name].dt.strftime("%Y-%m-%d")
    rows.insert(0, "Patient", patient_id)
    return rows.rename(columns=headings)
