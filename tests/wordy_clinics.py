"""A clinic with a text of one's choice in every place where text comes from outside: records, files, names, reasons and notes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from clinic_files import ACTOR, to_csv
from ui_stores import day

from lib.clinical.frames import KINDS
from lib.research.criteria import Criteria
from lib.services import (
    absences,
    accounts,
    conference,
    decisions,
    duplicates,
    flag_life,
    imports,
    patients,
    quarantine,
    retention,
    review,
    saved_cohorts,
    stores,
)
from lib.services._drawn import DrawnForm
from lib.services._flag_acts import FlagSeen
from lib.services._signing import Signature
from lib.services.access import Actor, Role
from lib.services.decisions import Answers
from lib.services.errors import Store

# A context -> the text that stands there.
Say = Callable[[str], str]
# Texts that are read and not only kept: with others a row would not be taken.
_READ = {
    *(
        "assessments.instrument",
        "flag_closings.rule",
        "flag_closings.instrument",
        "flag_closings.reason_code",
    ),
    *("patients.sex", "dosing_sessions.drug", "dosing_sessions.route", "observations.kind"),
}
_TODAY = datetime.now(UTC).date()
_FORM = {"instrument": "PHQ-9", **{f"item_{n}": "2" for n in range(1, 9)}}
_VALUES = {
    "patients": {"sex": "female", "birth_year": "1980", "research_consent": "yes", "ended_on": ""},
    "courses": {"started_on": day(45), "regimen": "induction_weekly"},
    "dosing_sessions": {"started_at": f"{day(5)}T17:00", "dose_mg": "100", "status": "taken"},
    "adverse_events": {"started_at": f"{day(5)}T18:00", "severity": "mild"},
    "integration_events": {"at": f"{day(4)}T18:00", "minutes": "20"},
    "dose_orders": {"ordered_at": f"{day(6)}T09:00", "dose_mg": "100"},
    "observations": {"observed_at": f"{day(6)}T09:00", "kind": "urine drug screen"},
    "medications": {"started_on": day(60)},
    "diagnoses": {"onset_on": day(600)},
    "dispensing": {"dispensed_on": day(7), "tablets": "8"},
    "risk_assessments": {"assessed_at": f"{day(3)}T09:00"},
    "contacts": {"at": f"{day(2)}T09:00"},
    "events": {"on": day(8)},
}


def fill(store: Store, clinic_id: str, say: Say) -> int:
    """Two patients of one clinic with every kind of record, and what people then wrote; the first one's key. say: a context
    like `contacts.outcome` -> the text that stands there. The second one has the first one's id with -2 after it."""
    instruments = ["PHQ-9", "GAD-7"]
    name = say("clinic name")
    stores.init_clinic(ACTOR, store, clinic_id, name=name, time_zone="UTC", instruments=instruments)
    who = {"patient_id": say("patient id"), "clinic_id": clinic_id}
    for kind, values in _VALUES.items():
        texts = {
            column.name: say(f"{kind}.{column.name}")
            for column in KINDS[kind].columns
            if column.type == "text" and f"{kind}.{column.name}" not in _READ and column.name not in who
        }
        _take(store, kind, [{**texts, **values, **who}])
    second = {**who, "patient_id": f"{who['patient_id']}-2"}
    twin = {"sex": "female", "birth_year": "1980", "initials": say("patients.initials")}
    _take(store, "patients", [{**second, **twin}])
    _take(store, "dosing_sessions", [{**who, **_VALUES["dosing_sessions"], "started_at": f"{day(30)}T17:00"}])
    forms = [(who, 40, "0"), (who, 1, "2"), (second, 1, say("held cell"))]
    rows = [
        {**of, **_FORM, "assessed_at": f"{day(ago)}T09:00", "item_9": item_9} for of, ago, item_9 in forms
    ]
    imports.import_files(ACTOR, store, [(f"{say('file name')}.csv", to_csv(rows))], are_made_up=True)
    people = review.read_caseload(ACTOR, store).set_index("patient_id")["patient_key"]
    key = int(people[who["patient_id"]])
    _write(store, clinic_id, key, int(people[second["patient_id"]]), say)
    return key


def _take(store: Store, kind: str, rows: list[dict[str, str]]) -> None:
    (receipt,) = imports.import_files(ACTOR, store, [(f"{kind}.csv", to_csv(rows))], are_made_up=True)
    assert receipt.outcome == "accepted", (kind, receipt)


def _write(store: Store, clinic_id: str, key: int, second: int, say: Say) -> None:
    """What somebody of the clinic writes on the screens about the two."""
    who = Actor(ACTOR.name, ACTOR.permissions, frozenset({clinic_id}))
    page = patients.read_patient(who, store, key)
    drawn = decisions.read_decisions(who, store, key).draw(page, f"form of {clinic_id}")
    conference.note_discussed(who, store, key, say("conference note"), drawn.form)
    for flag in page.flags.to_dict("records"):
        seen = FlagSeen(key, flag["rule"], int(flag["instrument_code"]), flag["evidence"])
        flag_life.hand_over(who, store, seen, say("handed to"), say("handover note"))
        flag_life.note_contact(who, store, seen, "no_answer", say("contact note"))
    until = (_TODAY + timedelta(days=14)).toordinal() - datetime(1970, 1, 1).toordinal()
    answers = Answers(options=("hold",), reasons=("safety",), review_by=until, note=say("decision note"))
    signed = decisions.sign_decision(
        who, store, key, answers, Signature(say("patients.initials"), "1980"), drawn=drawn
    )
    form = DrawnForm(key, drawn.form.identity)
    decisions.add_addendum(who, store, signed.decision_key, say("addendum"), drawn=form)
    absences.set_absence(who, store, absences.Absence(say("absent"), say("stands in"), _TODAY, _TODAY))
    duplicates.say_two_people(who, store, (key, second), say("two people"))
    retention.hold(who, store, second, say("legal hold"))
    saved_cohorts.save_cohort(
        who, store, Criteria(clinics=(clinic_id,)), say("cohort name"), say("cohort note")
    )
    held = imports.read_held_rows(who, store)
    row = int(held["id"].iloc[-1])
    quarantine.hand_over(who, store, [row], say("row handed to"))
    accounts.add_account(
        who,
        store,
        f"{say('e-mail').replace(' ', '')}@clinic.example",
        say("account name"),
        accounts.Wanted((Role.PHYSICIAN,), (clinic_id,)),
    )
