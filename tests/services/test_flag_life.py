"""What people do about flags, what the queue makes of it, and the log from which the open flags can be told again."""

import os
import random
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, close_item_9, to_csv

from lib import settings
from lib.clinical.rules.catalogue import CRITICAL
from lib.clinical.segments import NONE
from lib.services import (
    _clock,
    absences,
    caseload,
    closing,
    flag_life,
    imports,
    one_page,
    patients,
    policies,
    records,
    review,
    stores,
)
from lib.services._closing_event import closing_event
from lib.services._refresh import refresh
from lib.services._review_scores import say_scores
from lib.services.absences import Absence
from lib.services.access import Actor, NotPermittedError, Permission, local_actor
from lib.services.closing import Closing
from lib.services.errors import NotFoundError, Store, StoreError
from lib.services.flag_life import FlagSeen
from lib.store import derived
from lib.store import flag_life as stored
from lib.store.records import read_record_table

START = datetime(2026, 3, 20, 12, tzinfo=UTC)
OTHER = local_actor("Dr B")
WORSE = "reliable_deterioration"
# A form that is better than the one that made her worse waits for a second one.
ONE_LOOK = "Worse than baseline (PHQ-9), no longer met"
KEPT = ["patient_key", "rule", "instrument", "severity", "since", "evidence"]


def form(day: str, level: int, item_9: str = "0", patient: str = "ann") -> dict[str, str]:
    """Eight items at one level."""
    items = {f"item_{n}": str(level) for n in range(1, 9)}
    return {"patient_id": patient, "instrument": "PHQ-9", "assessed_at": day, **items, "item_9": item_9}


def session(day: str, **readings: str) -> dict[str, str]:
    return {"patient_id": "ann", "started_at": f"{day}T12:00", "dose_mg": "100", **readings}


def begin(url: str) -> Store:
    """A store with what every case begins with; the clock stands at START."""
    store = stores.create_store(ACTOR, url, are_clinics_open=True)
    files = {
        "patients": [{"patient_id": "ann"}],
        "dosing_sessions": [session("2026-03-02")],
        "assessments": [form("2026-03-01", 1), form("2026-03-16", 2)],
    }
    imports.import_files(ACTOR, store, [(f"{kind}.csv", to_csv(rows)) for kind, rows in files.items()])
    return store


class Clinic:
    """ann is worse than her baseline: PHQ-9 8 → 16, a flag of severity watch."""

    def __init__(self, folder, monkeypatch, name="clinic"):
        self.now = START
        monkeypatch.setattr(_clock, "now", lambda: self.now)
        self.store = copy_of("flag life", folder / f"{name}.sqlite", begin)

    def take(self, kind: str, rows: list[dict[str, str]]) -> int:
        (receipt,) = imports.import_files(ACTOR, self.store, [(f"{kind}.csv", to_csv(rows))])
        assert receipt.is_complete and receipt.import_key, receipt.problems
        return receipt.import_key

    def pass_time(self, **time: float) -> None:
        self.now += timedelta(**time)
        caseload.refresh_if_a_day_has_passed(ACTOR, self.store)

    def page(self) -> patients.PatientPage:
        return patients.read_patient(ACTOR, self.store, 1)

    def flag(self, rule: str = WORSE) -> dict:
        flags = self.page().flags
        return flags[flags["rule"] == rule].iloc[0].to_dict()

    def seen(self, rule: str = WORSE) -> FlagSeen:
        flag = self.flag(rule)
        return FlagSeen(1, rule, int(flag["instrument_code"]), flag["evidence"])

    def queue(self) -> review.Queue:
        return review.read_queue(ACTOR, self.store)

    def reasons(self) -> list[list[str]]:
        return self.queue().rows["reasons"].tolist()

    def log(self):
        with self.store.read() as connection:
            return stored.read_flag_log(connection, None).drop(columns="id")

    def open_flags(self) -> list[tuple]:
        with self.store.read() as connection:
            rows = stored.read_open_rows(connection, None)
        return sorted(rows[KEPT].itertuples(index=False, name=None))

    def replayed(self) -> list[tuple]:
        """The open flags as the log alone tells them."""
        told: dict[tuple, tuple] = {}
        for row in self.log().to_dict("records"):
            key = (row["patient_key"], row["rule"], row["instrument"])
            told.pop(key, None)
            if row["change"] != "ended":
                told[key] = (*key, row["severity"], row["since"], row["evidence"])
        return sorted(told.values())


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    return Clinic(tmp_path, monkeypatch)


