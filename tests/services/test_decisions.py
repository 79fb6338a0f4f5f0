"""Dose reviews and decisions through the services: who may sign for whom, once, and what is never changed."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, to_csv

from lib.clinical.decision_answers import CHECKS, Effect
from lib.clinical.decision_words import say_outcome
from lib.services import _clock, decisions, dose_reviews, imports, patients, review, review_card, stores
from lib.services.access import Actor, Permission, local_actor
from lib.services.decisions import Answers, DrawnForm, Signature
from lib.services.errors import NotFoundError, StoreError
from lib.store import derived
from lib.store.engine import Store

N_RACES = 200 if os.environ.get("PROVE") == "1" else 4
SIGNED_AT = datetime(2026, 3, 20, 12, tzinfo=UTC)
TODAY = _clock.day_number(SIGNED_AT.date())
REVIEW_BY = TODAY + 14
NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))
CHECKED = dict.fromkeys(CHECKS, "yes")
UP = Answers(
    options=("step_up",),
    reasons=("efficacy",),
    old_dose_mg=100,
    new_dose_mg=150,
    checks=CHECKED,
    effect=Effect("PHQ-9", "fall", 5),
    review_by=REVIEW_BY,
)
STOP = Answers(options=("stop",), reasons=("safety",), review_by=REVIEW_BY)
HOLD = Answers(options=("hold",), reasons=("safety",), review_by=REVIEW_BY)
ANN = Signature("AB", "1980")


def items(total: int) -> dict[str, str]:
    answers = [min(3, max(0, total - 3 * n)) for n in range(8)]
    return {f"item_{n}": str(answer) for n, answer in enumerate([*answers, 0], start=1)}


def form(day: str, total: int, patient: str = "ann") -> dict[str, str]:
    return {"patient_id": patient, "instrument": "PHQ-9", "assessed_at": day, **items(total)}


def dose(day: str, mg: int, patient: str = "ann") -> dict[str, str]:
    return {"patient_id": patient, "started_at": day, "dose_mg": str(mg), "status": "taken"}


class Clinic:
    def __init__(self, store: Store, move: Callable[[datetime], None]):
        self.store, self.move = store, move

    def take(self, kind: str, *rows: dict[str, str]) -> None:
        imports.import_files(ACTOR, self.store, [(f"{kind}.csv", to_csv(rows))], are_made_up=True)

    def key(self, patient: str = "ann") -> int:
        """In the order of the first file."""
        return 1 + ("ann", "bob", "nobody-knows").index(patient)

    def drawn(self, patient: str = "ann", token: str = "a form"):
        key = self.key(patient)
        page = patients.read_patient(ACTOR, self.store, key)
        return decisions.read_decisions(ACTOR, self.store, key).draw(page, token)

    def sign(self, answers: Answers = UP, who: Signature = ANN, *, drawn=None, actor=ACTOR):
        drawn = drawn or self.drawn()
        return decisions.sign_decision(actor, self.store, drawn.form.patient_key, answers, who, drawn=drawn)

    def read(self, patient: str = "ann") -> decisions.PatientDecisions:
        return decisions.read_decisions(ACTOR, self.store, self.key(patient))

    def rows(self) -> list[tuple]:
        """The table as it lies in the store."""
        with self.store.read() as connection:
            return connection.exec_driver_sql("SELECT * FROM decision ORDER BY id").fetchall()


def begin(url: str) -> Store:
    """ann has four doses and three scores; nothing was done for bob; of nobody-knows no initials are recorded."""
    store = stores.create_store(ACTOR, url, are_clinics_open=True, is_practice=True)
    clinic = Clinic(store, lambda _: None)
    people = [{"patient_id": name, "initials": "AB", "birth_year": "1980"} for name in ("ann", "bob")]
    clinic.take("patients", *people, {"patient_id": "nobody-knows"})
    clinic.take("dosing_sessions", *(dose(f"2026-02-{day:02}", 100) for day in (2, 9, 16, 23)))
    clinic.take("assessments", form("2026-02-01", 20), form("2026-03-02", 18), form("2026-03-15", 18))
    return store


@pytest.fixture
def clinic(tmp_path, monkeypatch) -> Clinic:
    def move(moment: datetime) -> None:
        monkeypatch.setattr(_clock, "now", lambda: moment)

    move(SIGNED_AT)
    return Clinic(copy_of("decisions", tmp_path / "clinic.sqlite", begin), move)


def test_a_signed_decision_is_read_back(clinic):
    signed = clinic.sign()
    assert (signed.signer, signed.signed_at) == (ACTOR.name, int(SIGNED_AT.timestamp()))
    (row,) = clinic.read().signed.to_dict("records")
    assert row["id"] == signed.decision_key and row["state"] == "decided" and row["outcome"] == ""
    assert (row["old_dose_mg"], row["new_dose_mg"], row["is_verified"]) == (100, 150, 0)
    assert row["effect"]["from_total"] == 18 and row["effect"]["follow_up_days"] == 21
    page = patients.read_patient(ACTOR, clinic.store, clinic.key())
    kept = json.loads(row["flags"])
    assert {flag["rule"] for flag in kept} == set(page.flags["rule"]) and all(
        flag["threshold"] for flag in kept
    )
    assert row["covers_import_key"] == 3 and row["policy_version"] == page.policy.version


def test_a_large_step_is_signed_when_the_new_dose_is_typed_again_and_the_question_is_kept(clinic):
    slip = replace(UP, new_dose_mg=1500)
    for again in (None, 150):
        with pytest.raises(StoreError, match=r"1400 mg above the 100 mg taken on 23 Feb 2026.*once more"):
            clinic.sign(replace(slip, new_dose_again_mg=again))
    assert clinic.rows() == []
    meant = replace(UP, old_dose_mg=90, new_dose_mg=160, new_dose_again_mg=160)
    clinic.sign(meant)
    (row,) = clinic.read().signed.to_dict("records")
    kept = json.loads(row["checklist"])["asked"]
    assert [said.split(":")[0] for said in kept] == ["Old dose 90 mg", "New dose 160 mg"]


def test_a_dose_above_the_recorded_ceiling_is_asked_about(clinic):
    clinic.take(
        "patients",
        {"patient_id": "ann", "initials": "AB", "birth_year": "1980", "dose_ceiling_mg": "140"},
    )
    with pytest.raises(StoreError, match="recorded ceiling of 140 mg"):
        clinic.sign()
    clinic.sign(replace(UP, new_dose_again_mg=150))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"options": ()}, "at least one of the options"),
        ({"options": ("raise",)}, "at least one of the options"),
        ({"options": ("step_up", "step_down")}, "Step up and Step down cannot both"),
        ({"options": ("continue", "step_up")}, "Continue and Step up cannot both"),
        ({"options": ("hold", "step_up")}, "Hold and Step up cannot both"),
        ({"reasons": ()}, "at least one reason"),
        ({"reasons": ("other",)}, "write one"),
        ({"new_dose_mg": None}, "type the old and the new dose"),
        ({"old_dose_mg": None}, "type the old and the new dose"),
        ({"new_dose_mg": 100}, "above the old one"),
        ({"new_dose_mg": 90}, "above the old one"),
        ({"options": ("step_down",)}, "below the old one"),
        ({"options": ("step_down",), "new_dose_mg": 0}, "below the old one"),
        ({"options": ("technique",)}, "belongs to Step up or Step down"),
        ({"options": ("interval", "step_up")}, "type the new interval"),
        ({"new_interval_days": 14}, "belongs to Interval"),
        ({"checks": {}}, "Answer the checklist"),
        ({"checks": CHECKED | {"bladder": "perhaps"}}, "checklist"),
        ({"absent": ("hypertension",), "present": ("hypertension",)}, "Absent and present at once"),
        ({"effect": None}, "what is expected"),
        ({"effect": Effect("PHQ-9", "fall", 0)}, "run from 1 to 27"),
        ({"effect": Effect("PHQ-9", "", 5)}, "what is expected"),
        ({"effect": Effect("PHQ-9", "fall", 19)}, "cannot fall by 19"),
        ({"effect": Effect("GAD-7", "fall", 5)}, "No GAD-7 total is recorded"),
        ({"review_by": None}, "by which day"),
        ({"review_by": TODAY}, "after today"),
        ({"review_by": TODAY + 184}, "at most 183 days"),
        ({"options": ("hold",), "new_dose_mg": None}, "not judged by a score"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_signed(clinic, change, words):
    with pytest.raises(StoreError, match=words):
        clinic.sign(replace(UP, **change))
    assert clinic.rows() == []


def test_the_last_allowed_day_and_the_largest_fall_are_signed(clinic):
    clinic.sign(replace(UP, review_by=TODAY + 183, effect=Effect("PHQ-9", "fall", 18)))
    assert len(clinic.rows()) == 1


@pytest.mark.parametrize(
    "who",
    [
        Signature(),
        Signature("AB", ""),
        Signature("", "1980"),
        Signature("AC", "1980"),
        Signature("AB", "1981"),
    ],
    ids=["nothing", "no year", "no initials", "other initials", "another year"],
)
def test_a_wrong_patient_is_not_signed_for(clinic, who):
    with pytest.raises(StoreError, match=r"not this patient's\. Nothing was signed"):
        clinic.sign(who=who)
    assert clinic.rows() == []


@pytest.mark.parametrize("who", [Signature("a.b.", " 1980 "), Signature("ab", "1980")])
def test_initials_are_read_as_they_are_written(clinic, who):
    clinic.sign(who=who)
    assert len(clinic.rows()) == 1


def test_where_initials_are_not_recorded_the_patient_id_is_asked_for(clinic):
    drawn = clinic.drawn("nobody-knows")
    assert clinic.read("nobody-knows").asks_for_patient_id and not clinic.read().asks_for_patient_id
    for who in (ANN, Signature(patient_id="ann")):
        with pytest.raises(StoreError, match="The patient id is not this patient's"):
            clinic.sign(HOLD, who, drawn=drawn)
    clinic.sign(HOLD, Signature(patient_id="nobody-knows"), drawn=drawn)
    assert len(clinic.rows()) == 1


def test_a_date_of_birth_says_the_year(clinic):
    clinic.take("patients", {"patient_id": "nobody-knows", "initials": "CD", "birth_date": "1979-12-31"})
    drawn = clinic.drawn("nobody-knows")
    assert drawn.form.identity == "nobody-knows · CD · born 1979"
    page = patients.read_patient(ACTOR, clinic.store, clinic.key("nobody-knows"))
    assert page.headline.identity == "nobody-knows · CD · born 1979 · indication not recorded"
    assert not clinic.read("nobody-knows").asks_for_patient_id
    with pytest.raises(StoreError, match="Initials and year of birth are not this patient's"):
        clinic.sign(HOLD, Signature("CD", "1980"), drawn=drawn)
    clinic.sign(HOLD, Signature("CD", "1979"), drawn=drawn)
    assert len(clinic.rows()) == 1


def test_a_clinics_own_store_takes_signatures_of_people_who_signed_in(clinic):
    with clinic.store.write() as connection:
        derived.write_about(connection, is_synthetic="no")
    assert not clinic.read().may_sign
    with pytest.raises(StoreError, match="needs sign-in"):
        clinic.sign()
    assert clinic.rows() == []
    signed_in = Actor(ACTOR.name, ACTOR.permissions, session="a-sign-in")
    assert decisions.read_decisions(signed_in, clinic.store, clinic.key("ann")).may_sign
    decisions.sign_decision(signed_in, clinic.store, clinic.key("ann"), UP, ANN, drawn=clinic.drawn("ann"))
    assert [row.is_verified for row in clinic.rows()] == [1]


def test_a_form_of_one_patient_is_not_signed_for_another(clinic):
    drawn = clinic.drawn("ann")
    with pytest.raises(StoreError, match="was drawn for ann"):
        decisions.sign_decision(ACTOR, clinic.store, clinic.key("bob"), UP, ANN, drawn=drawn)
    assert clinic.rows() == []


def test_ten_presses_are_one_decision(clinic):
    drawn = clinic.drawn()
    keys = {clinic.sign(drawn=drawn).decision_key for _ in range(10)}
    assert len(keys) == len(clinic.rows()) == 1


def test_ten_presses_at_once_are_one_decision(clinic):
    drawn, found = clinic.drawn(), []
    race(10, lambda _: found.append(clinic.sign(drawn=drawn).decision_key))
    assert len(found) == 10 and len(set(found)) == len(clinic.rows()) == 1


def race(n: int, act: Callable[[int], None]) -> None:
    start = Barrier(n)

    def run(number: int) -> None:
        start.wait()
        act(number)

    threads = [Thread(target=run, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("each_database")
def test_of_two_who_sign_at_once_one_is_told_who_was_first_and_when(clinic):
    for number in range(1, N_RACES + 1):
        drawn = {name: clinic.drawn(token=f"{number}, form of {name}") for name in ("Dr A", "Dr B")}
        told: dict[str, str] = {}

        def act(place: int, drawn=drawn, told=told) -> None:
            name = tuple(drawn)[place]
            try:
                clinic.sign(drawn=drawn[name], actor=local_actor(name))
            except StoreError as error:
                told[name] = str(error)

        race(2, act)
        signed = clinic.read().signed
        assert len(signed) == number and len(told) == 1
        signer = signed.loc[signed["id"].idxmax(), "signer"]
        assert {signer, *told} == {"Dr A", "Dr B"}
        (words,) = told.values()
        assert words.startswith(f"{signer} signed a decision for this patient at 20 Mar 2026, 12:00:00 UTC")


def test_flags_that_the_form_did_not_show_are_not_decided_over(clinic):
    drawn = clinic.drawn()
    clinic.take("assessments", {**form("2026-03-19", 18), "item_9": "2"})
    with pytest.raises(StoreError, match="flags of this patient have changed"):
        clinic.sign(drawn=drawn)
    assert clinic.rows() == []


def test_a_signed_row_is_never_changed(clinic):
    signed = clinic.sign()
    before = clinic.rows()
    key, drawn = clinic.key(), DrawnForm(clinic.key(), clinic.read().identity)
    decisions.add_addendum(ACTOR, clinic.store, signed.decision_key, "spoke to the pharmacy", drawn=drawn)
    dose_reviews.start_review(ACTOR, clinic.store, key, drawn)
    dose_reviews.leave_review(ACTOR, clinic.store, key, drawn)
    clinic.take("dosing_sessions", dose("2026-03-20", 150))
    clinic.sign(replace(HOLD, note="bladder pain"), drawn=clinic.drawn(token="another"))
    clinic.move(SIGNED_AT + timedelta(days=60))
    assert clinic.read().signed["outcome"].tolist() == ["no score", "superseded"]
    assert clinic.rows()[:1] == before
    (addendum,) = clinic.read().addenda.to_dict("records")
    assert (addendum["text"], addendum["actor"]) == ("spoke to the pharmacy", ACTOR.name)


def test_an_empty_addendum_and_one_to_another_patients_decision_are_refused(clinic):
    signed = clinic.sign()
    own, other = (DrawnForm(clinic.key(name), clinic.read(name).identity) for name in ("ann", "bob"))
    with pytest.raises(StoreError, match="Write what is to be added"):
        decisions.add_addendum(ACTOR, clinic.store, signed.decision_key, "  ", drawn=own)
    with pytest.raises(NotFoundError, match="This decision was not found"):
        decisions.add_addendum(ACTOR, clinic.store, signed.decision_key, "x", drawn=other)


def test_another_clinics_patient_is_told_of_in_the_words_of_nobody(clinic):
    clinic.take("patients", {"patient_id": "n", "clinic_id": "north"})
    signed, key, drawn = clinic.sign(), clinic.key(), clinic.drawn()
    acts = (
        lambda who: decisions.read_decisions(NORTH, clinic.store, who),
        lambda who: review_card.read_review_card(NORTH, clinic.store, who),
        lambda who: dose_reviews.start_review(NORTH, clinic.store, who, drawn.form),
        lambda who: dose_reviews.leave_review(NORTH, clinic.store, who, drawn.form),
        lambda who: decisions.sign_decision(NORTH, clinic.store, who, UP, ANN, drawn=drawn),
        lambda who: decisions.add_addendum(
            NORTH, clinic.store, signed.decision_key, "x", drawn=DrawnForm(who, drawn.form.identity)
        ),
    )
    for act in acts:
        said = []
        for who in (key, 999_999):
            with pytest.raises(NotFoundError) as error:
                act(who)
            said.append(str(error.value))
        assert said[0] == said[1]
    assert len(clinic.read().signed) == 1


def test_one_person_reviews_at_a_time(clinic):
    key, drawn, other = clinic.key(), clinic.drawn().form, local_actor("Dr B")
    assert clinic.read().state.state == "new"
    dose_reviews.start_review(ACTOR, clinic.store, key, drawn)
    dose_reviews.start_review(ACTOR, clinic.store, key, drawn)
    with pytest.raises(
        StoreError, match=f"{ACTOR.name} has been reviewing this patient since 20 Mar 2026, 12:00:00 UTC"
    ):
        dose_reviews.start_review(other, clinic.store, key, drawn)
    assert (clinic.read().state.state, clinic.read().state.reviewer) == ("in review", ACTOR.name)
    dose_reviews.start_review(other, clinic.store, key, drawn, takes_over=True)
    dose_reviews.leave_review(ACTOR, clinic.store, key, drawn)
    assert clinic.read().state.reviewer == "Dr B"
    dose_reviews.leave_review(other, clinic.store, key, drawn)
    assert clinic.read().state.state == "new"


def queue_of(clinic: Clinic, patient: str = "ann") -> dict:
    rows = review.read_queue(ACTOR, clinic.store).rows.set_index("patient_id")
    key = int(rows.loc[patient, "patient_key"])
    return {**rows.loc[patient].to_dict(), "review": review.read_reviews(ACTOR, clinic.store, [key])[key]}


def test_the_queue_says_where_the_review_stands(clinic):
    assert queue_of(clinic)["review"] == "New"
    dose_reviews.start_review(ACTOR, clinic.store, clinic.key(), clinic.drawn().form)
    assert queue_of(clinic)["review"] == f"In review by {ACTOR.name} since 20 Mar 2026"
    clinic.sign()
    assert queue_of(clinic)["review"] == "Decided; follow-up from 3 Apr 2026 on"
    clinic.take("assessments", {**form("2026-03-20", 18), "item_9": "1"})
    assert queue_of(clinic)["review"] == "New"


def test_a_follow_up_that_is_due_waits_in_the_queue_also_without_a_flag(clinic):
    bob = clinic.drawn("bob")
    assert "bob" not in set(review.read_queue(ACTOR, clinic.store).rows["patient_id"])
    clinic.sign(HOLD, drawn=bob)
    clinic.move(SIGNED_AT + timedelta(days=17))
    row = queue_of(clinic, "bob")
    assert (row["reasons"], row["cards"], row["days_waiting"]) == (["Follow-up due"], ["Dose review"], 3)
    assert row["review"] == "Follow-up due since 3 Apr 2026"


def test_a_dose_taken_during_a_hold_is_told_at_once(clinic):
    clinic.sign(HOLD, drawn=clinic.drawn("bob"))
    clinic.move(SIGNED_AT + timedelta(days=3))
    clinic.take("dosing_sessions", dose("2026-03-22", 100, "bob"))
    assert "Dose taken during a hold" in queue_of(clinic, "bob")["reasons"]
    assert clinic.read("bob").signed["outcome"].tolist() == ["target not met"]


# Signed at 12:00 UTC, which is 8:00 in New York.
@pytest.mark.parametrize(
    ("zone", "taken", "outcome"),
    [
        ("UTC", "2026-03-20T20:00", "target not met"),
        ("UTC", "2026-03-20T11:00", "target met"),
        ("America/New_York", "2026-03-20T08:01", "target not met"),
        ("America/New_York", "2026-03-20T07:59", "target met"),
        ("UTC", "2026-03-20", ""),
    ],
)
@pytest.mark.parametrize("answers", [STOP, HOLD], ids=["stop", "hold"])
def test_a_dose_on_the_day_of_signing_is_told_by_the_clinics_clock(clinic, answers, zone, taken, outcome):
    with clinic.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE clinic SET time_zone = '{zone}'")
    clinic.sign(answers, drawn=clinic.drawn("bob"))
    clinic.move(SIGNED_AT + timedelta(days=16))
    clinic.take("dosing_sessions", dose(taken, 100, "bob"))
    clinic.take("assessments", form("2026-04-04", 3, "bob"))
    (row,) = clinic.read("bob").signed.to_dict("records")
    assert row["outcome"] == outcome
    said = say_outcome(row, row["effect"])
    assert ("A dose was taken on 20 Mar 2026" in said) == (outcome == "target not met")
    assert ("the time is not recorded" in said) == (outcome == "")


def test_a_dose_taken_after_a_stop_is_told_also_after_its_review(clinic):
    clinic.sign(STOP, drawn=clinic.drawn("bob"))
    clinic.move(SIGNED_AT + timedelta(days=16))
    clinic.take("assessments", form("2026-04-04", 3, "bob"))
    assert clinic.read("bob").signed["outcome"].tolist() == ["target met"]
    clinic.take("dosing_sessions", dose("2026-04-05", 100, "bob"))
    assert "Dose taken after a stop" in queue_of(clinic, "bob")["reasons"]
    assert clinic.read("bob").signed["outcome"].tolist() == ["target not met"]


@pytest.mark.parametrize(("total", "outcome"), [(13, "target met"), (14, "target not met")])
def test_the_loop_closes_with_the_follow_up_score(clinic, total, outcome):
    clinic.sign()
    clinic.move(SIGNED_AT + timedelta(days=16))
    clinic.take("dosing_sessions", dose("2026-03-23", 150))
    clinic.take("assessments", form("2026-04-05", total))
    (row,) = clinic.read().signed.to_dict("records")
    assert (row["state"], row["outcome"], row["total"]) == ("closed", outcome, total)


def test_a_corrected_score_corrects_the_outcome(clinic):
    clinic.sign()
    clinic.move(SIGNED_AT + timedelta(days=16))
    clinic.take("dosing_sessions", dose("2026-03-23", 150))
    clinic.take("assessments", form("2026-04-05", 13))
    clinic.take("assessments", form("2026-04-05", 17))
    assert clinic.read().signed["outcome"].tolist() == ["target not met"]


def test_the_card_says_twelve_points_and_what_is_missing(clinic):
    card = review_card.read_review_card(ACTOR, clinic.store, clinic.key("nobody-knows"))
    assert [point.number for point in card.points] == list(range(1, 13))
    assert all(point.lines and all(point.lines) for point in card.points)
    said = "\n".join(line for point in card.points for line in point.lines)
    for what in (
        "Bladder question",
        "Pregnancy",
        "Alcohol",
        "In-person evaluation",
        "Antidepressant trials before",
    ):
        assert f"{what}: not recorded" in said
    assert not any(one.answer for one in card.asked)


def test_the_card_says_when_a_contraindication_was_asked_about(clinic):
    clinic.sign(replace(UP, absent=("hypertension", "sleep_apnoea"), present=("hyperthyroidism",)))
    clinic.move(SIGNED_AT + timedelta(days=5))
    clinic.sign(replace(HOLD, present=("hypertension",), review_by=TODAY + 20), drawn=clinic.drawn(token="b"))
    card = review_card.read_review_card(ACTOR, clinic.store, clinic.key())
    asked = {one.code: f"{one.answer} {one.asked_on}" for one in card.asked if one.answer}
    assert asked == {
        "hypertension": "present 2026-03-25",
        "hyperthyroidism": "present 2026-03-20",
        "sleep_apnoea": "absent 2026-03-20",
    }
    assert patients.read_patient(ACTOR, clinic.store, clinic.key()).headline.contraindications == (
        "contraindications: 3 of 20 asked about, last on 25 Mar 2026; present: hypertension, uncontrolled; hyperthyroidism"
    )
