"""Rows that wait: who looks after them, correcting them, leaving them out, and what never gets lost; and files that shrink."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from clinic_files import ACTOR, to_csv
from store.clinic_imports import at
from store.merge_clinic import MergeClinic, form

from lib.clinical.frames import ITEM_COLUMNS
from lib.services import imports, known_on, patients, quarantine, review
from lib.services.access import Actor, Permission
from lib.services.errors import NotFoundError, StoreError
from lib.services.quarantine import Correction
from lib.store.quarantine import read_events
from lib.store.records import read_record_table

WHY = "asked the clinic"
GAD7 = {"instrument": "GAD-7", **dict.fromkeys(ITEM_COLUMNS[:7], "1")}


class Clinic(MergeClinic):
    def waiting(self) -> list[int]:
        with at(self.now):
            return quarantine.read_quarantine(ACTOR, self.store)["id"].tolist()

    def correct(
        self, rows: list[int], changes: Mapping[str, str], order: str = ""
    ) -> quarantine.OfferedAgain:
        with self.tick():
            return quarantine.correct(ACTOR, self.store, Correction(tuple(rows), changes, WHY, order))

    def stored(self, kind: str = "assessments") -> int:
        with self.store.read() as connection:
            return len(read_record_table(connection, kind, None))

    def flagged(self) -> set[str]:
        return {one["patient_id"] for one in self.open_flags() if one["rule"] == "suicidality_item_9"}

    def unreadable(self) -> int:
        with at(self.now):
            rows = review.read_queue(ACTOR, self.store).rows
        return int(rows["held_row_key"].notna().sum())


@pytest.fixture
def clinic(tmp_path):
    return Clinic(tmp_path, "ann", "bob")


UNREAD = "on 1 March"
DATED = {"assessed_at": "2026-03-01"}
# Case -> (the row of its own patient, what is corrected, whether the row as it came still waits for a clinician)
CORRECTED = {
    "an-unknown-id": ({**form("a-nn", "2026-03-01", 2)}, {"patient_id": "an-unknown-id"}, False),
    "a-date": (form("a-date", UNREAD, 2), DATED, False),
    "item-9-made-out": (
        {**form("item-9-made-out", "2026-03-01", 2), "item_9": "0 | 2"},
        {"item_9": "2"},
        True,
    ),
    "item-9-taken-down": (form("item-9-taken-down", UNREAD, 2), {**DATED, "item_9": "0"}, True),
    "item-9-taken-out": (form("item-9-taken-out", UNREAD, 2), {**DATED, "item_9": ""}, True),
    "item-9-raised": (form("item-9-raised", UNREAD, 1), {**DATED, "item_9": "3"}, False),
    "to-another-patient": (form("to-another-patient", UNREAD, 1), {**DATED, "patient_id": "bob"}, True),
    "another-form": (
        {**form("another-form", "2026-03-01", 2), "instrument": "PHQ9x"},
        {"instrument": "Sleep form"},
        True,
    ),
    "no-item-9": ({**GAD7, "patient_id": "no-item-9", "assessed_at": "soon"}, DATED, False),
}


def test_a_corrected_row_is_taken_and_its_item_9_is_never_lost(tmp_path):
    clinic = Clinic(tmp_path, "bob", *CORRECTED)
    clinic.offer(*(row for row, _, _ in CORRECTED.values()))
    flagged, n_unreadable = clinic.flagged(), clinic.unreadable()
    assert flagged == {case for case, (row, _, _) in CORRECTED.items() if row["patient_id"] == case} - {
        "item-9-made-out",
        "another-form",
        "no-item-9",
    }
    # Of an id that nobody knows, an answer that nobody can read, and a name that is nearly PHQ-9.
    assert n_unreadable == 3
    for held, (case, (_, changes, waits_on)) in zip(clinic.waiting(), CORRECTED.items(), strict=True):
        offered = clinic.correct([held], changes)
        assert set(offered.taken) == {held} and not offered.refused, case
        assert offered.kept_for_clinician == ({held} if waits_on else set()), case
    assert clinic.waiting() == [] and clinic.stored() == len(CORRECTED)
    # Whoever was flagged still is, also where the corrected answer is lower, is blank, or is another patient's.
    assert clinic.flagged() == flagged | {"an-unknown-id", "item-9-made-out", "bob"}
    # Only the record of the right patient, with the same answer, takes a form off the physicians' list.
    assert clinic.unreadable() == 2
    with clinic.store.read() as connection:
        events = read_events(connection)
    assert set(events["actor"]) == {ACTOR.name} and set(events["reason"]) == {WHY}
    assert (events["event"] == "corrected beside").sum() == sum(waits for _, _, waits in CORRECTED.values())


@pytest.mark.parametrize(
    "changes", [{"patient_id": "bob", "total": ""}, {"assessed_at": "2026-02-01", "total": ""}]
)
def test_of_a_form_that_was_another_patient_s_or_was_stored_already_nothing_is_said_to_have_been_read(
    clinic, changes
):
    clinic.offer(form("ann", "2026-02-01", 0))
    clinic.offer({**form("ann", "2026-02-20", 0), "total": "27"})

    def read():
        with at(clinic.now):
            page = patients.read_patient(ACTOR, clinic.store, clinic.key("ann"))
        (said,) = (one for one in page.coverage if one.rule == "suicidality_item_9")
        return said.n_recorded, said.n_records

    assert read() == (2, 2)
    clinic.correct(clinic.waiting(), changes)
    assert read() == (1, 1)


def test_what_would_be_held_again_waits_on_and_says_why(clinic):
    clinic.offer(form("nobody", "2026-03-01", 1))
    (held,) = clinic.waiting()
    with pytest.raises(StoreError, match="No patient with this patient_id is known"):
        clinic.correct([held], {"patient_id": "nobody else"})
    assert clinic.waiting() == [held] and clinic.stored() == 0


def test_a_correction_needs_a_reason_and_columns_that_there_are(clinic):
    clinic.offer(form("a-nn", "2026-03-01", 1))
    (held,) = clinic.waiting()
    with pytest.raises(StoreError, match="Say why"):
        quarantine.correct(ACTOR, clinic.store, Correction((held,), {"patient_id": "ann"}, " "))
    with pytest.raises(StoreError, match="have no column mood"):
        clinic.correct([held], {"mood": "3"})


def test_all_rows_that_are_alike_are_corrected_at_once_and_counted_before(clinic):
    rows = [form("a-nn", f"2026-02-{day:02d}", 0) for day in range(1, 8)]
    rows.append({**form("a-nn", "2026-02-09", 0), "item_1": "9"})
    clinic.offer(*rows)
    held = tuple(clinic.waiting())
    correction = Correction(held, {"patient_id": "ann"}, WHY)
    with at(clinic.now):
        before = quarantine.preview_correction(ACTOR, clinic.store, correction)
    assert len(before.taken) == 7 and "item_1 must be" in next(iter(before.refused.values()))
    assert clinic.stored() == 0 and len(clinic.waiting()) == 8
    assert len(clinic.correct(list(held), {"patient_id": "ann"}).taken) == 7
    assert clinic.stored() == 7 and len(clinic.waiting()) == 1


def test_dates_are_read_in_the_order_that_somebody_says(clinic):
    texts = ("03/02/2025", "4.1.2026 9:30", "25/02/2026")
    # Where most dates of a column are plain, the others are slips of single rows, and nobody is asked.
    plain = (f"2025-05-{day:02}" for day in range(1, 31))
    clinic.offer(*({**GAD7, "patient_id": "ann", "assessed_at": text} for text in (*texts, *plain)))
    day_first, month_first = quarantine.ORDERS
    by_month = clinic.correct(clinic.waiting()[:1], {}, month_first)
    assert "2025-03-02" in next(iter(by_month.taken.values()))
    by_day = clinic.correct(clinic.waiting(), {}, day_first)
    said = " ".join(by_day.taken.values())
    assert "2026-01-04T09:30" in said and "2026-02-25" in said


def test_the_same_rows_in_the_next_nightly_file_do_not_wait_again(clinic):
    rows = [form("a-nn", "2026-02-01", 0), {**GAD7, "patient_id": "ann", "assessed_at": "soon"}]
    clinic.offer(*rows)
    first, second = clinic.waiting()
    clinic.correct([first], {"patient_id": "ann"})
    with clinic.tick():
        quarantine.set_aside(ACTOR, clinic.store, [second], "a test form")
    clinic.offer(*rows, form("bob", "2026-02-02", 0))
    assert clinic.waiting() == []
    assert quarantine.read_set_aside(ACTOR, clinic.store)["why"].tolist() == ["a test form"]


# Case -> (the row of its own patient, whether it can be set aside)
ASIDE = {
    "no-item-9": ({**GAD7, "patient_id": "no-item-9", "assessed_at": "soon"}, True),
    "denied": (form("denied", "soon", 0), True),
    "positive": (form("positive", "soon", 1), False),
    "denied-and-unknown": (form("nobody", "2026-03-01", 0), False),
    "cannot-be-read": ({**form("cannot-be-read", "2026-03-01", 0), "item_9": "x"}, False),
}


def test_what_may_hold_an_item_9_is_never_set_aside(tmp_path):
    clinic = Clinic(tmp_path, *ASIDE)
    clinic.offer(*(row for row, _ in ASIDE.values()))
    flagged, unreadable, rows = clinic.flagged(), clinic.unreadable(), clinic.waiting()
    for held, (case, (_, can_be)) in zip(rows, ASIDE.items(), strict=True):
        if can_be:
            quarantine.set_aside(ACTOR, clinic.store, [held], "a test form")
            continue
        with pytest.raises(StoreError, match="never set aside"):
            quarantine.set_aside(ACTOR, clinic.store, [held], case)
    left = [held for held, (_, can_be) in zip(rows, ASIDE.values(), strict=True) if not can_be]
    assert clinic.waiting() == left and (clinic.flagged(), clinic.unreadable()) == (flagged, unreadable)
    quarantine.put_back(ACTOR, clinic.store, rows[:1])
    assert clinic.waiting() == [rows[0], *left]
    with pytest.raises(NotFoundError):
        quarantine.put_back(ACTOR, clinic.store, rows[:1])


def test_an_answer_that_came_as_an_observation_stands_in_the_queue(clinic):
    said = {"observed_at": "2026-03-01", "value": "3"}
    kinds = ("phq9_item_9", "44260-8", "thoughts of self-harm", "suicidal thoughts", "gad7_1", "alcohol")
    clinic.bring("observations.csv", *({**said, "patient_id": "ann", "kind": kind} for kind in kinds))
    assert (len(clinic.waiting()), clinic.unreadable(), clinic.stored("observations")) == (5, 4, 1)
    # Another kind makes an observation of it, and a clinician still sees what came.
    clinic.correct(clinic.waiting()[:1], {"kind": "mood"})
    assert (clinic.unreadable(), clinic.stored("observations")) == (4, 2)


def test_rows_have_an_owner_and_every_change_is_kept(clinic):
    clinic.offer(
        {**GAD7, "patient_id": "ann", "assessed_at": "soon"},
        {**GAD7, "patient_id": "bob", "assessed_at": "x"},
    )
    one, other = clinic.waiting()
    quarantine.hand_over(ACTOR, clinic.store, [one, other], "Dana")
    quarantine.hand_over(ACTOR, clinic.store, [one], "")
    rows = quarantine.read_quarantine(ACTOR, clinic.store).set_index("id")["owner"]
    assert rows.to_dict() == {one: "", other: "Dana"}
    with clinic.store.read() as connection:
        assert read_events(connection)["to_actor"].tolist() == ["Dana", "Dana", ""]


def test_the_age_is_counted_from_the_first_offer(clinic):
    clinic.offer({**GAD7, "patient_id": "ann", "assessed_at": "soon"})
    with at(clinic.now + timedelta(days=9, minutes=1)):
        assert quarantine.read_quarantine(ACTOR, clinic.store)["age_days"].tolist() == [9]


def test_another_clinics_rows_are_nobodys(clinic):
    clinic.offer({**GAD7, "patient_id": "ann", "assessed_at": "soon"})
    (held,) = clinic.waiting()
    south = Actor("south", frozenset(Permission), frozenset({"south"}))
    assert quarantine.read_quarantine(south, clinic.store).empty
    with pytest.raises(NotFoundError):
        quarantine.hand_over(south, clinic.store, [held], "me")


def test_a_day_before_the_correction_the_row_waits(clinic):
    clinic.offer({**GAD7, "patient_id": "ann", "assessed_at": "soon"})
    clinic.now += timedelta(days=3)
    clinic.correct(clinic.waiting(), {"assessed_at": "2026-03-01"})
    with at(clinic.now):
        known = known_on.open_as_known(ACTOR, clinic.store, (clinic.now - timedelta(days=2)).date())
        rows = quarantine.read_quarantine(ACTOR, known)
    assert len(rows) == 1 and rows["age_days"].tolist() == [1] and clinic.waiting() == []


# Case -> (rows of the last file, rows of the new one, its name, whether it is held)
SHRINKS = {
    "39 % fewer": (100, 61, "forms_2026-03-02.csv", False),
    "40 % fewer": (100, 60, "forms_2026-03-02.csv", True),
    "as many": (100, 100, "forms_2026-03-02.csv", False),
    "ten to six": (10, 6, "forms (2).csv", True),
    "nine to one: too few to say": (9, 1, "forms_2.csv", False),
    "another source": (100, 5, "other_forms_2026-03-02.csv", False),
}


def offer(clinic, name: str, n_rows: int, *, item: int, **how: bool) -> imports.Receipt:
    rows = [
        {
            **GAD7,
            "patient_id": "ann",
            "assessed_at": f"2025-{1 + n // 28:02d}-{1 + n % 28:02d}",
            "item_1": f"{item}",
        }
        for n in range(n_rows)
    ]
    with clinic.tick():
        (receipt,) = imports.import_files(
            ACTOR, clinic.store, [(name, to_csv(rows))], are_made_up=True, **how
        )
    return receipt


@pytest.mark.parametrize("case", SHRINKS)
def test_a_file_that_shrank_is_held_whole_until_somebody_takes_it_anyway(clinic, case):
    n_before, n_rows, name, is_held = SHRINKS[case]
    assert offer(clinic, "forms_2026-03-01.csv", n_before, item=1).outcome == "accepted"
    n_stored = clinic.stored()
    receipt = offer(clinic, name, n_rows, item=2)
    assert receipt.outcome == ("held" if is_held else "accepted")
    if not is_held:
        return
    assert f"has {n_rows:,} rows" in receipt.message and f"had {n_before:,}" in receipt.message
    assert clinic.stored() == n_stored and not receipt.is_complete
    # Nobody has read its answers: it stands in the physicians' queue.
    assert clinic.unreadable() == 1
    taken = offer(clinic, name, n_rows, item=2, takes_shrunk=True)
    assert taken.outcome == "accepted" and taken.counts.n_changed == n_rows and clinic.unreadable() == 0


def test_an_import_that_was_undone_is_no_measure(clinic):
    offer(clinic, "forms_1.csv", 100, item=1)
    imports.undo_import(
        ACTOR, clinic.store, int(imports.read_imports(ACTOR, clinic.store)["id"].iloc[0]), "wrong"
    )
    assert offer(clinic, "forms_2.csv", 10, item=2).outcome == "accepted"


def test_parts_that_are_offered_together_are_no_measure_for_each_other(clinic):
    rows = [{**GAD7, "patient_id": "ann", "assessed_at": f"2026-01-{day:02d}"} for day in range(1, 29)]
    files = [("forms_1.csv", to_csv(rows[:26])), ("forms_2.csv", to_csv(rows[26:]))]
    with clinic.tick():
        receipts = imports.import_files(ACTOR, clinic.store, files, are_made_up=True)
    assert [receipt.outcome for receipt in receipts] == ["accepted", "accepted"]