def snooze(clinic: Clinic, days: int, reason_code: str = "next_score", seen: FlagSeen | None = None) -> None:
    until = clinic.now.date() + timedelta(days=days)
    flag_life.snooze(ACTOR, clinic.store, seen or clinic.seen(), reason_code=reason_code, until=until)


def test_a_new_flag_is_seen_taken_handed_over_and_the_story_is_told(clinic):
    assert (clinic.flag()["state"], clinic.flag()["owner"]) == ("new", "")
    flag_life.mark_seen(ACTOR, clinic.store, clinic.seen())
    flag_life.hand_over(ACTOR, clinic.store, clinic.seen(), ACTOR.name)
    flag_life.hand_over(ACTOR, clinic.store, clinic.seen(), "Dr B", "on leave from Monday")
    flag_life.note_contact(OTHER, clinic.store, clinic.seen(), "no_answer", "rang twice")
    flag = clinic.flag()
    assert (flag["state"], flag["state_by"], flag["owner"], flag["n_contacts"]) == ("seen", "Dr B", "Dr B", 1)
    told = clinic.page().story
    told = told[told["flag"] == "Worse than baseline"]
    assert told["who"].tolist() == ["the rules", "a test", "a test", "a test", "Dr B"]
    assert told["what"].tolist() == [
        *("opened (watch)", "seen", "handed to a test", "handed to Dr B", "contact attempt: No answer"),
    ]
    assert clinic.queue().rows["owner"].tolist() == ["Dr B"]


def test_what_is_snoozed_is_counted_and_comes_back_on_its_day(clinic):
    snooze(clinic, 2)
    queue = clinic.queue()
    assert len(queue.rows) == 0 and (queue.n_snoozed, queue.n_wrong) == (1, 0)
    assert queue.aside["reasons"].tolist() == [["Worse than baseline (PHQ-9)", "snoozed until 22 Mar 2026"]]
    assert [card.n_patients for card in queue.cards] == [0, 0, 0, 0]
    clinic.pass_time(days=1)
    assert clinic.queue().n_snoozed == 1
    clinic.pass_time(days=1)
    assert clinic.queue().n_snoozed == 0 and clinic.reasons() == [["Worse than baseline (PHQ-9)"]]


def test_a_snooze_ends_when_the_flag_gets_more_severe(clinic):
    snooze(clinic, 20)
    clinic.pass_time(hours=1)
    clinic.take("assessments", [form("2026-03-19", 3)])
    assert clinic.reasons() == [["Worse than baseline (PHQ-9)"]]


def test_what_was_called_wrong_comes_back_when_it_says_something_else(clinic):
    with pytest.raises(StoreError, match="what is wrong with it"):
        flag_life.call_wrong(ACTOR, clinic.store, clinic.seen(), "record", " ")
    flag_life.call_wrong(ACTOR, clinic.store, clinic.seen(), "record", "the form is her sister's")
    assert clinic.queue().n_wrong == 1 and clinic.reasons() == []
    clinic.pass_time(hours=1)
    clinic.take("assessments", [{**form("2026-03-19", 2), "item_1": "1"}])
    assert clinic.queue().n_wrong == 0 and clinic.reasons() == [["Worse than baseline (PHQ-9)"]]


def test_a_wrong_flag_expires(clinic):
    flag_life.call_wrong(ACTOR, clinic.store, clinic.seen(), "known", "a bereavement")
    clinic.pass_time(days=83)
    assert clinic.queue().n_wrong == 1
    clinic.pass_time(days=1)
    assert clinic.queue().n_wrong == 0


def test_it_can_be_taken_back_before_its_day(clinic):
    snooze(clinic, 5)
    flag_life.restore(ACTOR, clinic.store, clinic.seen())
    assert clinic.reasons() == [["Worse than baseline (PHQ-9)"]]


