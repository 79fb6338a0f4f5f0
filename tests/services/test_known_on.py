"""Looking back: what one day knew, case by case; why its flags were not today's; and that nothing is recorded there."""

import re
import shutil
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from clinic_files import ACTOR, close_item_9, to_csv
from store.clinic_imports import at

from lib.research.criteria import Criteria
from lib.services import (
    attrition,
    caseload,
    closing,
    cohorts,
    entries,
    imports,
    known_on,
    patients,
    policies,
    records,
    review,
    stores,
)
from lib.services import review_marks as marks
from lib.services.access import Actor, Permission
from lib.services.errors import NotFoundError, Store, StoreError
from lib.services.flag_life import FlagSeen
from lib.services.one_page import read_sheet
from lib.store._known_rows import NOT_COPIED, WHOLE, WORKED_OUT, WRITTEN_AT
from lib.store.columns import metadata
from lib.store.records import read_record_table
from lib.store.tables import RECORDS
from lib.ui.operations.attrition import say_without_date

MARCH_3 = date(2026, 3, 3)
WORDS = closing.Closing("welfare_check", "seen at home")
ZEROS = {f"item_{n}": "0" for n in range(1, 10)}

# What a day was like is compared with the file that was put aside on it.
pytestmark = pytest.mark.usefixtures("embedded_only")


def phq9(day: str, item_9: str = "0", **others: str) -> dict[str, str]:
    return {
        "patient_id": "ann",
        "instrument": "PHQ-9",
        "assessed_at": day,
        **ZEROS,
        "item_1": "1",
        "item_9": item_9,
        **others,
    }


class Clinic:
    """Ann, with a form of 10 February that came in the first load on the 12th, and a dose; at noon of a day a file may come."""

    def __init__(self, folder, key: str | None = None):
        self.store = stores.create_store(
            ACTOR, f"sqlite:///{folder / 'clinic.sqlite'}", key, are_clinics_open=True
        )
        self.n = 0
        self.take("2026-02-12", {"patient_id": "ann", "clinic_id": "north"})
        self.take("2026-02-12", phq9("2026-02-10"))
        self.take("2026-02-26", {"patient_id": "ann", "started_at": "2026-02-24", "dose_mg": "100"})

    def noon(self, day: str):
        return at(datetime.combine(date.fromisoformat(day), time(12), UTC))

    def take(self, day: str, *rows: dict[str, str], **options) -> imports.Receipt:
        self.n += 1
        with self.noon(day):
            data = to_csv([{**row, "of_file": f"file {self.n}"} for row in rows])
            (receipt,) = imports.import_files(ACTOR, self.store, [("rows.csv", data)], **options)
        return receipt

    def known(self, on: date = MARCH_3, now: str = "2026-03-20") -> Store:
        with self.noon(now):
            return known_on.open_as_known(ACTOR, self.store, on)

    def look_back(self, on: date = MARCH_3, now: str = "2026-03-20") -> known_on.Looked:
        with self.noon(now):
            return known_on.look_back(ACTOR, self.store, self.known(on, now), self.ann)

    @property
    def ann(self) -> int:
        people = review.read_caseload(ACTOR, self.store).set_index("patient_id")["patient_key"]
        return int(people["ann"])


@pytest.fixture(scope="module")
def prepared(embedded_only, tmp_path_factory) -> Clinic:
    """As every case begins; nobody adds to it."""
    clinic = Clinic(tmp_path_factory.mktemp("prepared"))
    clinic.store.engine.dispose()
    return clinic


@pytest.fixture
def clinic(prepared, tmp_path) -> Clinic:
    own = copy(prepared)
    shutil.copyfile(prepared.store.path, tmp_path / "clinic.sqlite")
    own.store = Store(f"sqlite:///{tmp_path / 'clinic.sqlite'}")
    return own


