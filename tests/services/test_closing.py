"""Closing an item-9 flag: who, why, and what stays open."""

from datetime import UTC, date, datetime, timedelta

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, close_item_9, to_csv

from lib.services import (
    _clock,
    caseload,
    closing,
    imports,
    one_page,
    patients,
    quarantine,
    review,
    stores,
)
from lib.services.closing import Closing
from lib.services.dosing_next import read_before_sessions, read_dosing_next
from lib.services.errors import NotFoundError, Store, StoreError
from lib.ui.next_cells import describe_row

TODAY = date(2026, 3, 20)
DONE = Closing("welfare_check", "police welfare check at 16:00, patient well")


def form(day: str, item_9: str, patient: str = "ann") -> dict[str, str]:
    items = {f"item_{n}": "1" for n in range(1, 9)}
    return {"patient_id": patient, "instrument": "PHQ-9", "assessed_at": day, **items, "item_9": item_9}


class Clinic:
    def __init__(self, folder):
        self.store = copy_of("closing", folder / "clinic.sqlite", self.begin)

    def begin(self, url: str) -> Store:
        self.store = stores.create_store(ACTOR, url, are_clinics_open=True)
        self.take("patients", [{"patient_id": "ann"}, {"patient_id": "bob"}])
        return self.store

    def take(self, kind: str, rows: list[dict[str, str]]) -> None:
        imports.import_files(ACTOR, self.store, [(f"{kind}.csv", to_csv(rows))])

    @property
    def ann(self) -> int:
        people = review.read_caseload(ACTOR, self.store)
        return int(people.set_index("patient_id").loc["ann", "patient_key"])

    def flags(self, as_of: date | None = None) -> list[str]:
        flags = caseload.read_flags(ACTOR, self.store, as_of)
        return [
            f"{row.severity} {row.since.date()}"
            for row in flags.itertuples()
            if row.rule == "suicidality_item_9"
        ]

    def queue(self) -> list[list[str]]:
        return list(review.read_queue(ACTOR, self.store).rows["reasons"])


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    monkeypatch.setattr(_clock, "now", lambda: datetime(2026, 3, 20, 12, tzinfo=UTC))
    return Clinic(tmp_path)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (Closing("", "a note"), "reason"),
        (Closing("because", "a note"), "reason"),
        (Closing("welfare_check", "  "), "note"),
        (Closing("assessed", "a note"), "tool"),
        (Closing("assessed", "a note", tool="C-SSRS"), "result"),
    ],
    ids=["no reason", "a reason of one's own", "no note", "no tool", "no result"],
)
def test_what_is_missing_is_asked_for(clinic, said, missing):
    clinic.take("assessments", [form("2026-03-10", "2")])
    with pytest.raises(StoreError, match=missing):
        close_item_9(clinic.store, clinic.ann, said)
    assert clinic.flags() == ["critical 2026-03-10"]


def test_a_closed_flag_is_gone_today_and_was_there_before(clinic):
    clinic.take("assessments", [form("2026-03-10", "2")])
    close_item_9(clinic.store, clinic.ann, DONE)
    assert clinic.flags() == [] and clinic.queue() == []
    assert clinic.flags(TODAY - timedelta(days=1)) == ["critical 2026-03-10"]
    events = patients.read_patient(ACTOR, clinic.store, clinic.ann).closings
    assert list(events["actor"]) == [ACTOR.name] and list(events["note"]) == [DONE.note]


def test_a_newer_zero_closes_nothing(clinic):
    clinic.take("assessments", [form("2026-03-10", "1"), form("2026-03-17", "0")])
    assert clinic.flags() == ["high 2026-03-10"]


@pytest.mark.parametrize(
    ("later", "flag"),
    [
        (form("2026-03-19", "1"), "high 2026-03-19"),
        (form("2026-03-01", "1"), "high 2026-03-01"),
        (form("2026-03-10", "3"), "critical 2026-03-10"),
    ],
    ids=["a newer form", "an older form that arrives late", "a correction of the same form"],
)
def test_what_arrives_after_a_closing_opens_the_flag_again(clinic, later, flag):
    clinic.take("assessments", [form("2026-03-10", "2")])
    close_item_9(clinic.store, clinic.ann, DONE)
    clinic.take("assessments", [later])
    assert clinic.flags() == [flag]


def test_a_form_that_came_in_between_is_not_closed_unseen(clinic):
    clinic.take("assessments", [form("2026-03-10", "1")])
    seen = patients.read_patient(ACTOR, clinic.store, clinic.ann).flags["evidence"].iloc[0]
    clinic.take("assessments", [form("2026-03-18", "3")])
    with pytest.raises(StoreError, match="changed since it was shown"):
        closing.close_flag(ACTOR, clinic.store, clinic.ann, DONE, evidence=seen)
    assert clinic.flags() == ["critical 2026-03-10"]


def test_twice_is_told_so(clinic):
    clinic.take("assessments", [form("2026-03-10", "1")])
    seen = patients.read_patient(ACTOR, clinic.store, clinic.ann).flags["evidence"].iloc[0]
    closing.close_flag(ACTOR, clinic.store, clinic.ann, DONE, evidence=seen)
    with pytest.raises(NotFoundError, match="somebody may have closed it"):
        closing.close_flag(ACTOR, clinic.store, clinic.ann, DONE, evidence=seen)