def test_how_long_a_flag_can_be_snoozed(clinic):
    for days, message in ((0, "from one day to 28"), (29, "until 17 Apr 2026 at the latest")):
        with pytest.raises(StoreError, match=message):
            snooze(clinic, days)
    for days in (1, 28):
        snooze(clinic, days)


def test_what_is_missing_is_asked_for(clinic):
    with pytest.raises(StoreError, match="one of the reasons"):
        snooze(clinic, 3, reason_code="because")
    with pytest.raises(StoreError, match="the day on which the flag comes back"):
        flag_life.snooze(ACTOR, clinic.store, clinic.seen(), reason_code="plan", until=None)
    with pytest.raises(StoreError, match="Say to whom"):
        flag_life.hand_over(ACTOR, clinic.store, clinic.seen(), " ")
    with pytest.raises(StoreError, match="an outcome"):
        flag_life.note_contact(ACTOR, clinic.store, clinic.seen(), "")


def test_an_act_is_refused_where_the_flag_has_changed_or_is_gone(clinic):
    seen = clinic.seen()
    newest = clinic.take("assessments", [form("2026-03-19", 3)])
    with pytest.raises(StoreError, match="changed since it was shown"):
        flag_life.mark_seen(ACTOR, clinic.store, seen)
    imports.undo_import(ACTOR, clinic.store, newest, "a mistake")
    clinic.take("assessments", [form("2026-03-19", 0)])
    # A second look a week later ends it.
    clinic.pass_time(days=7)
    clinic.take("assessments", [form("2026-03-26", 0)])
    with pytest.raises(NotFoundError, match="may have ended"):
        flag_life.mark_seen(ACTOR, clinic.store, seen)


def test_who_may_not_handle_flags_or_is_of_another_clinic(clinic):
    nobody = Actor("Dr No", frozenset({Permission.SEE_PATIENTS}))
    with pytest.raises(NotPermittedError, match="may not handle flags"):
        flag_life.mark_seen(nobody, clinic.store, clinic.seen())
    elsewhere = Actor("Dr Away", frozenset(Permission), frozenset({"another clinic"}))
    with pytest.raises(NotFoundError):
        flag_life.mark_seen(elsewhere, clinic.store, clinic.seen())


ITEM_9 = "suicidality_item_9"


def test_item_9_is_never_set_aside(clinic):
    clinic.take("assessments", [form("2026-03-19", 0, "1")])
    with pytest.raises(StoreError, match="Item 9 and critical flags are never snoozed"):
        snooze(clinic, 3, seen=clinic.seen(ITEM_9))
    with pytest.raises(StoreError, match="never called wrong"):
        flag_life.call_wrong(ACTOR, clinic.store, clinic.seen(ITEM_9), "known", "as ever")


def test_a_critical_flag_that_nobody_looks_at_stands_first_after_24_hours(clinic):
    clinic.take("assessments", [form("2026-03-19", 0, "3")])
    clinic.pass_time(hours=23)
    assert clinic.reasons() == [["Item 9 positive (3)", ONE_LOOK]]
    clinic.pass_time(hours=1)
    assert clinic.reasons()[0][0] == "Unacknowledged 24 h" and clinic.queue().rows["urgency"].iloc[0] == -1
    flag_life.note_contact(ACTOR, clinic.store, clinic.seen(ITEM_9), "no_answer")
    assert clinic.reasons() == [["Item 9 positive (3)", ONE_LOOK]]


def assessed(clinic: Clinic) -> None:
    words = Closing("assessed", "plan made", tool="C-SSRS", result="no intent")
    close_item_9(clinic.store, 1, words)


