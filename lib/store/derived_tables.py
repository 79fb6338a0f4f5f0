"""The tables of what follows from the records, of what happened to flags, of who reviewed whom, and of the policy."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from lib.clinical.outcomes.course_scores import SCORE_COLUMNS
from lib.clinical.rules.catalogue import RULES
from lib.store.columns import clinic_column, key_column, metadata, patient_column, whole_columns, word_columns

policy_version = Table(
    "policy_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    *word_columns("toml", "published_by", "comment"),
    *whole_columns("published_at"),
)

# What happens to flags: only ever added to.
flag_event = Table(
    "flag_event",
    metadata,
    key_column(),
    clinic_column(is_optional=True),
    patient_column(is_optional=True),
    Column("held_row_key", ForeignKey("held_row.id"), nullable=True, index=True),
    *word_columns("rule", "event", "reason_code", "note", "actor"),
    *whole_columns("happened_at", "on_day", "policy_version"),
    *whole_columns("covers_assessment_id", "covers_held_row_id"),
    # Whether whoever did it was signed in.
    Column("is_verified", BigInteger, nullable=False, server_default="0"),
    *whole_columns("instrument", "until_day", "covers_adverse_event_id", is_optional=True),
    *word_columns("to_actor", "evidence", is_optional=True),
)

# What each refresh changed in the open flags: only ever added to.
flag_log = Table(
    "flag_log",
    metadata,
    key_column(),
    clinic_column(),
    patient_column(),
    *word_columns("rule", "change", "evidence"),
    *whole_columns(
        "instrument", "severity", "since", "on_day", "happened_at", "policy_version", "import_key"
    ),
)

# Who looks after somebody's flags while they are away; both days belong to it. clinics: JSON, the ids of the clinics of whoever
# entered it; nothing: of all clinics.
absence = Table(
    "absence",
    metadata,
    key_column(),
    *word_columns("absent", "cover", "actor"),
    *whole_columns("from_day", "to_day", "happened_at"),
    *word_columns("clinics", is_optional=True),
)

open_flag = Table(
    "open_flag",
    metadata,
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("instrument", Integer, primary_key=True, autoincrement=False),
    clinic_column(),
    *whole_columns("severity", "since", "policy_version"),
    *word_columns("trigger_record", "evidence", "threshold"),
    # 1: no longer met, and kept until a second look; 1: on the patient's page, and on no card yet.
    *whole_columns("is_eased", "is_waiting", is_optional=True),
)

# Whom courses are held against: PHQ-9 of first courses as the last month ended. after: "14,,12", by dosing session.
reference_score = Table(
    "reference_score",
    metadata,
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    clinic_column(),
    *whole_columns("baseline"),
    *word_columns("after"),
)

# Who looked at the names behind a clinic's figure, and what for: only ever added to.
list_opening = Table(
    "list_opening",
    metadata,
    key_column(),
    *word_columns("actor", "purpose", "what"),
    *whole_columns("n_patients", "opened_at"),
)

# Who has looked at a patient's page, and what was on it: only ever added to.
review_mark = Table(
    "review_mark",
    metadata,
    key_column(),
    clinic_column(),
    patient_column(),
    *word_columns("actor"),
    *whole_columns("reviewed_at", "on_day", "covers_import_key", "covers_withdrawn"),
)

# Rows of the kernel (lib/clinical/standing.py), as they stand with every record; valid from record_day on.
STANDING_COLUMNS = (
    "as_of",
    "course",
    "has_session",
    "ended_on",
    "last_session_on",
    "n_dosing_sessions",
    "n_sessions_before_latest",
    "is_daily",
    "day_0",
    "n_assessments",
    "category",
    "reason",
    "is_provisional",
    "baseline_total",
    "baseline_on",
    "is_same_day_order_unknown",
    "latest_total",
    "latest_on",
    "nadir_total",
    "first_response_on",
    "is_response_confirmed",
    "was_ever_confirmed",
    "previous_total",
    "look_total",
    "look_on",
    "is_possible_relapse",
    "firm_on",
    "last_valid_on",
)
standing = Table(
    "standing",
    metadata,
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    Column("instrument", Integer, primary_key=True, autoincrement=False),
    Column("course_row", Integer, primary_key=True, autoincrement=False),
    clinic_column(),
    *whole_columns("is_current_course", "is_in_full_list", "record_day", *STANDING_COLUMNS),
)

# What each course comes to on the days that a clinic's figures look at (lib/clinical/outcomes/course_scores.py); valid from
# record_day on. Read whole for a page of outcomes: the histories of 100,000 patients would take it ten times as long.
course_score = Table(
    "course_score",
    metadata,
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    Column("instrument", Integer, primary_key=True, autoincrement=False),
    Column("course_row", Integer, primary_key=True, autoincrement=False),
    clinic_column(),
    *whole_columns(
        "day_0", "ended_on", "last_session_on", "n_sessions", "is_daily", "record_day", *SCORE_COLUMNS
    ),
)

# What each rule could read of a patient when the open flags were worked out (lib/clinical/rules/coverage.py): to work it out for
# a page took a fifth of its time.
rule_coverage = Table(
    "rule_coverage",
    metadata,
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    clinic_column(is_indexed=False),
    *whole_columns(*RULES),
)
