"""The command line as a steward and a researcher use it."""

import csv
import io
import subprocess
import sys

import pytest
from clinic_files import to_csv

from lib import settings
from lib.clinical.status import STATUS_COLUMNS
from lib.commands import run
from lib.demo import demo_files
from lib.services.caseload import FLAG_FILE_COLUMNS

PATIENTS = [{"patient_id": "007", "clinic_id": "north"}, {"patient_id": "8", "clinic_id": "south"}]
SESSIONS = [
    {"patient_id": "007", "started_at": f"2026-01-{5 + 7 * n:02}T10:00", "dose_mg": "100"} for n in range(3)
]
FORMS = [
    {"patient_id": "007", "instrument": "PHQ-9", "assessed_at": "2026-01-05T08:00", "total": "18"},
    {"patient_id": "007", "instrument": "PHQ-9", "assessed_at": "2026-01-26T08:00", "total": "9"},
]


class Steward:
    """Somebody at the command line with a folder of files and a store."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.url = f"sqlite:///{folder / 'clinic.sqlite'}"

    def file(self, name: str, rows: list[dict[str, str]] | bytes) -> str:
        path = self.folder / name
        path.write_bytes(rows if isinstance(rows, bytes) else to_csv(rows))
        return str(path)

    def __call__(self, *words: str) -> tuple[int, str]:
        code = run([words[0], "--database", self.url, *words[1:]])
        printed = self.capsys.readouterr()
        return code, printed.out + printed.err

    def table(self, *words: str) -> list[dict[str, str]]:
        code, text = self(*words)
        assert code == 0
        return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def steward(tmp_path, capsys):
    return Steward(tmp_path, capsys)


def test_files_in_any_order_make_a_store_of_their_own(steward):
    files = [steward.file("a.csv", FORMS), steward.file("b.csv", SESSIONS), steward.file("c.csv", PATIENTS)]
    assert steward("import", *files)[0] == 0
    (row,) = [row for row in steward.table("status") if row["instrument"] == "PHQ-9"]
    assert (row["patient_id"], row["category"], row["change"]) == ("007", "response", "-9")


def test_a_file_that_shrank_is_held_until_it_is_taken_anyway(steward):
    people = [{"patient_id": str(number), "clinic_id": "north"} for number in range(20)]
    steward("import", steward.file("people-1.csv", people))
    fewer = steward.file("people-2.csv", people[:12])
    code, said = steward("import", fewer)
    assert code == 1 and "held: people-2.csv has 12 rows" in said and "had 20: 40 % fewer" in said
    assert "--take-shrunk" in said
    assert steward("import", "--take-shrunk", fewer)[0] == 0


def test_the_columns_are_those_of_the_data_dictionary(steward):
    steward("import", *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, FORMS))))
    assert tuple(steward.table("status", "--all-courses")[0]) == STATUS_COLUMNS
    assert (
        tuple(csv.DictReader(io.StringIO(steward("flags", "--as-of", "2026-03-31")[1])).fieldnames)
        == FLAG_FILE_COLUMNS
    )


def test_unknown_is_empty_and_booleans_are_words(steward):
    steward("import", *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, FORMS))))
    rows = {row["instrument"]: row for row in steward.table("status", "--as-of", "2026-01-27")}
    assert rows["PHQ-9"]["is_current"] == "true" and rows["PHQ-9"]["is_baseline_stale"] == "false"
    assert rows["GAD-7"]["baseline_total"] == "" and rows["GAD-7"]["is_current"] == ""
    assert rows["PHQ-9"]["percent_change"] == "-50.0" and rows["PHQ-9"]["first_dose_on"] == "2026-01-05"


def test_as_of_a_day_nothing_later_exists(steward):
    steward("import", *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, FORMS))))
    (row, _) = sorted(
        steward.table("status", "--as-of", "2026-01-12"), key=lambda row: row["instrument"], reverse=True
    )
    assert (row["latest_total"], row["n_dosing_sessions"], row["reason"]) == ("", "2", "no follow-up")
    assert steward.table("status", "--as-of", "2026-01-04") == []


def test_the_same_file_twice_changes_nothing_and_says_so(steward):
    file = steward.file("patients.csv", PATIENTS)
    steward("import", file)
    before = steward.table("status")
    code, text = steward("import", file)
    assert code == 0 and "already imported" in text and "nothing was changed" in text
    assert steward.table("status") == before


def test_rows_of_unknown_patients_are_held_and_taken_when_they_arrive(steward):
    code, text = steward("import", steward.file("forms.csv", FORMS), steward.file("sessions.csv", SESSIONS))
    assert code == 1 and "No patient with this patient_id is known" in text
    assert steward.table("status") == []
    code, text = steward("import", steward.file("patients.csv", PATIENTS))
    assert code == 0 and "5 taken that had waited" in text
    assert len(steward.table("status")) == 2


def test_a_repeated_file_says_what_still_waits_and_may_create_patients(steward):
    file = steward.file("forms.csv", FORMS)
    steward("import", file)
    code, text = steward("import", file)
    assert code == 1 and "2 rows are not taken yet" in text
    code, text = steward("import", "--create-patients", file)
    assert code == 0 and "2 rows that had waited are taken" in text


def test_create_patients_makes_nobody_from_a_rejected_row(steward):
    rows = [*FORMS, {"patient_id": "PHQ-9", "instrument": "007", "assessed_at": "not a date", "total": "3"}]
    assert steward("import", "--create-patients", steward.file("forms.csv", rows))[0] == 1
    assert {row["patient_id"] for row in steward.table("status")} == {"007"}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("good.csv", to_csv(PATIENTS), 0),
        ("half.csv", b"patient_id,birth_year\n007,1980\n8,last year\n", 1),
        ("empty.csv", b"", 2),
        ("book.xlsx", b"PK\x03\x04", 2),
        ("shopping.csv", b"milk,eggs\n1,2\n", 2),
    ],
    ids=["all accepted", "one rejected", "nothing in it", "a workbook", "something else"],
)
def test_exit_codes(steward, name, data, code):
    assert steward("import", steward.file(name, data))[0] == code


def test_a_message_names_file_line_column_remedy_and_to_a_person_the_value(steward, monkeypatch):
    path = steward.file("p.csv", b"patient_id,birth_year\n007,1980\n8,last year\n")
    said = "rejected: birth_year is not a whole number: write digits only, without decimals."
    text = steward("import", "--dry-run", path)[1]
    assert "p.csv" in text and f"line 3, birth_year: {said}" in text
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert f"line 3, birth_year: 'last year' {said}" in steward("import", path)[1]


def test_a_folder_or_a_missing_file_is_one_sentence(steward):
    for path in (steward.folder, steward.folder / "nowhere.csv"):
        code, text = steward("import", str(path))
        assert code == 2 and "Traceback" not in text and text.startswith("import: ")


def test_a_file_that_is_no_database_is_one_sentence(steward):
    (steward.folder / "clinic.sqlite").write_bytes(b"this is not a database, it is a sentence" * 50)
    code, text = steward("status")
    assert code == 2 and "is not a store" in text


def test_a_dry_run_counts_everything_and_saves_nothing(steward):
    files = [steward.file("a.csv", FORMS), steward.file("c.csv", PATIENTS)]
    code, text = steward("import", "--dry-run", *files)
    assert code == 0 and "would be 2 new" in text
    assert not (steward.folder / "clinic.sqlite").exists()


def test_a_correction_is_a_new_version_and_is_listed(steward):
    steward("import", *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, FORMS))))
    text = steward("import", steward.file("again.csv", [FORMS[0], {**FORMS[1], "total": "12"}]))[1]
    assert "1 changed, 1 unchanged" in text
    assert "12" in {row["latest_total"] for row in steward.table("status")}


def test_a_dated_correction_outranks_an_undated_first_load(steward):
    steward("import", *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, FORMS))))
    corrected = {**FORMS[1], "total": "12", "recorded_at": "2026-01-28T09:00"}
    steward("import", steward.file("again.csv", [corrected]))
    assert "12" in {row["latest_total"] for row in steward.table("status")}


def test_an_older_version_that_arrives_late_stays_behind(steward):
    newer = {**FORMS[1], "total": "12", "recorded_at": "2026-01-28T09:00"}
    older = {**FORMS[1], "total": "9", "recorded_at": "2026-01-27T09:00"}
    steward(
        "import",
        *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, [FORMS[0], newer]))),
    )
    assert "1 kept behind a later version" in steward("import", steward.file("late.csv", [older]))[1]
    assert "12" in {row["latest_total"] for row in steward.table("status")}


def test_init_makes_one_clinic_and_others_are_held_until_they_are_made(steward):
    assert steward("init", "--clinic", "north", "--time-zone", "America/Chicago")[0] == 0
    code, text = steward("import", steward.file("p.csv", PATIENTS))
    assert code == 1 and "python -m lib init --clinic south" in text
    assert steward("init", "--clinic", "south")[0] == 0
    assert steward("import", steward.file("s.csv", [{**SESSIONS[0], "patient_id": "8"}]))[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--time-zone", "Chicago"), "not a time zone"),
        (("--instruments", "PCL-5"), "not collected here"),
        (("--clinic", "north"), "already"),
    ],
    ids=["no time zone", "no such instrument", "a name that is taken"],
)
def test_init_refuses(steward, words, said):
    steward("init", "--clinic", "north")
    code, text = steward("init", *words)
    assert code == 2 and said in text


def test_a_policy_goes_out_and_comes_back_as_version_2(steward):
    steward("import", *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, FORMS))))
    text = steward("policy", "export")[1]
    assert text == settings.POLICY_FILE.read_text("utf-8")
    changed = text.replace("gad7_reliable_change = {value = 4", "gad7_reliable_change = {value = 6")
    assert (
        steward("policy", "import", steward.file("p.toml", changed.encode()))[1].strip().endswith("version 2")
    )
    assert {row["policy_version"] for row in steward.table("flags", "--as-of", "2026-02-20")} == {"2"}
    assert steward("policy", "export", "--version", "1")[1] == text


def test_a_policy_out_of_range_is_refused_and_the_running_one_stays(steward):
    steward("import", steward.file("p.csv", PATIENTS))
    wrong = settings.POLICY_FILE.read_text("utf-8").replace(
        "gap_days = {value = 84", "gap_days = {value = 8400"
    )
    code, text = steward("policy", "import", steward.file("p.toml", wrong.encode()))
    assert code == 2 and "p.toml" in text and "[courses]" in text and "gap_days" in text
    assert "8400" not in steward("policy", "export")[1]


def test_the_policy_of_a_day_and_its_versions_are_printed(steward):
    steward("import", steward.file("p.csv", PATIENTS))
    changed = settings.POLICY_FILE.read_text("utf-8").replace(
        "gap_days = {value = 84", "gap_days = {value = 70"
    )
    file = steward.file("p.toml", changed.encode())
    assert steward("policy", "import", file, "--comment", "ten weeks", "--previewed", "1")[0] == 0
    code, text = steward("policy", "import", file, "--comment", "once more", "--previewed", "1")
    assert code == 2 and "Version 2 was published by" in text and "ten weeks" in text
    assert [(row["version"], row["comment"]) for row in steward.table("policy", "versions")] == [
        ("1", "the file that the product ships"),
        ("2", "ten weeks"),
    ]
    assert steward("policy", "export", "--on", "2999-01-01")[1] == changed
    code, text = steward("policy", "export", "--on", "2020-03-03")
    assert code == 2 and "No policy was in force on 2020-03-03" in text


def test_a_policy_is_previewed_and_budgeted_without_being_published(steward):
    steward("import", *(steward.file(f"{n}.csv", rows) for n, rows in enumerate((PATIENTS, SESSIONS, FORMS))))
    stricter = settings.POLICY_FILE.read_text("utf-8").replace(
        "after_days = {value = 365", "after_days = {value = 300"
    )
    file = steward.file("p.toml", stricter.encode())
    assert steward.table("policy", "preview", file) == []
    code, text = steward("policy", "budget", file, "--weeks", "520")
    assert code == 0 and "1 patient who began a course" in text
    assert "no decision recorded" in text and "What would have fired, not what would have happened" in text
    assert steward("policy", "export", "--version", "2")[0] == 2


def test_the_demo_writes_the_bytes_that_are_shipped():
    files = demo_files()
    assert {path.name: path.read_bytes() for path in settings.DEMO_FOLDER.glob("*.csv")} == files


def test_the_demo_is_of_yesterday_and_takes_no_other_files(steward):
    assert steward("demo", "--load")[0] == 0
    made = (steward.folder / "clinic.sqlite").stat().st_ino
    assert steward("demo", "--load")[0] == 0
    assert (steward.folder / "clinic.sqlite").stat().st_ino == made
    code, text = steward("import", steward.file("p.csv", PATIENTS))
    assert code == 2 and "python -m lib init" in text
    ages = [int(row["days_since_latest"]) for row in steward.table("status") if row["days_since_latest"]]
    assert min(ages) == 1


def test_a_clinic_of_ones_own_is_never_taken_for_the_demo(steward):
    steward("import", steward.file("p.csv", PATIENTS))
    code, text = steward("demo", "--load")
    assert code == 2 and "a clinic's own records" in text


def test_nothing_is_there_is_said(steward):
    code, text = steward("status")
    assert code == 2 and "There is no store" in text


def test_it_runs_as_a_process(tmp_path):
    file = tmp_path / "patients.csv"
    file.write_bytes(to_csv(PATIENTS))
    command = [
        sys.executable,
        "-m",
        "lib",
        "import",
        "--database",
        f"sqlite:///{tmp_path / 'c.sqlite'}",
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=settings.ROOT)
    assert (done.returncode, "2 new" in done.stdout) == (0, True)


def test_a_question_is_asked_with_the_answers_that_can_be_given(steward):
    files = [steward.file("p.csv", "patient_id,initials\n007,JÉ\n".encode("cp1252"))]
    code, text = steward("import", *files)
    assert code == 2 and "--answer encoding=windows-1252" in text
    assert steward("import", "--answer", "encoding=windows-1252", *files)[0] == 0
    # Once said it is known of the same source, under another date.
    again = [steward.file("p 2026-03-02.csv", "patient_id,initials\n008,Ö\n".encode("cp1252"))]
    assert steward("import", *again)[0] == 0


def test_columns_of_another_system_are_suggested_and_taken_when_they_are_confirmed(steward):
    steward("import", steward.file("patients.csv", PATIENTS))
    rows = [{"MRN": "007", "Visit date": "2026-01-05", **{f"phq9_{n}": "1" for n in range(1, 10)}}]
    files = [steward.file("clinic.csv", rows)]
    code, text = steward("import", *files)
    assert code == 2 and "--answer mapping=@FILE" in text
    suggested = next(line.strip() for line in text.splitlines() if line.strip().startswith("{"))
    said = steward.file("mapping.json", suggested.encode())
    assert steward("import", "--answer", f"mapping=@{said}", *files)[0] == 0
    more = [rows[0] | {"Visit date": "2026-01-12", "phq9_1": "0"}]
    assert steward("import", steward.file("clinic 2026-03-02.csv", more))[0] == 0
    other = [row | {"lot": "L7", "ward": "B"} for row in rows]
    code, text = steward("import", steward.file("clinic 2026-03-03.csv", other))
    assert code == 2 and "have changed since it was mapped" in text and "lot, ward" in text
    assert len(steward.table("status")) == 1
