"""A critical adverse event that was said stays open by itself, whatever becomes of it, until a named clinician closes it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from clinic_files import ACTOR
from store.clinic_imports import at
from store.merge_clinic import MergeClinic

from lib.services import entries, merging, patients, records
from lib.services._refresh import refresh
from lib.services._standing import today
from lib.store.derived_tables import flag_log, open_flag
from lib.store.records import read_frame

TIME = "2026-02-02T11:00"
GONE = "; no longer found since 2 Mar 2026"
Steps = tuple[Callable[[MergeClinic], object], ...]


def said(term: str, severity: str = "severe") -> str:
    return f"{term}, {severity}, on 2 Feb 2026"


MANIA, SYNCOPE, PAIN, NAUSEA = map(said, ("Mania", "Syncope", "Chest pain", "Nausea"))


def brings(*terms: str, patient: str = "A", severity: str = "severe") -> Callable[[MergeClinic], object]:
    rows = [{"patient_id": patient, "started_at": TIME, "term": one, "severity": severity} for one in terms]
    return lambda clinic: clinic.bring("adverse_events.csv", *rows)


def _draw(clinic: MergeClinic, term: str, patient: str) -> tuple[int, str]:
    drawn = entries.read_entry_form(ACTOR, clinic.store, clinic.key(patient), "adverse_events")
    (record,) = (one.record for one in drawn.records if term in str(one))
    return record, drawn.draw(record)


def voids(term: str, patient: str = "A") -> Callable[[MergeClinic], object]:
    def step(clinic: MergeClinic) -> None:
        with clinic.tick():
            record, drawn = _draw(clinic, term, patient)
            records.void_record(ACTOR, clinic.store, "adverse_events", record, "of a sister", expected=drawn)

    return step


def corrects(term: str, severity: str) -> Callable[[MergeClinic], object]:
    def step(clinic: MergeClinic) -> None:
        with clinic.tick():
            _, drawn = _draw(clinic, term, "A")
            says = {"severity": severity}
            entries.correct_record(
                ACTOR, clinic.store, clinic.key("A"), "adverse_events", says, expected=drawn
            )

    return step


def brings_one(**said_of_it: str) -> Callable[[MergeClinic], object]:
    row = {"patient_id": "A", "started_at": TIME, "term": "Mania", "severity": "severe"}
    return lambda clinic: clinic.bring("adverse_events.csv", row | said_of_it)


def closes(patient: str = "A") -> Callable[[MergeClinic], object]:
    return lambda clinic: clinic.close_critical(patient)


def merges(clinic: MergeClinic) -> None:
    clinic.merge("A", "B")


def parts(clinic: MergeClinic) -> None:
    (merge,) = merging.read_merges(ACTOR, clinic.store)["id"]
    clinic.unmerge(int(merge))


# Case -> (what happens, by patient what the open critical flag says).
STEPS: dict[str, tuple[Steps, dict[str, str]]] = {
    "one, voided": ((brings("Mania"), voids("Mania")), {"A": MANIA + GONE}),
    "of two one is voided": (
        (brings("Mania", "Syncope"), voids("Mania")),
        {"A": f"{SYNCOPE}; also {MANIA}{GONE}"},
    ),
    "of two both are voided": (
        (brings("Mania", "Syncope"), voids("Mania"), voids("Syncope")),
        {"A": f"{SYNCOPE}{GONE}; also {MANIA}{GONE}"},
    ),
    "of two one is corrected": (
        (brings("Mania", "Syncope"), corrects("Mania", "mild")),
        {"A": f"{said('Mania', 'mild')}; also {SYNCOPE}; also {MANIA}{GONE}"},
    ),
    "five are all said": (
        (brings("Chest pain", "Mania", "Overdose", "Syncope", "Unresponsive"),),
        {"A": "; also ".join(map(said, ("Chest pain", "Mania", "Overdose", "Syncope", "Unresponsive")))},
    ),
    "of five the last is voided": (
        (brings("Chest pain", "Mania", "Overdose", "Syncope", "Unresponsive"), voids("Unresponsive")),
        {"A": "; also ".join(map(said, ("Chest pain", "Mania", "Overdose", "Syncope", "Unresponsive"))) + GONE},
    ),
    "what is not critical is said beside them": (
        (brings("Mania", "Nausea", "Syncope"), voids("Mania")),
        {"A": f"{SYNCOPE}; also {MANIA}{GONE}; not critical: {NAUSEA}"},
    ),
    "what is not critical ends with its record": (
        (brings("Mania", "Nausea"), voids("Nausea")),
        {"A": MANIA},
    ),
    "of one that is voided, with one that is not critical": (
        (brings("Mania", "Nausea"), voids("Mania")),
        {"A": f"{MANIA}{GONE}; not critical: {NAUSEA}"},
    ),
    "a term that reads like two findings": (
        (brings("Mania; also Syncope", "Chest pain; not critical: Rash", "Unresponsive"), voids("Mania; also")),
        {"A": f"{said('Chest pain, not critical: Rash')}; also {said('Unresponsive')}; also {said('Mania, also Syncope')}{GONE}"},
    ),
    "a term that reads as if it were no longer found": (
        (brings("Mania; no longer found since 1 Jan 2026", "Syncope"), voids("Syncope")),
        {"A": f"{said('Mania, no longer found since 1 Jan 2026')}; also {SYNCOPE}{GONE}"},
    ),
    "a closing closes all, voided or not": ((brings("Mania", "Syncope"), voids("Mania"), closes()), {}),
    "closed, then voided": ((brings("Mania", "Syncope"), closes(), voids("Mania")), {}),
    "closed, then another one": (
        (brings("Mania", "Syncope"), voids("Mania"), closes(), brings("Chest pain")),
        {"A": PAIN},
    ),
    "closed, a new version with the same words, voided": (
        (brings("Mania"), closes(), brings_one(outcome="not recovered"), voids("Mania")),
        {"A": MANIA + GONE},
    ),
    "closed, the same again on the day, voided": (
        (brings("Mania"), closes(), brings_one(started_at="2026-02-02T19:00"), voids("19:00")),
        {"A": MANIA + GONE},
    ),
    "closed, the same again on the day, voided and closed": (
        (brings("Mania"), closes(), brings_one(started_at="2026-02-02T19:00"), voids("19:00"), closes()),
        {},
    ),
    "merged": (
        (brings("Mania"), brings("Syncope", patient="B"), merges),
        {"B": f"{MANIA}; also {SYNCOPE}"},
    ),
    "voided, then merged": (
        (brings("Mania"), brings("Syncope", patient="B"), voids("Mania"), merges),
        {"B": f"{SYNCOPE}; also {MANIA}{GONE}"},
    ),
    "merged, then voided": (
        (brings("Mania"), brings("Syncope", patient="B"), merges, voids("Mania", "B")),
        {"B": f"{SYNCOPE}; also {MANIA}{GONE}"},
    ),
    "merged and parted": (
        (brings("Mania"), brings("Syncope", patient="B"), merges, parts),
        {"A": MANIA, "B": SYNCOPE},
    ),
    "merged, voided and parted": (
        (brings("Mania"), brings("Syncope", patient="B"), merges, voids("Mania", "B"), parts),
        {"A": MANIA + GONE, "B": SYNCOPE},
    ),
    "voided, merged and parted": (
        (brings("Mania"), brings("Syncope", patient="B"), voids("Mania"), merges, parts),
        {"A": MANIA + GONE, "B": SYNCOPE},
    ),
    "merged, another one of who is gone, and parted": (
        (brings("Mania"), brings("Syncope", patient="B"), merges, brings("Chest pain"), parts),
        {"A": f"{PAIN}; also {MANIA}", "B": SYNCOPE},
    ),
    "merged, the first one of who is gone, and parted": (
        (merges, brings("Chest pain"), parts),
        {"A": PAIN},
    ),
    "merged, closed and parted": (
        (brings("Mania"), brings("Syncope", patient="B"), merges, closes("B"), parts),
        {"A": MANIA, "B": SYNCOPE},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STEPS)
def test_a_critical_event_stays_until_it_is_closed(tmp_path: Path, case: str) -> None:
    steps, expected = STEPS[case]
    clinic = MergeClinic(tmp_path, "A", "B")
    for step in steps:
        step(clinic)
        assert_is_kept_as_worked_out_again(clinic)
    assert clinic.critical() == expected


def is_of_an_earlier_release(clinic: MergeClinic) -> None:
    """What is open, and the log of it, as that release joined the events."""
    with clinic.tick(), clinic.store.write() as connection:
        now = int(clinic.now.timestamp())
        for row in read_frame(connection, open_flag.select()).to_dict("records"):
            said = row["evidence"].replace("; also ", "; ").replace("; not critical: ", "; ").split("; ")
            evidence = "; ".join([*said[:3], *([f"{len(said) - 3} more"] if len(said) > 3 else [])])
            of_patient = open_flag.c.patient_key == row["patient_key"]
            connection.execute(open_flag.update().where(of_patient).values(evidence=evidence))
            names = {column.name for column in flag_log.columns} & row.keys()
            logged = {name: row[name] for name in names} | {"evidence": evidence, "change": "changed"}
            when = {"on_day": row["since"], "happened_at": now, "import_key": 0}
            connection.execute(flag_log.insert().values(logged | when))


def is_looked_at(clinic: MergeClinic) -> None:
    with clinic.tick(), clinic.store.write() as connection:
        refresh(connection, today(connection), None)


FOUR = ("Chest pain", "Mania", "Overdose", "Syncope")
# The same of a store that an earlier release wrote.
EARLIER: dict[str, tuple[Steps, dict[str, str]]] = {
    "two": ((brings("Mania", "Syncope"), is_of_an_earlier_release), {"A": f"{MANIA}; also {SYNCOPE}"}),
    "one is not critical": (
        (brings("Mania", "Nausea"), is_of_an_earlier_release),
        {"A": f"{MANIA}; not critical: {NAUSEA}"},
    ),
    "more than it named": (
        (brings(*FOUR, "Nausea"), is_of_an_earlier_release),
        {"A": f"{'; also '.join(map(said, FOUR))}; not critical: {NAUSEA}"},
    ),
    "one is voided first of all": (
        (brings("Mania", "Syncope"), is_of_an_earlier_release, voids("Mania")),
        {"A": f"{SYNCOPE}; also {MANIA}{GONE}"},
    ),
    "merged, and parted by this release": (
        (brings("Mania", "Syncope"), brings("Chest pain", patient="B"), is_of_an_earlier_release, merges, parts),
        {"A": f"{MANIA}; also {SYNCOPE}", "B": PAIN},
    ),
    "closed before anything else": ((brings(*FOUR), is_of_an_earlier_release, closes()), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", EARLIER)
def test_what_an_earlier_release_joined_is_told_apart(tmp_path: Path, case: str) -> None:
    steps, expected = EARLIER[case]
    clinic = MergeClinic(tmp_path, "A", "B")
    for step in (*steps, is_looked_at):
        step(clinic)
    assert clinic.critical() == expected
    if "voided" not in case:
        with at(clinic.now):
            assert not patients.read_patient(ACTOR, clinic.store, clinic.key("A")).history.gone


def assert_is_kept_as_worked_out_again(clinic: MergeClinic) -> None:
    """What each step refreshed is what working out everyone anew gives."""
    with at(clinic.now), clinic.store.trial() as connection:
        before = read_frame(connection, open_flag.select())
        refresh(connection, today(connection), None)
        after = read_frame(connection, open_flag.select())
    names = list(before.columns)
    assert before.sort_values(names).values.tolist() == after.sort_values(names).values.tolist()