def rules(store: Store) -> set[str]:
    return set(caseload.read_flags(ACTOR, store)["rule"]) - {"no_recent_score", "not_assessable"}


def forms(store: Store) -> list[tuple[int, bool]]:
    """Every version: its item 1, and whether it is in force."""
    with store.read() as connection:
        rows = connection.execute(RECORDS["assessments"].select()).mappings().all()
    return [(row["item_1"], bool(row["is_current"])) for row in rows]


def test_a_score_that_arrived_later_is_not_there_and_the_sentence_says_so(clinic):
    clinic.take("2026-03-06", phq9("2026-03-01", "1"))
    assert rules(clinic.known()) == set()
    assert clinic.look_back().sentence == (
        "On 3 Mar 2026 this patient was not flagged (“Item 9 positive, PHQ-9”): the PHQ-9 of 1 Mar 2026 arrived on 6 Mar 2026."
    )
    assert rules(clinic.known(date(2026, 3, 6))) == {"suicidality_item_9"}


def reading(day: str, systolic: str) -> dict[str, str]:
    pressure = {"sbp_pre_mmhg": systolic, "dbp_pre_mmhg": "80"}
    return {"patient_id": "ann", "started_at": day, "dose_mg": "100", **pressure}


def test_a_critical_reading_that_another_session_followed_is_said_of_both_sides_of_a_day(clinic):
    clinic.take("2026-03-06", reading("2026-03-02", "192"), reading("2026-03-05", "120"))
    nothing = "Nothing recorded later changes what is known of this patient on"
    assert clinic.look_back(date(2026, 3, 6)).sentence == f"{nothing} 6 Mar 2026."
    said = clinic.look_back(date(2026, 3, 5)).sentence
    assert said.startswith(
        "On 5 Mar 2026 this patient was not flagged (“Blood pressure”): the dosing session of"
    )
    with clinic.noon("2026-03-08"):
        (flag,) = (
            patients.read_patient(ACTOR, clinic.store, clinic.ann)
            .flags.query("rule == 'blood_pressure'")
            .to_dict("records")
        )
        seen = FlagSeen(clinic.ann, flag["rule"], int(flag["instrument_code"]), flag["evidence"])
        closing.close_critical(ACTOR, clinic.store, seen, "treated", "amlodipine begun")
    assert clinic.look_back(date(2026, 3, 7)).sentence == f"{nothing} 7 Mar 2026."
    assert clinic.look_back(date(2026, 3, 9)).sentence == f"{nothing} 9 Mar 2026."


def test_a_critical_reading_that_is_open_beyond_the_days_read_again_is_said_of_both_sides(clinic):
    clinic.take("2026-03-02", reading("2026-03-02", "192"))
    for week in range(1, 8):
        day = str(date(2026, 3, 2) + timedelta(weeks=week))
        clinic.take(day, reading(day, "120"))
    on, now = date(2026, 4, 18), "2026-04-25"
    assert "blood_pressure" in rules_open(clinic.known(on, now), clinic, now)
    assert clinic.look_back(on, now).sentence == (
        "Nothing recorded later changes what is known of this patient on 18 Apr 2026."
    )
    clinic.take("2026-04-22", reading("2026-03-02", "129"))
    assert clinic.look_back(on, now).sentence == (
        "On 18 Apr 2026 this patient was flagged for “Blood pressure”, which today's records do not say of that day: "
        "the dosing session of 2 Mar 2026 was corrected on 22 Apr 2026."
    )


def rules_open(store: Store, clinic: Clinic, now: str) -> set[str]:
    with clinic.noon(now):
        return set(patients.read_patient(ACTOR, store, clinic.ann).flags["rule"])


def test_as_of_and_known_on_are_two_questions(clinic):
    clinic.take("2026-03-06", phq9("2026-03-01", "1"))
    assert set(caseload.read_flags(ACTOR, clinic.store, MARCH_3)["rule"]) & {"suicidality_item_9"}
    assert not set(caseload.read_flags(ACTOR, clinic.known(), MARCH_3)["rule"]) & {"suicidality_item_9"}