def test_after_an_assessment_item_9_at_1_persists_for_28_days_and_then_is_a_flag_again(clinic):
    clinic.take("assessments", [form("2026-03-19", 0, "1")])
    assessed(clinic)
    clinic.pass_time(days=7)
    clinic.take("assessments", [form("2026-03-26", 0, "1")])
    words = "Item 9 persisting: 1 form, last assessed 20 Mar 2026"
    assert clinic.page().persisting == words and clinic.reasons() == []
    assert clinic.queue().persisting["reasons"].tolist() == [words.split(", ")]
    assert ITEM_9 not in set(caseload.read_flags(ACTOR, clinic.store)["rule"])
    clinic.pass_time(days=21)
    assert clinic.page().persisting == words
    clinic.pass_time(days=1)
    assert clinic.page().persisting == "" and len(clinic.queue().persisting) == 0
    assert ["Item 9 positive (1)"] in [reasons[:1] for reasons in clinic.reasons()]
    flags = caseload.read_flags(ACTOR, clinic.store).set_index("rule")
    assert str(flags.loc[ITEM_9, "since"].date()) == "2026-03-26"


@pytest.mark.parametrize("then", ["0", ""])
def test_item_9_that_persists_is_said_on_paper_and_in_the_dose_review_also_under_a_newer_form(clinic, then):
    clinic.take("assessments", [form("2026-03-19", 0, "1")])
    assessed(clinic)
    clinic.pass_time(days=7)
    clinic.take("assessments", [form("2026-03-25", 0, "1")])
    clinic.take("assessments", [form("2026-03-26", 0, then)])
    page = clinic.page()
    assert page.persisting
    said = f"{page.persisting}; not closed since."
    assert said in dict(one_page.read_sheet(ACTOR, clinic.store, 1).facts)["Item 9"]
    assert any(said in line for line in say_scores(page))


def test_a_rise_after_an_assessment_opens_it_at_once(clinic):
    clinic.take("assessments", [form("2026-03-18", 0, "1")])
    assessed(clinic)
    clinic.take("assessments", [form("2026-03-19", 0, "2")])
    assert clinic.reasons() == [["Item 9 positive (2)", ONE_LOOK]]


HIGH_PRESSURE = {"sbp_pre_mmhg": "185", "dbp_pre_mmhg": "100"}


def test_a_critical_reading_stays_after_the_next_session_until_a_clinician_closes_it(clinic):
    clinic.take("dosing_sessions", [session("2026-03-17", **HIGH_PRESSURE)])
    clinic.take("dosing_sessions", [session("2026-03-19", sbp_pre_mmhg="120", dbp_pre_mmhg="80")])
    flag = clinic.flag("blood_pressure")
    assert flag["severity"] == "critical"
    assert flag["evidence"].endswith("; no longer found since 19 Mar 2026")
    assert "blood_pressure" not in set(caseload.read_flags(ACTOR, clinic.store)["rule"])
    for code, note, message in (("", "x", "one of the reasons"), ("treated", " ", "Write a note")):
        with pytest.raises(StoreError, match=message):
            closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), code, note)
    closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), "treated", "amlodipine begun")
    assert "blood_pressure" not in set(clinic.page().flags["rule"])
    assert clinic.page().closings["note"].tolist() == ["amlodipine begun"]


def test_a_closed_reading_stays_closed_and_the_next_one_is_a_flag(clinic):
    clinic.take("dosing_sessions", [session("2026-03-17", **HIGH_PRESSURE)])
    closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), "seen", "repeated at 140/85")
    clinic.pass_time(days=1)
    assert "blood_pressure" not in set(clinic.page().flags["rule"])
    assert "blood_pressure" in set(caseload.read_flags(ACTOR, clinic.store)["rule"])
    clinic.take("dosing_sessions", [session("2026-03-19", **HIGH_PRESSURE)])
    assert clinic.flag("blood_pressure")["severity"] == "critical"


def pressure_says(clinic: Clinic) -> list[str]:
    flags = clinic.page().flags
    return flags.loc[flags["rule"] == "blood_pressure", "evidence"].tolist()


def two_readings(clinic: Clinic) -> None:
    """The flag says both, the newer one first."""
    clinic.take("dosing_sessions", [session("2026-03-10", sbp_pre_mmhg="192", dbp_pre_mmhg="115")])
    clinic.take("dosing_sessions", [session("2026-03-17", **HIGH_PRESSURE)])
    (said,) = pressure_says(clinic)
    newer, older = said.split("; also ")
    assert "17 Mar 2026 was taken at 185/100" in newer and "no longer found" not in newer
    assert "10 Mar 2026 was taken at 192/115" in older
    assert older.endswith("; no longer found since 17 Mar 2026")
    assert str(clinic.flag("blood_pressure")["since"].date()) == "2026-03-10"