def test_an_item_9_on_a_held_row_is_flagged_at_once(clinic):
    clinic.take("assessments", [{**form("2026-03-10", "3"), "total": "27"}])
    assert clinic.flags() == ["critical 2026-03-10"]
    assert clinic.queue() == [["Item 9 positive (3)"]]


def test_an_item_9_dated_in_the_future_counts_on_the_day_it_was_offered(clinic):
    clinic.take("assessments", [form("2062-01-05", "3")])
    assert clinic.flags() == ["critical 2026-03-20"]


def test_an_unreadable_form_stays_in_the_queue_until_it_is_closed(clinic):
    clinic.take("assessments", [form("2026-03-10", "often")])
    held = review.read_queue(ACTOR, clinic.store).rows["held_row_key"].iloc[0]
    assert clinic.queue() == [["Unreadable form"]]
    closing.close_unreadable(ACTOR, clinic.store, int(held), DONE)
    assert clinic.queue() == []


SAYS_UNKNOWN = "item 9 of forms that were not taken: unknown on 1 form that nobody could read"


def test_the_answer_of_a_form_that_nobody_could_read_stays_unknown(clinic):
    """Somebody looked; what was answered nobody knows, and asked it was."""
    clinic.take("assessments", [form("2026-03-10", "often")])
    held = int(review.read_queue(ACTOR, clinic.store).rows["held_row_key"].iloc[0])
    closing.close_unreadable(ACTOR, clinic.store, held, DONE)
    sheet = one_page.read_sheet(ACTOR, clinic.store, clinic.ann)
    facts = dict(sheet.facts)
    assert SAYS_UNKNOWN in sheet.sentence and "PHQ-9 (no form was taken)" in sheet.sentence
    assert SAYS_UNKNOWN.capitalize() in facts["Item 9"] and "never asked" not in facts["Item 9"]
    # It waits for nobody any more.
    assert "Unreadable" not in facts and clinic.queue() == []


def test_dosing_next_says_that_a_form_which_was_closed_could_not_be_read(clinic):
    """Before a dose "no PHQ-9 recorded" would read as never asked."""
    clinic.take("dosing_sessions", [{"patient_id": "ann", "started_at": "2026-03-31", "status": "planned"}])

    def said():
        (row,) = read_dosing_next(ACTOR, clinic.store).rows.to_dict("records")
        (before,) = read_before_sessions(ACTOR, clinic.store, [row["patient_key"]]).to_dict("records")
        return describe_row(row | before)["item_9"]

    assert said() == "no PHQ-9 recorded"
    clinic.take("assessments", [form("2026-03-10", "often")])
    assert said() == "no PHQ-9 that could be read; 1 form unreadable"
    held = int(review.read_queue(ACTOR, clinic.store).rows["held_row_key"].iloc[0])
    closing.close_unreadable(ACTOR, clinic.store, held, DONE)
    assert said() == "no PHQ-9 that could be read; unknown on 1 form that nobody could read, closed"


def test_rules_on_item_9_are_never_said_to_have_read_a_form_that_nobody_could_read(clinic):
    """With no flag open the page says what the rules had at hand."""
    clinic.take("assessments", [form("2026-03-03", "0"), form("2026-03-10", "often")])

    def read():
        covered = patients.read_patient(ACTOR, clinic.store, clinic.ann).coverage
        (said,) = (one for one in covered if one.rule == "suicidality_item_9")
        return [said.state, said.n_recorded, said.n_records]

    assert read() == ["partly assessed", 1, 2]
    held = int(review.read_queue(ACTOR, clinic.store).rows["held_row_key"].iloc[0])
    closing.close_unreadable(ACTOR, clinic.store, held, DONE)
    assert read() == ["partly assessed", 1, 2]


def test_a_form_that_was_read_after_all_is_not_unknown(clinic):
    clinic.take("assessments", [form("2026-03-10", "often")])
    held = int(review.read_queue(ACTOR, clinic.store).rows["held_row_key"].iloc[0])
    quarantine.correct(
        ACTOR, clinic.store, quarantine.Correction((held,), {"item_9": "0"}, "read from paper")
    )
    closing.close_unreadable(ACTOR, clinic.store, held, DONE)
    facts = dict(one_page.read_sheet(ACTOR, clinic.store, clinic.ann).facts)
    assert facts["Item 9"].startswith("Item 9: 0 on 10 Mar 2026")
    assert "nobody could read" not in facts["Item 9"]


def test_an_unreadable_file_stands_in_the_queue(clinic):
    imports.import_files(ACTOR, clinic.store, [("forms.xlsx", b"PK\x03\x04 not a table")])
    assert clinic.queue() == [["Unreadable form"]]


def test_an_empty_queue_is_read(clinic):
    queue = review.read_queue(ACTOR, clinic.store)
    assert len(queue.rows) == 0
    # Nobody has sent anything yet: a count of nothing is not "0".
    assert [card.label for card in queue.cards] == ["?"] * 4
