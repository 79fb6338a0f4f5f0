"""Other systems' names for our columns: as tables of words, and as the words of the questions themselves.

Every entry is English, or a code. A translated header is in none of them: a person says what it means.
"""

from types import MappingProxyType

from lib.clinical.frames import KINDS

# Our column, then the folded names that mean it (lib.intake.aliases.fold_name).
_SHARED = """
patient_id: patient patientid patient_no patient_number pat_id pid mrn medical_record_number subject subject_id subjid
 usubjid record_id client client_id participant participant_id person_id study_id seqn iaptus_id iaptus_number
 local_patient_id local_patient_identifier localpatientid chart_number
clinic_id: clinic clinicid site site_id siteid redcap_data_access_group
recorded_at: entered_at created_at modified_at updated_at last_modified
date: visit_date visitdate date_of_visit assessment_date assessed_at assessed_on date_of_assessment completed_at completed_on
 date_completed completion_date appointment_date attendance_date contact_date form_date survey_date submitted_at
 submission_date encounter_date datetime date_time timestamp qsdtc
"""
_SESSION = """
started_at: session_date dose_date dosing_date dosed_at treatment_date administered_at administration_date date_of_dose
 date_of_session session_start exstdtc
prescribed_mg: prescribed_dose_mg dose_prescribed_mg ordered_dose_mg
status: session_status dose_status dosing_status
hold_min: hold_time_min minutes_held
sedation_moaas: moaas moaa_s
heart_rate_pre_bpm: heart_rate_pre pre_heart_rate hr_pre pre_hr pulse_pre pre_pulse
spo2_min_pct: spo2_min min_spo2 lowest_spo2 spo2_lowest
"""
_PATIENT = """
birth_date: dob date_of_birth birthdate dateofbirth
birth_year: year_of_birth yob
sex: gender sex_at_birth
enrolled_on: enrolment_date enrollment_date date_enrolled
"""
_FORM = """
instrument: questionnaire scale measure instrument_name qscat
total: total_score score sum_score
"""
# Not taken, with the reason: what they say is in other columns.
LEFT_OUT = MappingProxyType(
    dict.fromkeys(
        (
            "redcap_event_name",
            "redcap_repeat_instrument",
            "redcap_repeat_instance",
            "redcap_survey_identifier",
        ),
        "names the visit in REDCap; the date says when it was",
    )
)


def _parse(table: str) -> dict[str, str]:
    """Our column by each name that means it."""
    lines = table.strip().replace("\n ", " ").splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return {alias: column for column, names in pairs for alias in (column, *names.split())}


def _vital_signs() -> dict[str, str]:
    """Blood pressure before the dose, and 40 and 120 minutes after it. One whose time nobody says is none of them."""
    words = {
        "sbp": ("sbp", "systolic", "bp_systolic", "systolic_bp"),
        "dbp": ("dbp", "diastolic", "bp_diastolic", "diastolic_bp"),
    }
    times = {
        "pre": ("pre", "before", "predose", "pre_dose"),
        "40": ("40", "40min", "40_min"),
        "120": ("120", "120min", "120_min"),
    }
    return {
        alias: f"{sign}_{time}_mmhg"
        for sign, names in words.items()
        for time, whens in times.items()
        for name in names
        for when in whens
        for alias in (f"{name}_{when}", f"{when}_{name}")
    }


def _canonical(kind: str) -> dict[str, str]:
    return {column.name: column.name for column in KINDS[kind].columns if column.name != "patient_id"}


SHARED = MappingProxyType(_parse(_SHARED))
SESSION = MappingProxyType({**_canonical("dosing_sessions"), **_vital_signs(), **_parse(_SESSION)})
PATIENT = MappingProxyType({**_canonical("patients"), **_parse(_PATIENT)})
FORM = MappingProxyType({**_canonical("assessments"), **_parse(_FORM)})
# What stands before and after `dose` in the name of the dose that was taken; its unit follows.
DOSES = frozenset(
    f"{before}{word}{after}"
    for before in ("", "ketamine_", "actual_", "administered_", "session_")
    for word in ("dose", "dosage")
    for after in ("", "_given", "_taken", "_administered")
)
UNITS = MappingProxyType(
    {"mg_kg": "mg/kg", "mg_per_kg": "mg/kg", "mgkg": "mg/kg", "mg": "mg", "g": "g", "mcg": "mcg", "ug": "mcg"}
)
WEIGHT_UNITS = MappingProxyType({"kg": "kg", "lb": "lb", "lbs": "lb", "pounds": "lb", "g": "g"})

# Short names of the items behind a form's prefix, and the words that only the question itself has.
_PHQ9_ITEMS = """
item_1: interest little_interest anhedonia pleasure | little interest or pleasure
item_2: mood feeling_down down depressed feeling_depressed hopeless | feeling down depressed
item_3: sleep trouble_sleeping sleeping trouble_sleep | falling or staying asleep
item_4: energy tired feeling_tired fatigue low_energy little_energy | having little energy
item_5: appetite poor_appetite eating | poor appetite or overeating
item_6: failure feeling_bad self_esteem feeling_bad_about_self guilt worthless | feeling bad about yourself
item_7: concentration concentrating trouble_concentrating | trouble concentrating on
item_8: psychomotor moving moving_slowly slow movement moving_or_speaking_slowly | moving or speaking so slowly
item_9: self_harm suicide suicidal suicidality better_off_dead death thoughts_of_death suicidal_thoughts suicidal_ideation si
 death_or_self_harm thoughts | better off dead
difficulty: difficulty difficult functioning impairment | how difficult have these problems
"""
_GAD7_ITEMS = """
item_1: nervous feeling_nervous anxious | feeling nervous anxious
item_2: control_worry stop_worrying control_of_worry cant_stop_worrying control_worrying | stop or control worrying
item_3: worry worrying worry_too_much worrying_too_much too_much_worry | worrying too much about
item_4: trouble_relaxing relaxing relax | trouble relaxing
item_5: restless restlessness | being so restless
item_6: irritable annoyed easily_annoyed irritability | easily annoyed or irritable
item_7: afraid feeling_afraid something_awful | afraid as if something
difficulty: difficulty difficult functioning impairment | how difficult have these problems
"""


def _parse_items(table: str) -> tuple[dict[str, str], dict[str, str]]:
    short: dict[str, str] = {}
    questions: dict[str, str] = {}
    for line in table.strip().replace("\n ", " ").splitlines():
        column, _, words = line.partition(": ")
        names, _, question = words.partition(" | ")
        short |= dict.fromkeys((column, *names.split()), column)
        if column != "difficulty":
            questions[question] = column
    return short, questions


_PHQ9, _GAD7 = _parse_items(_PHQ9_ITEMS), _parse_items(_GAD7_ITEMS)
ITEM_NAMES = MappingProxyType(
    {"PHQ-9": _PHQ9[0], "GAD-7": _GAD7[0], "PHQ-8": {k: v for k, v in _PHQ9[0].items() if v != "item_9"}}
)
# Words of a whole question, with spaces between them -> form and item.
QUESTIONS = MappingProxyType(
    {words: ("PHQ-9", item) for words, item in _PHQ9[1].items()}
    | {words: ("GAD-7", item) for words, item in _GAD7[1].items()}
)
