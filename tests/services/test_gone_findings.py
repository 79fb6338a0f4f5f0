"""A record that was corrected or taken back while its critical flag is open: no sentence beside it reads as if all were well."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from clinic_files import ACTOR
from store.clinic_imports import at
from store.merge_clinic import MergeClinic

from lib.clinical.gone_findings import find_gone
from lib.clinical.rules.catalogue import CRITICAL
from lib.services import entries, known_on, one_page, patients, records, review_card

OPEN = "a flag is open on what was corrected or taken back: "
SESSION = {"patient_id": "A", "started_at": "2026-02-02T10:00", "dose_mg": "100", "status": "taken"}
CALM = {"sbp_pre_mmhg": "120", "dbp_pre_mmhg": "80"}
HIGH = {"sbp_pre_mmhg": "190", "dbp_pre_mmhg": "80"}
DROWSY, EVENT = CALM | {"sedation_moaas": "1"}, {"term": "Mania", "severity": "severe"}
TAKEN_AT_190 = "the session of 2 Feb 2026 was taken at 190/80"

# Case -> (kind, what was recorded, the correction (None: voided), what is said (none: nothing), point of the dose review).
CASES: dict[str, tuple] = {
    "a reading, corrected": ("dosing_sessions", HIGH, CALM, TAKEN_AT_190, 5),
    "a reading, corrected to another one over the limit": (
        "dosing_sessions", HIGH, {"sbp_pre_mmhg": "185"}, TAKEN_AT_190, 5,
    ),
    "a reading, blank by now": (
        "dosing_sessions", HIGH, {"sbp_pre_mmhg": "", "dbp_pre_mmhg": ""}, TAKEN_AT_190, 5,
    ),
    "a session, voided": ("dosing_sessions", HIGH, None, TAKEN_AT_190, 5),
    "its note was corrected": ("dosing_sessions", HIGH, {"note": "seen at home"}, "", 5),
    "sedation, corrected": (
        "dosing_sessions", DROWSY, {"sedation_moaas": "5"}, "lowest MOAA/S 1 in the session of 2 Feb 2026", 5,
    ),
    "an adverse event, voided": ("adverse_events", EVENT, None, "Mania, severe, on 2 Feb 2026", 6),
    "an adverse event, corrected": ("adverse_events", EVENT, {"severity": "mild"}, "Mania, severe, on 2 Feb 2026", 6),
    "an outcome was corrected": ("adverse_events", EVENT, {"outcome": "well"}, "", 6),
}  # fmt: skip


def brought(folder: Path, kind: str, says: dict[str, str]) -> MergeClinic:
    clinic = MergeClinic(folder, "A")
    row = {name: SESSION[name] for name in ("patient_id", "started_at")} | says
    clinic.bring(f"{kind}.csv", (SESSION | says) if kind == "dosing_sessions" else row)
    return clinic


def correct(clinic: MergeClinic, kind: str, correction: dict[str, str] | None) -> None:
    key = clinic.key("A")
    with clinic.tick():
        drawn = entries.read_entry_form(ACTOR, clinic.store, key, kind)
        (record,) = (one.record for one in drawn.records)
        if correction is None:
            records.void_record(
                ACTOR, clinic.store, kind, record, "typed wrongly", expected=drawn.draw(record)
            )
        else:
            entries.correct_record(ACTOR, clinic.store, key, kind, correction, expected=drawn.draw(record))


def read(clinic: MergeClinic, point: int) -> dict[str, str]:
    """The paper, and the point of the dose review, in words."""
    with at(clinic.now):
        sheet = one_page.read_sheet(ACTOR, clinic.store, clinic.key("A"))
        card = review_card.read_review_card(ACTOR, clinic.store, clinic.key("A"))
        flags = patients.read_patient(ACTOR, clinic.store, clinic.key("A")).flags
    (lines,) = (one.lines for one in card.points if one.number == point)
    assert "critical" in set(flags["severity"])
    return {
        "sentence": sheet.sentence,
        "paper": dict(sheet.facts)["Blood pressure"],
        "dose review": "\n".join(lines),
    }


@pytest.mark.parametrize("case", CASES)
def test_what_was_corrected_is_said_while_its_flag_is_open(tmp_path: Path, case: str) -> None:
    kind, says, correction, gone, point = CASES[case]
    clinic = brought(tmp_path, kind, says)
    assert OPEN not in str(read(clinic, point))
    correct(clinic, kind, correction)
    said = read(clinic, point)
    places = {"sentence", "dose review"} | ({"paper"} if "was taken at" in gone else set())
    found = {where for where, words in said.items() if (OPEN + gone).casefold() in words.casefold()}
    assert found == (places if gone else set())
    if gone:
        clinic.close_critical("A")
        with at(clinic.now):
            assert not patients.read_patient(ACTOR, clinic.store, clinic.key("A")).history.gone


def test_a_reading_that_another_session_followed_stands_on_record(tmp_path: Path) -> None:
    clinic = brought(tmp_path, "dosing_sessions", HIGH | {"sedation_moaas": "1"})
    clinic.bring("dosing_sessions.csv", SESSION | CALM | {"started_at": "2026-02-09T10:00"})
    said = read(clinic, 5)
    assert OPEN not in str(said) and "over a limit in 1 of 2 sessions" in said["sentence"]


TWICE = {"at 15:00": HIGH | {"started_at": "2026-02-02T15:00"}, "at 10:00": CALM}
# Case -> (what is recorded one after the other, whether the session of 10:00 is voided then).
TWO_OF_A_DAY = {
    "the first one is voided": (("at 10:00", "at 15:00"), True),
    "the first one comes later": (("at 15:00", "at 10:00"), False),
}


@pytest.mark.parametrize("rule", ["blood pressure", "sedation"])
@pytest.mark.parametrize("case", TWO_OF_A_DAY)
def test_another_session_of_the_day_does_not_correct_a_reading(tmp_path: Path, case: str, rule: str) -> None:
    """A flag says session 2 of a day, and that number is not of the record."""
    order, is_voided = TWO_OF_A_DAY[case]
    clinic = MergeClinic(tmp_path, "A")
    for which in order:
        reads = TWICE[which] | (DROWSY if rule == "sedation" and which == "at 15:00" else {})
        clinic.bring("dosing_sessions.csv", SESSION | reads)
    if is_voided:
        with clinic.tick():
            drawn = entries.read_entry_form(ACTOR, clinic.store, clinic.key("A"), "dosing_sessions")
            (record,) = (one.record for one in drawn.records if "10:00" in str(one))
            expected = drawn.draw(record)
            records.void_record(
                ACTOR, clinic.store, "dosing_sessions", record, "not taken", expected=expected
            )
    assert OPEN not in str(read(clinic, 5))


def test_of_an_event_without_a_name_nobody_knows_whether_it_was_corrected(tmp_path: Path) -> None:
    """An earlier release counted it and did not name it."""
    clinic = MergeClinic(tmp_path, "A")
    with at(clinic.now):
        page = patients.read_patient(ACTOR, clinic.store, clinic.key("A"))
    gone_on = "; no longer found since 2 Mar 2026"
    evidence = f"Mania, severe, on 2 Feb 2026{gone_on}; also 1 more{gone_on}"
    flags = pd.DataFrame({"rule": ["tolerability"], "severity": [CRITICAL], "evidence": [evidence]})
    assert find_gone(flags, page.history, page.policy) == (("tolerability", "Mania, severe, on 2 Feb 2026"),)


@pytest.mark.parametrize("case", [case for case, (_, _, _, gone, _) in CASES.items() if gone])
def test_looking_back_at_what_had_been_corrected_by_then_asks_for_no_explanation(
    tmp_path: Path, case: str
) -> None:
    """It was kept open for that, and nothing that was recorded later has a part in it."""
    kind, says, correction, _, _ = CASES[case]
    clinic = brought(tmp_path, kind, says)
    correct(clinic, kind, correction)
    corrected_on = clinic.now.date()
    clinic.now += timedelta(days=2)
    with at(clinic.now):
        then = known_on.open_as_known(ACTOR, clinic.store, corrected_on)
        looked = known_on.look_back(ACTOR, clinic.store, then, clinic.key("A"))
    assert looked.sentence == "Nothing recorded later changes what is known of this patient on 2 Mar 2026."


def test_looking_back_at_what_was_corrected_later_says_so(tmp_path: Path) -> None:
    clinic = brought(tmp_path, "dosing_sessions", HIGH)
    known = clinic.now.date()
    clinic.now += timedelta(days=2)
    correct(clinic, "dosing_sessions", CALM)
    clinic.now += timedelta(days=2)
    with at(clinic.now):
        then = known_on.open_as_known(ACTOR, clinic.store, known)
        looked = known_on.look_back(ACTOR, clinic.store, then, clinic.key("A"))
    assert "was flagged for “Blood pressure”, which today's records do not say" in looked.sentence
    assert "was corrected on 4 Mar 2026" in looked.sentence