CASES = """
arrived        | the PHQ-9 of 1 Mar 2026 arrived on 6 Mar 2026
corrected      | the PHQ-9 of 10 Feb 2026 was corrected on 6 Mar 2026
taken back     | the PHQ-9 of 1 Mar 2026 was taken back on 6 Mar 2026
undone         | the PHQ-9 of 1 Mar 2026 was taken back on 6 Mar 2026
dated          | the PHQ-9 of 1 Mar 2026 arrived on 5 Mar 2026
held           | a row of rows.csv that waits, of 1 Mar 2026 arrived on 6 Mar 2026
of a later day |
policy         | policy version 2 came into force on 6 Mar 2026
"""


@pytest.mark.parametrize(
    ("case", "said"), [[cell.strip() for cell in line.split("|")] for line in CASES.strip().splitlines()]
)
def test_what_came_later_is_named(clinic, case, said):
    before = {"taken back", "undone"}
    receipt = clinic.take("2026-03-02", phq9("2026-03-01", "1")) if case in before else None
    with clinic.noon("2026-03-06"):
        if case == "taken back":
            with clinic.store.read() as connection:
                rows = read_record_table(connection, "assessments", None)
            records.void_record(
                ACTOR, clinic.store, "assessments", int(rows["id"].max()), "of another patient"
            )
        elif case == "undone":
            imports.undo_import(ACTOR, clinic.store, receipt.import_key, "the wrong file")
        elif case == "policy":
            text = policies.export_policy(ACTOR, clinic.store).replace("value = 84", "value = 70", 1)
            policies.publish_policy(ACTOR, clinic.store, text.encode(), "policy.toml", "a test")
    rows = {
        "arrived": phq9("2026-03-01", "1"),
        "corrected": phq9("2026-02-10", "2"),
        "dated": phq9("2026-03-01", "1", recorded_at="2026-03-05T08:00:00Z"),
        "held": phq9("2026-03-01", "1", item_2="7"),
        "of a later day": phq9("2026-03-04", "1"),
    }
    if case in rows:
        clinic.take("2026-03-06", rows[case])
    assert [one.text for one in clinic.look_back().late] == ([said] if said else [])


def test_a_closing_of_a_later_day_changes_nothing_of_an_earlier_one(clinic):
    clinic.take("2026-03-02", phq9("2026-03-01", "1"))
    with clinic.noon("2026-03-10"):
        close_item_9(clinic.store, clinic.ann, WORDS)
    assert (
        clinic.look_back().sentence
        == "Nothing recorded later changes what is known of this patient on 3 Mar 2026."
    )
    assert rules(clinic.known()) == {"suicidality_item_9"}
    assert rules(clinic.known(date(2026, 3, 10))) == set()


def test_a_flag_that_later_records_took_away_is_said(clinic):
    with clinic.noon("2026-03-22"):
        text = policies.export_policy(ACTOR, clinic.store)
        looser = re.sub(
            r"(?<=\[no_recent_score\])(.*?)value = 21", r"\1value = 60", text, count=1, flags=re.S
        )
        policies.publish_policy(ACTOR, clinic.store, looser.encode(), "policy.toml", "a test")
    assert looser != text
    assert clinic.look_back(date(2026, 3, 19), "2026-03-25").sentence == (
        "On 19 Mar 2026 this patient was flagged for “No recent score, PHQ-9”, which today's records do not say of that day: "
        "policy version 2 came into force on 22 Mar 2026."
    )


def test_a_correction_is_not_known_before_it_was_made_and_the_first_version_is_in_force(clinic):
    clinic.take("2026-03-06", phq9("2026-02-10", item_1="3"))
    assert forms(clinic.store) == [(1, False), (3, True)]
    assert forms(clinic.known()) == [(1, True)]


