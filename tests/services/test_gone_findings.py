"""A record that was corrected or taken back while its critical flag is open: no sentence beside it reads as if all were well."""

from pathlib import Path

import pytest
from clinic_files import ACTOR
from store.clinic_imports import at
from store.merge_clinic import MergeClinic

from lib.services import entries, one_page, patients, records, review_card

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