def test_the_same_reading_twice_on_a_day_is_two_readings(clinic):
    first, second = (
        {**session("2026-03-19"), "started_at": f"2026-03-19T{hour}:00"} for hour in ("09", "21")
    )
    clinic.take("dosing_sessions", [first | HIGH_PRESSURE])
    closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), "seen", "repeated at 140/85")
    clinic.take("dosing_sessions", [second | HIGH_PRESSURE])
    (said,) = pressure_says(clinic)
    assert said.startswith("session 2 of 19 Mar 2026 was taken at 185/100") and "also" not in said


def test_of_two_critical_readings_the_first_is_still_said_when_the_second_is_corrected(clinic):
    two_readings(clinic)
    clinic.pass_time(days=1)
    clinic.take("dosing_sessions", [session("2026-03-17", sbp_pre_mmhg="125", dbp_pre_mmhg="84")])
    (said,) = pressure_says(clinic)
    newer, older = said.split("; also ")
    assert "at 185/100" in newer and newer.endswith("; no longer found since 21 Mar 2026")
    assert "at 192/115" in older and older.endswith("; no longer found since 17 Mar 2026")
    assert "Blood pressure" in clinic.reasons()[0] and clinic.replayed() == clinic.open_flags()


def test_of_two_critical_readings_the_first_stays_open_when_only_the_second_is_closed(clinic):
    two_readings(clinic)
    clinic.pass_time(hours=1)
    clinic.take("dosing_sessions", [session("2026-03-17", sbp_pre_mmhg="125", dbp_pre_mmhg="84")])
    seen = clinic.seen("blood_pressure")
    newer = seen.evidence.split("; also ")[0]
    # What a store of an earlier release has closed: the newer reading alone.
    with clinic.store.write() as connection:
        about = {**asdict(seen), "evidence": newer, "clinic_key": 1}
        event = closing_event(
            connection, actor="Dr B", reason_code="record_wrong", note="185 was 125", on_day=0
        )
        derived.add_flag_event(connection, event | about)
        refresh(connection, clinic.now.date(), [1])
    (said,) = pressure_says(clinic)
    assert "at 192/115" in said and "185/100" not in said
    assert "Blood pressure" in clinic.reasons()[0][0] and clinic.replayed() == clinic.open_flags()


def test_closing_a_flag_of_two_readings_closes_both_and_neither_is_a_flag_again(clinic):
    two_readings(clinic)
    with pytest.raises(StoreError, match="changed since it was shown"):
        newer = clinic.seen("blood_pressure").evidence.split("; also ")[0]
        seen = FlagSeen(1, "blood_pressure", NONE, newer)
        closing.close_critical(ACTOR, clinic.store, seen, "record_wrong", "185 was 125")
    closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), "treated", "amlodipine begun")
    assert pressure_says(clinic) == []
    clinic.pass_time(hours=1)
    again = clinic.take("dosing_sessions", [session("2026-03-17", sbp_pre_mmhg="120", dbp_pre_mmhg="80")])
    clinic.pass_time(hours=1)
    imports.undo_import(ACTOR, clinic.store, again, "a mistake")
    assert pressure_says(clinic) == [] and clinic.replayed() == clinic.open_flags()