def test_a_withdrawal_is_not_known_before_it_was_made(clinic):
    with clinic.noon("2026-03-06"):
        records.void_record(ACTOR, clinic.store, "assessments", 1, "of another patient")
    assert forms(clinic.store) == [(1, False)]
    assert forms(clinic.known()) == [(1, True)]
    assert len(patients.read_patient(ACTOR, clinic.known(), clinic.ann).history.assessments) == 1


def test_a_first_load_counts_as_known_since_its_events(clinic):
    assert forms(clinic.known(date(2026, 2, 9))) == []
    assert review.read_caseload(ACTOR, clinic.known(date(2026, 2, 9))).empty
    on_the_10th = clinic.known(date(2026, 2, 10))
    assert review.read_caseload(ACTOR, on_the_10th)["patient_id"].tolist() == ["ann"]
    assert forms(on_the_10th) == [(1, True)]
    assert clinic.look_back(date(2026, 2, 10)).n_first_load == 2


def test_a_day_that_had_not_come_yet_is_not_known_of_a_first_load(tmp_path):
    clinic = Clinic(tmp_path)
    clinic.take(
        "2026-03-10",
        {"patient_id": "ann", "name": "Lithium", "started_on": "2026-02-20", "ended_on": "2026-03-09"},
    )
    with clinic.known().read() as connection:
        (row,) = read_record_table(connection, "medications", None).to_dict("records")
    assert row["ended_on"] is None or row["ended_on"] != row["ended_on"]


class FirstLoad(Clinic):
    """Four people who come on 20 March, in the first files of all. Bob agreed and enrolled after MARCH_3, Eve withdrew after it,
    and Dan has no days."""

    def __init__(self, folder):
        self.store, self.n = (
            stores.create_store(ACTOR, f"sqlite:///{folder / 'first.sqlite'}", are_clinics_open=True),
            0,
        )
        said = {
            "ann": ("2026-02-20", "yes", "2026-02-20"),
            "bob": ("2026-03-05", "yes", "2026-03-05"),
            "eve": ("2026-02-20", "withdrawn", "2026-03-05"),
            "dan": ("", "yes", ""),
        }
        names = ("enrolled_on", "research_consent", "research_consent_on")
        people = [{"patient_id": who, **dict(zip(names, cells, strict=True))} for who, cells in said.items()]
        self.take("2026-03-20", *({"clinic_id": "north", **one} for one in people))
        self.take("2026-03-20", *(phq9("2026-02-10", patient_id=who) for who in said))

    def names(self, keys) -> set[str]:
        people = review.read_caseload(ACTOR, self.store).set_index("patient_key")["patient_id"]
        return {people[key] for key in keys}


def test_a_consent_of_a_later_day_is_not_known_of_a_first_load(tmp_path):
    """Nor a withdrawal: what had been said before it is not on record, and nobody is taken into research on a guess."""
    clinic = FirstLoad(tmp_path)
    known = clinic.known(now="2026-03-21")
    with clinic.noon("2026-03-21"), known.read() as connection:
        rows = read_record_table(connection, "patients", None)
        agreed = rows.loc[rows["research_consent"] == "yes", "patient_key"]
        cohort = cohorts.read_cohort(ACTOR, known, Criteria())
    assert rows["research_consent"].notna().sum() == 2
    assert clinic.names(agreed) == {"ann", "dan"}
    assert clinic.names(cohort.patients) == {"ann", "dan"}
    with clinic.noon("2026-03-21"):
        today = cohorts.read_cohort(ACTOR, clinic.store, Criteria())
    assert clinic.names(today.patients) == {"ann", "bob", "dan"}


