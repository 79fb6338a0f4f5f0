"""What the columns of derived files mean: items a row each, a row a day, status, scores of courses, decisions."""

from lib.clinical.instruments import ANSWERS, BY_CODE
from lib.clinical.outcomes.course_scores import SCORE_COLUMNS, TIME_POINTS
from lib.clinical.status import STATUS_COLUMNS
from lib.research.dictionary import YES_NO, Dictionary, risk_of
from lib.research.table import ColumnNote, Risk

_POINTS = tuple((str(points), said) for points, said in enumerate(ANSWERS))
_TYPES = {"_on": "date", "_at": "moment", "is_": "yes_no", "n_": "whole", "_total": "whole"}
_STATUS_TYPES = {"category": "text", "reason": "text", "reliable_change": "text", "percent_change": "number"}
_INSTRUMENTS = tuple((one.name, one.name) for one in BY_CODE)
_STATUS, _COMPUTED = "python -m lib status", "computed by the definitions of docs/glossary.md"


def _note(name: str, label: str, type_: str, **more: object) -> ColumnNote:
    said = {"risk": Risk.SENSITIVE if type_ in ("text", "choice") else risk_of(name, type_)}
    return ColumnNote(name, label, type_, **(said | more))  # type: ignore[arg-type]


PATIENT = _note("patient_id", "the clinic's own identifier", "text", risk=Risk.DIRECT)
CLINIC = _note("clinic_id", "the clinic", "text", risk=Risk.PLACE)
INSTRUMENT = _note("instrument", "the questionnaire", "choice", values=_INSTRUMENTS)
ITEMS = (
    PATIENT,
    CLINIC,
    INSTRUMENT,
    _note("answered_at", "when the form was filled in", "moment", source="assessments.csv: assessed_at"),
    _note("item", "number of the item in the form", "whole", derivation="its place in the form"),
    _note("item_name", "what the item asks about", "text", derivation="in the words of the dashboard"),
    _note(
        "points",
        "the answer; empty: not answered, which is never 0",
        "whole",
        unit="points",
        values=_POINTS,
        source="assessments.csv: item_1 … item_9",
    ),
)
DECISIONS = (
    PATIENT,
    CLINIC,
    _note("decided_on", "date of the signature", "date", source="signed on the patient's page"),
    _note("signer", "who signed", "text", risk=Risk.DIRECT),
    _note("options", "what was decided; several with ; between them", "text"),
    _note("reasons", "why; several with ; between them", "text"),
    _note("old_dose_mg", "the dose before", "number", unit="mg", risk=Risk.QUASI),
    _note("new_dose_mg", "the dose from then on", "number", unit="mg", risk=Risk.QUASI),
    _note("old_interval_days", "days between sessions before", "number", unit="days"),
    _note("new_interval_days", "days between sessions from then on", "number", unit="days"),
    _note("review_on", "when the effect is to be looked at", "date"),
    _note("state", "where its loop stands", "text", derivation=_COMPUTED),
    _note("outcome", "what became of it; empty while the loop is open", "text", derivation=_COMPUTED),
    _note("note", "what the signer wrote", "text", risk=Risk.FREE_TEXT),
    _note("policy_version", "version of the clinic's policy then", "whole", risk=Risk.NONE),
)


def wide_prefix(instrument: str) -> str:
    """phq9, gad7: what the columns of an instrument begin with where a row has both."""
    return instrument.lower().replace("-", "")


def _note_wide() -> tuple[ColumnNote, ...]:
    notes = [
        PATIENT,
        CLINIC,
        _note("assessed_on", "the day; of several forms of a day the one in force", "date"),
    ]
    for one in BY_CODE:
        stem = wide_prefix(one.name)
        for number, name in enumerate(one.item_names, 1):
            label = f"{one.name} item {number}: {name}"
            notes.append(_note(f"{stem}_item_{number}", label, "whole", unit="points", values=_POINTS))
        notes += [
            _note(
                f"{stem}_difficulty", f"{one.name}: difficulty, 0 to 3, in no total", "whole", unit="points"
            ),
            _note(f"{stem}_total", f"{one.name} total", "whole", unit="points", derivation=_COMPUTED),
            _note(f"{stem}_n_missing", f"{one.name} items not answered", "whole", unit="items"),
            _note(
                f"{stem}_is_prorated",
                f"{one.name} total stands for missing items too",
                "yes_no",
                values=YES_NO,
            ),
        ]
    return tuple(notes)


WIDE = _note_wide()


def note_status(dictionary: Dictionary) -> tuple[ColumnNote, ...]:
    """STATUS_COLUMNS, of every course, with clinic_id."""
    own = [name for name in STATUS_COLUMNS if name != "patient_id"]
    return (
        PATIENT,
        CLINIC,
        *(_note_of_status(name, dictionary[_STATUS][name].meaning) for name in own),
    )


def _note_of_status(name: str, meaning: str) -> ColumnNote:
    type_ = _STATUS_TYPES.get(name) or type_of(name)
    values = _INSTRUMENTS if name == "instrument" else YES_NO if type_ == "yes_no" else ()
    return _note(name, meaning, type_, values=values, derivation=_COMPUTED, source="lib/clinical/status.py")


def type_of(name: str) -> str:
    """By the grammar of names: _on a date, is_ yes or no, a count or a total a whole number."""
    if name == "instrument":
        return "choice"
    return next((type_ for mark, type_ in _TYPES.items() if mark in name), "whole")


_PLAIN_SCORES = tuple(name for name in SCORE_COLUMNS if name != "unsure")
_DATES = {
    "baseline_on": "date of the baseline",
    "latest_on": "date of the last follow-up",
    "response_on": "first response that a form at least a week later confirmed",
    "remission_on": "first remission",
    "relapse_on": "first day of a relapse after that response, or at all where there is none",
}
COURSE_SCORES = (
    PATIENT,
    CLINIC,
    _note("course", "number of the course within the patient, 1 the first", "whole"),
    INSTRUMENT,
    _note("first_dose_on", "the course's day 0", "date"),
    _note("n_sessions", "counting dosing sessions of the course", "whole"),
    _note("is_daily", "begins as a daily low-dose course, which weeks judge", "yes_no", values=YES_NO),
    _note(
        "provisional",
        "totals that are a provisional improvement, which is counted by nobody",
        "whole",
        derivation=f"sum of 2 to the power of the place, from 0, in: {', '.join(TIME_POINTS)}",
    ),
    *(
        _note(
            name,
            _DATES.get(name) or f"total: {name.removesuffix('_total').replace('_', ' ')}",
            type_of(name),
            derivation=_COMPUTED,
            source="lib/clinical/outcomes/course_scores.py",
        )
        for name in _PLAIN_SCORES
    ),
)