def test_critical_readings_that_come_in_one_file_with_a_later_session_are_a_flag_too(
    clinic, tmp_path, monkeypatch
):
    """As if each session had come alone: nobody is told less because a clinic sends a file a month."""
    one_by_one = Clinic(tmp_path, monkeypatch, "one by one")
    sessions = [
        session("2026-03-10", sbp_pre_mmhg="192", dbp_pre_mmhg="115"),
        session("2026-03-14", sbp_pre_mmhg="120", dbp_pre_mmhg="80", sedation_moaas="1"),
        session("2026-03-19", sbp_pre_mmhg="120", dbp_pre_mmhg="80", sedation_moaas="5"),
    ]
    clinic.take("dosing_sessions", sessions)
    for row in sessions:
        one_by_one.take("dosing_sessions", [row])
    flags = clinic.page().flags.set_index("rule").loc[["blood_pressure", "sedation"]]
    assert flags["severity"].tolist() == ["critical"] * 2
    assert flags["evidence"].str.split("; no longer found since ").str[1].tolist() == [
        "14 Mar 2026",
        "19 Mar 2026",
    ]
    assert clinic.open_flags() == one_by_one.open_flags() and clinic.replayed() == clinic.open_flags()
    assert set(caseload.read_flags(ACTOR, clinic.store)["rule"]).isdisjoint({"blood_pressure", "sedation"})
    closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), "treated", "amlodipine begun")
    clinic.pass_time(days=1)
    clinic.take(
        "dosing_sessions", [session("2026-03-20", sbp_pre_mmhg="118", dbp_pre_mmhg="80", sedation_moaas="5")]
    )
    assert pressure_says(clinic) == [] and clinic.flag("sedation")["severity"] == "critical"


@pytest.mark.parametrize("seed", range(40 if os.environ.get("PROVE") == "1" else 4))
def test_however_sessions_are_cut_into_files_the_same_critical_readings_are_open(seed, tmp_path, monkeypatch):
    chance = random.Random(seed)
    days = sorted(chance.sample(range(1, 20), 7))
    rows = [
        session(
            f"2026-03-{day:02}",
            sbp_pre_mmhg=chance.choice(["", "120", "165", "185", "192"]),
            dbp_pre_mmhg=chance.choice(["80", "112"]),
            sedation_moaas=chance.choice(["", "5", "3", "1", "0"]),
        )
        for day in days
    ]
    at_once, cut = (Clinic(tmp_path, monkeypatch, name) for name in ("at once", "cut"))
    at_once.take("dosing_sessions", rows)
    is_in_order = seed % 2 == 0
    if not is_in_order:
        chance.shuffle(rows)
    while rows:
        n = chance.randint(1, 3)
        cut.take("dosing_sessions", rows[:n])
        rows = rows[n:]
    assert say_findings(cut, is_in_order) == say_findings(at_once, is_in_order)
    assert cut.replayed() == cut.open_flags()
    assert any(severity == CRITICAL for *_, severity, _, _ in cut.open_flags())


def say_findings(clinic: Clinic, are_dated: bool) -> list[tuple]:
    """A session that comes late may break the run of a flag that is open: that keeps the day since which it was said."""
    return [(*flag[:-2], flag[-2] if are_dated else 0, flag[-1]) for flag in clinic.open_flags()]


@pytest.mark.parametrize("is_followed", [False, True])
def test_a_closed_reading_stays_closed_when_the_limit_changes(clinic, is_followed):
    later = [session("2026-03-19", sbp_pre_mmhg="120", dbp_pre_mmhg="80")] if is_followed else []
    clinic.take("dosing_sessions", [session("2026-03-17", **HIGH_PRESSURE), *later])
    closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), "treated", "amlodipine begun")
    shipped = settings.POLICY_FILE.read_text("utf-8")
    for limit in (182, 178):
        text = shipped.replace("critical_systolic = {value = 180", f"critical_systolic = {{value = {limit}")
        policies.publish_policy(ACTOR, clinic.store, text.encode(), "policy.toml", "another limit")
        assert pressure_says(clinic) == []
    clinic.take("dosing_sessions", [session("2026-03-20", **HIGH_PRESSURE)])
    assert ["185/100" in said for said in pressure_says(clinic)] == [True]


def event(day: str, term: str = "Suicidal ideation", severity: str = "mild") -> dict[str, str]:
    return {"patient_id": "ann", "started_at": day, "term": term, "severity": severity}


def test_a_closed_adverse_event_holds_no_more_and_a_new_one_is_a_flag(clinic):
    clinic.take("adverse_events", [event("2026-03-10")])
    day_before = clinic.now.date() - timedelta(days=1)
    closing.close_critical(ACTOR, clinic.store, clinic.seen("tolerability"), "seen", "C-SSRS done")
    assert "tolerability" not in set(clinic.page().flags["rule"])
    for as_of, is_found in ((None, False), (day_before, True)):
        assert ("tolerability" in set(caseload.read_flags(ACTOR, clinic.store, as_of)["rule"])) is is_found
    clinic.pass_time(days=2)
    clinic.take("adverse_events", [event("2026-03-22", "Mania")])
    flag = clinic.flag("tolerability")
    assert flag["evidence"] == "Mania, mild, on 22 Mar 2026" and str(flag["since"].date()) == "2026-03-22"