def test_an_enrolment_of_a_later_day_is_not_said_to_be_missing(tmp_path):
    clinic = FirstLoad(tmp_path)
    known = clinic.known(now="2026-03-21")
    with clinic.noon("2026-03-21"):
        then, now = (attrition.read_attrition(ACTOR, store, 52) for store in (known, clinic.store))
    assert (then.n_without_date, now.n_without_date) == (2, 1)
    then, now = (replace(one, n_without_date=131) for one in (then, now))
    assert say_without_date(then) == (
        "Patients of whom no enrolment was known by 3 Mar 2026 (not recorded, or later), in no step: 131."
    )
    assert say_without_date(now) == "Patients without a recorded day of enrolment, in no step: 131."


def test_a_patient_who_came_later_is_not_known_and_their_rows_wait(clinic):
    clinic.take("2026-03-02", phq9("2026-03-01", "1", patient_id="bob"))
    clinic.take("2026-03-06", {"patient_id": "bob"})
    assert sorted(review.read_caseload(ACTOR, clinic.store)["patient_id"]) == ["ann", "bob"]
    known = clinic.known()
    assert review.read_caseload(ACTOR, known)["patient_id"].tolist() == ["ann"]
    (reasons,) = review.read_queue(ACTOR, known).rows.query("held_row_key.notna()")["reasons"]
    assert reasons == ["Unreadable form"]
    bob = int(review.read_caseload(ACTOR, clinic.store).set_index("patient_id").loc["bob", "patient_key"])
    with pytest.raises(NotFoundError, match="No patient was found"):
        known_on.look_back(ACTOR, clinic.store, known, bob)


def test_the_policy_is_that_of_the_day(clinic):
    text = policies.export_policy(ACTOR, clinic.store)
    with clinic.noon("2026-03-06"):
        policies.publish_policy(ACTOR, clinic.store, text.encode(), "policy.toml", "a test")
    assert policies.read_policy(ACTOR, clinic.known()).version == 1
    assert policies.read_policy(ACTOR, clinic.known(date(2026, 3, 6))).version == 2


def test_a_rule_that_the_policy_of_the_day_did_not_know_finds_nothing(clinic, monkeypatch):
    """Of an earlier release, whose policy has no table for it."""
    clinic.take("2026-03-02", phq9("2026-03-01", "1"))
    table = re.compile(r"^\[suicidality_item_9\]\n.*?(?=^\[)", re.M | re.S)
    text = table.sub("", policies.export_policy(ACTOR, clinic.store))
    with clinic.store.write() as connection:
        versions = metadata.tables["policy_version"]
        connection.execute(versions.update().values(toml=text))
    with clinic.noon("2026-03-06"):
        stores.open_store(ACTOR, clinic.store.url)
    assert rules(clinic.known()) == set()
    assert "policy version 2 came into force on 6 Mar 2026" in clinic.look_back().sentence


@pytest.mark.parametrize("day", [date(2026, 3, 20), date(2026, 3, 21), date(2030, 1, 1)])
def test_a_day_that_is_not_over_is_refused(clinic, day):
    with pytest.raises(StoreError, match="is not over yet: choose a day before 20 Mar 2026"):
        clinic.known(day)


def test_the_day_ends_by_the_clinics_clock(tmp_path):
    store = stores.create_store(ACTOR, f"sqlite:///{tmp_path / 'west.sqlite'}")
    with at(datetime(2026, 2, 1, tzinfo=UTC)):
        stores.init_clinic(
            ACTOR, store, "west", name="West", time_zone="America/Los_Angeles", instruments=["PHQ-9"]
        )
        for rows in ([{"patient_id": "ann"}], [phq9("2026-01-10")]):
            imports.import_files(ACTOR, store, [("rows.csv", to_csv(rows))])
    for hour, is_known in ((7, True), (8, False)):
        with at(datetime(2026, 3, 4, hour, tzinfo=UTC) + timedelta(days=hour - 7)):
            imports.import_files(ACTOR, store, [("rows.csv", to_csv([phq9(f"2026-03-0{hour - 6}")]))])
        with at(datetime(2026, 3, 20, tzinfo=UTC)):
            known = known_on.open_as_known(ACTOR, store, date(2026, 3, 3) + timedelta(days=hour - 7))
        assert (len(forms(known)) == hour - 5) is is_known


