"""The kinds of record and their columns: one declaration that readers, store and screens share (data/README.md in words)."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Column:
    """One column of a kind of record.

    `type` is text, whole, number, yes_no, choice, date or moment; a moment is a clinic-local date, with or without a time of
    day. `low` and `high` are the limits beyond which a value is off the scale, or cannot be true of a living person.
    """

    name: str
    type: str
    is_required: bool = False
    is_key: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of record; `name` is also its file's name. The key columns tell the records of one patient apart."""

    name: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_required)

    @property
    def key(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_key)

    @property
    def event_column(self) -> Column | None:
        """The date or moment at which the record happened, the one that as_of is compared with."""
        return next((column for column in self.key if column.type in ("date", "moment")), None)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def stored_columns(column: Column) -> tuple[str, ...]:
    """The columns of a typed frame, and of the store, that hold one column of a file.

    A date becomes whole days since 1970-01-01; a moment those days and the second of the clinic's local day (empty: the time
    of day is unknown); yes_no 1 or 0. Integers, because whole histories are read at once (docs/decisions.md).
    """
    return (f"{column.name}_day", f"{column.name}_second") if column.type == "moment" else (column.name,)


# Any file may carry these two beside its own columns.
COMMON_COLUMNS = (Column("clinic_id", "text"), Column("recorded_at", "moment"))
ITEM_COLUMNS = tuple(f"item_{number}" for number in range(1, 10))

# A line of columns: names, then type and limits (low..high) or choices; ! is required, * is part of the key.
_DECLARED = """
[patients]
patient_id! clinician_id initials: text
birth_year: whole 1900..2100
birth_date: date
sex indication: text
prior_antidepressant_trials: whole 0..
enrolled_on in_person_eval_on: date
research_consent: choice yes,no,withdrawn,not recorded
research_consent_on: date
dose_ceiling_mg: number 0..
ended_on: date
end_reason: text
died_on hospice_on: date
[courses]
patient_id!: text
started_on!*: date
regimen: choice induction_weekly,induction_q3d,daily_low_dose,maintenance
ended_on: date
end_reason: text
[assessments]
patient_id! instrument!*: text
assessed_at!*: moment
item_1 item_2 item_3 item_4 item_5 item_6 item_7 item_8 item_9: whole 0..
difficulty: whole 0..3
total: whole 0..
mode language: text
entered_by: choice patient,staff
[dosing_sessions]
patient_id!: text
started_at!*: moment
dose_mg prescribed_mg: number 0..
drug formulation route protocol lot: text
status: choice taken,partial,missed,planned
hold_min: number 0..
swallowed: yes_no
food_h onset_min peak_min effect_end_min: number 0..
sbp_pre_mmhg dbp_pre_mmhg sbp_40_mmhg dbp_40_mmhg sbp_120_mmhg dbp_120_mmhg: whole 20..350
heart_rate_pre_bpm: whole 20..300
spo2_min_pct: number 0..100
sedation_moaas: whole 0..5
dissociation_0_10: number 0..10
ae_asked supervisor_present: yes_no
telehealth_contact: choice pre,during,post
note: text
[adverse_events]
patient_id!: text
started_at!*: moment
term!*: text
severity: choice mild,moderate,severe
is_serious: yes_no
onset_min duration_min: number 0..
action_taken outcome: text
[integration_events]
patient_id!: text
at!*: moment
practice!*: text
minutes: number 0..
tags: text
[dose_orders]
patient_id!: text
ordered_at!*: moment
dose_mg! interval_days: number 0..
clinician_id reason: text
[observations]
patient_id!: text
observed_at!*: moment
kind!* value!: text
[medications]
patient_id! name!* class: text
started_on* ended_on: date
[diagnoses]
patient_id! code!*: text
onset_on* resolved_on: date
[dispensing]
patient_id!: text
dispensed_on!*: date
tablets! strength_mg: number 0..
lot*: text
[risk_assessments]
patient_id!: text
assessed_at!*: moment
tool!* result! clinician_id: text
[contacts]
patient_id!: text
at!*: moment
kind!* outcome clinician_id: text
[events]
patient_id!: text
on!*: date
text!*: text
[flag_closings]
patient_id!: text
rule!* instrument*: text
closed_on!*: date
evidence!*: text
closed_by! reason_code! note!: text
is_assessed: yes_no
policy_version: whole 0..
"""
# Closings of flags that were made in another store: what they silence, only who may close flags may bring.
CLOSINGS = "flag_closings"


def _columns(line: str) -> list[Column]:
    names, _, description = line.partition(": ")
    type_, _, detail = description.partition(" ")
    choices = tuple(detail.split(",")) if type_ == "choice" else ()
    low, high = (
        float(limit) if limit else None for limit in (detail if ".." in detail else "..").split("..")
    )
    return [
        Column(name.rstrip("!*"), type_, "!" in name, "*" in name, low, high, choices)
        for name in names.split()
    ]


def _declared() -> dict[str, Kind]:
    kinds: dict[str, list[Column]] = {}
    for line in _DECLARED.strip().splitlines():
        if line.startswith("["):
            columns = kinds[line.strip("[]")] = []
        else:
            columns += _columns(line)
    return {name: Kind(name, tuple(columns)) for name, columns in kinds.items()}


# Patients come first: every other kind refers to them.
KINDS = MappingProxyType(_declared())
