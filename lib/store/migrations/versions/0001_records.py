"""Identities, records with all their versions, held rows, policy versions, flags and what is derived from records."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# The tables of this version, frozen: names, then their type; ! not null, + indexed, * part of the primary key, >x a key of x.
# A [record] table also has the columns of every record.
_TABLES = """
about = name* value!: text
clinic = id: key; clinic_id! name! time_zone! instruments!: text
import = id: key; file_name! kind! sha256! actor! outcome! message!: text; imported_at! n_rows! n_new! n_changed!
    n_unchanged! n_behind! n_repeated! n_held! n_rejected! is_back_loaded! first_day last_day undone_at: whole;
    undone_by undone_why: text
policy_version = version*: small; toml! published_by! comment!: text; published_at!: whole
import_clinic = import_key*: >import; clinic_key*: >clinic; n_accepted!: whole
patient_identity = id: key; clinic_key!+: >clinic; patient_id!: text
[record] adverse_events = started_at_day started_at_second: whole; term severity: text; is_serious: whole; onset_min
    duration_min: number; action_taken outcome: text
[record] assessments = instrument: text; assessed_at_day assessed_at_second item_1 item_2 item_3 item_4 item_5 item_6 item_7
    item_8 item_9 difficulty total: whole; mode language entered_by: text
[record] contacts = at_day at_second: whole; kind outcome clinician_id: text
[record] courses = started_on: whole; regimen: text; ended_on: whole; end_reason: text
[record] diagnoses = code: text; onset_on resolved_on: whole
[record] dispensing = dispensed_on: whole; tablets strength_mg: number; lot: text
[record] dose_orders = ordered_at_day ordered_at_second: whole; dose_mg interval_days: number; clinician_id reason: text
[record] dosing_sessions = started_at_day started_at_second: whole; dose_mg prescribed_mg: number; drug formulation route
    protocol lot status: text; hold_min: number; swallowed: whole; food_h onset_min peak_min effect_end_min: number;
    sbp_pre_mmhg dbp_pre_mmhg sbp_40_mmhg dbp_40_mmhg sbp_120_mmhg dbp_120_mmhg heart_rate_pre_bpm: whole; spo2_min_pct:
    number; sedation_moaas: whole; dissociation_0_10: number; ae_asked supervisor_present: whole; telehealth_contact note:
    text
[record] events = on: whole; text: text
held_row = id: key; import_key!+: >import; clinic_key+: >clinic; patient_key+: >patient_identity; kind! outcome! code!
    column! value! reason! patient_id! cells! state!: text; line! recorded_at! may_hold_item_9! event_day event_second
    item_9: whole
[record] integration_events = at_day at_second: whole; practice: text; minutes: number; tags: text
[record] medications = name class: text; started_on ended_on: whole
[record] observations = observed_at_day observed_at_second: whole; kind value: text
open_flag = patient_key*: >patient_identity; rule*: text; instrument*: small; clinic_key!+: >clinic; severity! since!
    policy_version!: whole; trigger_record! evidence! threshold!: text
[record] patients = clinician_id initials: text; birth_year birth_date: whole; sex indication: text;
    prior_antidepressant_trials enrolled_on in_person_eval_on: whole; research_consent: text; research_consent_on: whole;
    dose_ceiling_mg: number; ended_on: whole; end_reason: text; died_on: whole
[record] risk_assessments = assessed_at_day assessed_at_second: whole; tool result clinician_id: text
standing = patient_key*: >patient_identity; instrument* course_row*: small; clinic_key!+: >clinic; is_current_course!
    is_in_full_list! record_day! as_of! course!
    has_session! ended_on! last_session_on! n_dosing_sessions! n_sessions_before_latest! is_daily!
    day_0! n_assessments! category! reason! is_provisional! baseline_total! baseline_on! is_same_day_order_unknown!
    latest_total! latest_on! nadir_total! first_response_on! is_response_confirmed! was_ever_confirmed! previous_total!
    look_total! look_on! is_possible_relapse! firm_on! last_valid_on!: whole
flag_event = id: key; clinic_key+: >clinic; patient_key+: >patient_identity; held_row_key+: >held_row; rule! event!
    reason_code! note! actor!: text; happened_at! on_day! policy_version! covers_assessment_id! covers_held_row_id!: whole
"""
_OF_EVERY_RECORD = (
    "id: key; clinic_key!+: >clinic; patient_key!+: >patient_identity; import_key!+: >import; line! key_hash!+ value_hash! "
    "recorded_at! is_current! withdrawn_at said_again_at: whole; withdrawn_by withdrawn_why: text; "
)
_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")
_TYPES: dict[str, Any] = {
    "text": sa.Text(),
    "whole": _WHOLE,
    "small": sa.Integer(),
    "number": sa.Double(),
    "key": _KEY,
}


def upgrade() -> None:
    for name, columns in _tables():
        op.create_table(name, *columns, *_unique_keys(name))
        for column in columns:
            if column.info["is_indexed"]:
                op.create_index(f"ix_{name}_{column.name}", name, [column.name])


def downgrade() -> None:
    for name, _ in reversed(list(_tables())):
        op.drop_table(name)


def _tables() -> list[tuple[str, list[sa.Column]]]:
    lines = _TABLES.strip().replace("\n    ", " ").splitlines()
    named = (line.split(" = ", 1) for line in lines)
    return [
        (
            name.removeprefix("[record] "),
            _columns((_OF_EVERY_RECORD if name.startswith("[") else "") + columns),
        )
        for name, columns in named
    ]


def _columns(text: str) -> list[sa.Column]:
    groups = (group.split(": ") for group in text.split("; "))
    return [_column(name, type_.strip()) for names, type_ in groups for name in names.split()]


def _column(name: str, type_: str) -> sa.Column:
    keys = [sa.ForeignKey(f"{type_[1:]}.id")] if type_.startswith(">") else []
    is_key = type_ == "key" or "*" in name
    return sa.Column(
        name.rstrip("!+*"),
        _KEY if keys else _TYPES[type_],
        *keys,
        primary_key=is_key,
        autoincrement=type_ == "key",
        nullable=not is_key and "!" not in name,
        info={"is_indexed": "+" in name},
    )


def _unique_keys(name: str) -> list[sa.UniqueConstraint]:
    unique = {"clinic": ("clinic_id",), "patient_identity": ("clinic_key", "patient_id")}
    return [sa.UniqueConstraint(*unique[name])] if name in unique else []