def test_a_critical_adverse_event_that_is_voided_stays_until_it_is_closed(clinic):
    clinic.take("adverse_events", [event("2026-03-10")])
    with clinic.store.read() as connection:
        record = int(read_record_table(connection, "adverse_events", None)["id"].iloc[0])
    records.void_record(ACTOR, clinic.store, "adverse_events", record, "of another patient")
    assert "no longer found" in clinic.flag("tolerability")["evidence"]
    closing.close_critical(ACTOR, clinic.store, clinic.seen("tolerability"), "record_wrong", "see the void")
    assert "tolerability" not in set(clinic.page().flags["rule"])


def test_only_what_is_critical_is_closed_that_way(clinic):
    clinic.take("assessments", [form("2026-03-19", 0, "3")])
    for rule in (WORSE, ITEM_9):
        if rule in set(clinic.page().flags["rule"]):
            with pytest.raises(StoreError, match="Only a critical flag"):
                closing.close_critical(ACTOR, clinic.store, clinic.seen(rule), "seen", "a note")


def test_leave_cover(clinic):
    flag_life.hand_over(ACTOR, clinic.store, clinic.seen(), "Dr B")
    first, last = date(2026, 3, 21), date(2026, 3, 22)
    absences.set_absence(OTHER, clinic.store, Absence("Dr B", "Dr C", first, last))
    for days, in_charge in ((0, "Dr B"), (1, "Dr C"), (1, "Dr C"), (1, "Dr B")):
        clinic.pass_time(days=days)
        assert clinic.flag()["in_charge"] == in_charge
    clinic.now = START + timedelta(days=1)
    assert clinic.queue().rows["owner"].tolist() == ["Dr C for Dr B"]
    assert {"Dr B", "Dr C"} <= clinic.queue().rows["in_charge"].iloc[0]
    absences.end_absence(OTHER, clinic.store, "Dr B", last)
    assert clinic.flag()["in_charge"] == "Dr B" and absences.read_absences(ACTOR, clinic.store).empty
    assert {"Dr B", "Dr C", ACTOR.name} <= set(absences.read_colleagues(ACTOR, clinic.store))


def test_who_is_away_in_one_clinic_is_not_said_by_another(clinic):
    """A name alone says nobody: what the other clinic enters changes nothing here."""
    flag_life.hand_over(ACTOR, clinic.store, clinic.seen(), "Dr B")
    here, today = clinic.page().clinic_id, START.date()
    for clinics, in_charge in (
        (["elsewhere"], "Dr B"),
        ([here, "elsewhere"], "Dr C"),
        (["elsewhere"], "Dr C"),
    ):
        entering = replace(OTHER, clinics=frozenset(clinics))
        cover = "Dr C" if here in clinics else "Dr X"
        absences.set_absence(entering, clinic.store, Absence("Dr B", cover, today, today))
        assert clinic.flag()["in_charge"] == in_charge
    absences.end_absence(replace(OTHER, clinics=frozenset({"elsewhere"})), clinic.store, "Dr B", today)
    assert clinic.flag()["in_charge"] == "Dr C"


IMPOSSIBLE = (
    (Absence("", "Dr C", date(2026, 3, 21), date(2026, 3, 22)), "who is away"),
    (Absence("Dr B", "Dr B ", date(2026, 3, 21), date(2026, 3, 22)), "for themselves"),
    (Absence("Dr B", "Dr C", None, date(2026, 3, 22)), "from which day"),
    (Absence("Dr B", "Dr C", date(2026, 3, 22), date(2026, 3, 21)), "before the first one"),
    (Absence("Dr B", "Dr C", date(2026, 3, 2), date(2026, 3, 19)), "has passed"),
)