WRITES = {
    "close": lambda store, ann: closing.close_unreadable(ACTOR, store, 1, WORDS),
    "import": lambda store, ann: imports.import_files(
        ACTOR, store, [("rows.csv", to_csv([phq9("2026-03-02")]))]
    ),
    "preview": lambda store, ann: imports.preview_files(
        ACTOR, store, [("r.csv", to_csv([phq9("2026-03-02")]))]
    ),
    "undo": lambda store, ann: imports.undo_import(ACTOR, store, 2, "wrong"),
    "void": lambda store, ann: records.void_record(ACTOR, store, "assessments", 1, "wrong"),
    "publish": lambda store, ann: policies.publish_policy(ACTOR, store, b"", "policy.toml", "a test"),
    "clinic": lambda store, ann: stores.init_clinic(
        ACTOR, store, "new", name="New", time_zone="UTC", instruments=["PHQ-9"]
    ),
    "mark": lambda store, ann: marks.mark_reviewed(ACTOR, store, ann, marks.Drawn(1, 0, 1)),
    "enter": lambda store, ann: entries.enter_record(
        ACTOR, store, ann, "events", {"on": "2026-03-01", "text": "x"}, expected=entries.DrawnForm(ann, "ann")
    ),
}


def test_nothing_is_recorded_in_the_past(clinic):
    known = clinic.known()
    for write in WRITES.values():
        with pytest.raises(
            StoreError, match=r"how it was known on 3 Mar 2026; nothing can be recorded here\."
        ):
            write(known, clinic.ann)
    caseload.refresh_if_a_day_has_passed(ACTOR, known)


def test_a_store_with_a_key_is_looked_back_at_in_memory_alone(tmp_path):
    clinic = Clinic(tmp_path, key="ab" * 32)
    files = set(tmp_path.iterdir())
    known = clinic.known()
    assert len(forms(known)) == 1 and known.path is None
    assert {file.name for file in set(tmp_path.iterdir()) - files} <= {
        "clinic.sqlite-wal",
        "clinic.sqlite-shm",
    }


def test_somebody_else_records_on_while_one_looks_back(clinic):
    known = clinic.known()
    clinic.take("2026-03-21", phq9("2026-03-01", "1"))
    assert len(forms(known)) == 1 and len(forms(clinic.store)) == 2


def test_only_ones_own_clinics_are_looked_back_at(clinic):
    south = Actor("south", frozenset(Permission), frozenset({"south"}))
    assert review.read_caseload(south, clinic.known()).empty
    with pytest.raises(NotFoundError):
        known_on.look_back(south, clinic.store, clinic.known(), clinic.ann)
    with pytest.raises(PermissionError):
        known_on.open_as_known(replace(ACTOR, permissions=frozenset()), clinic.store, MARCH_3)


def test_todays_store_is_not_looked_back_at(clinic):
    with pytest.raises(StoreError, match="what is known today"):
        known_on.look_back(ACTOR, clinic.store, clinic.store, clinic.ann)


def test_the_sheet_of_paper_says_that_it_looks_back(clinic):
    assert read_sheet(ACTOR, clinic.known(), clinic.ann).about.startswith(
        "As known on 3 Mar 2026: what arrived later"
    )
    assert "known" not in read_sheet(ACTOR, clinic.store, clinic.ann).about


def test_of_every_table_it_is_said_how_it_was_known():
    """A new table has to be told when its rows were written down."""
    special = {"about", "policy_version", "held_row", *RECORDS}
    said = [table.name for table in (*WHOLE, *WORKED_OUT, *WRITTEN_AT, *NOT_COPIED)]
    assert sorted([*said, *special]) == sorted(metadata.tables)