def test_an_absence_that_cannot_be(clinic):
    for absence, message in IMPOSSIBLE:
        with pytest.raises(StoreError, match=message):
            absences.set_absence(ACTOR, clinic.store, absence)


def a_quarter(clinic: Clinic) -> None:
    """Imports, corrections, an undone one, closings and days, always the same."""
    clinic.take("dosing_sessions", [session("2026-03-17", **HIGH_PRESSURE)])
    clinic.pass_time(days=1)
    clinic.take("assessments", [form("2026-03-20", 3, "1"), form("2026-03-16", 1)])
    undone = clinic.take("adverse_events", [event("2026-03-19"), event("2026-03-18", "Fall", "severe")])
    assessed(clinic)
    clinic.pass_time(days=7)
    clinic.take("dosing_sessions", [session("2026-03-26")])
    imports.undo_import(ACTOR, clinic.store, undone, "of another clinic")
    closing.close_critical(ACTOR, clinic.store, clinic.seen("blood_pressure"), "seen", "well")
    clinic.take("assessments", [form("2026-03-27", 2, "1")])
    clinic.pass_time(days=30)


def test_the_log_tells_the_open_flags_and_the_same_files_give_the_same_log(tmp_path, monkeypatch):
    logs = []
    for name in ("first", "again"):
        clinic = Clinic(tmp_path, monkeypatch, name)
        assert clinic.replayed() == clinic.open_flags()
        a_quarter(clinic)
        assert clinic.replayed() == clinic.open_flags()
        logs.append(clinic.log())
    assert logs[0].equals(logs[1])
    assert set(logs[0]["change"]) >= {"opened", "ended", "changed", "more severe"}
    assert set(logs[0]["policy_version"]) == {1} and logs[0]["import_key"].is_monotonic_increasing


def test_a_refresh_that_changes_nothing_writes_nothing(clinic):
    n = len(clinic.log())
    with clinic.store.write() as connection:
        refresh(connection, clinic.now.date(), None)
    assert len(clinic.log()) == n


def test_a_store_of_an_earlier_release_begins_its_log_with_what_is_open(clinic):
    with clinic.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM flag_log")
        refresh(connection, clinic.now.date(), [])
        refresh(connection, clinic.now.date(), [1])
    assert clinic.replayed() == clinic.open_flags() and set(clinic.log()["change"]) == {"opened"}


def test_a_rule_on_sessions_has_no_instrument(clinic):
    clinic.take("dosing_sessions", [session("2026-03-17", **HIGH_PRESSURE)])
    assert clinic.seen("blood_pressure").instrument == NONE


def test_a_closing_covers_no_form_dated_later_which_nobody_had_seen(clinic):
    clinic.take("assessments", [form("2026-03-19", 0, "1"), form("2026-03-21T08:00", 0, "3")])
    assessed(clinic)
    assert "Item 9 positive" not in str(clinic.reasons())
    clinic.pass_time(days=1)
    assert clinic.reasons()[0][0] == "Item 9 positive (3)"


def test_a_closing_covers_no_event_dated_later_which_nobody_had_seen(clinic):
    events = [("2026-03-18T09:00", "Chest pain"), ("2026-03-21T09:00", "Suicide attempt")]
    clinic.take(
        "adverse_events", [{"patient_id": "ann", "started_at": at, "term": term} for at, term in events]
    )
    closing.close_critical(
        ACTOR, clinic.store, clinic.seen("tolerability"), "treated", "seen in the emergency room"
    )
    assert "Adverse event" not in str(clinic.reasons())
    clinic.pass_time(days=1)
    assert clinic.flag("tolerability")["evidence"].startswith("Suicide attempt")


def test_a_safety_flag_that_was_snoozed_comes_back_with_another_reading(clinic):
    clinic.take("dosing_sessions", [session("2026-03-17", sbp_pre_mmhg="165", dbp_pre_mmhg="90")])
    snooze(clinic, 10, seen=clinic.seen("blood_pressure"))
    assert "Blood pressure" not in str(clinic.reasons())
    clinic.take("dosing_sessions", [session("2026-03-19", sbp_pre_mmhg="178", dbp_pre_mmhg="90")])
    assert "Blood pressure" in str(clinic.reasons())
