"""What foreign columns mean: the names that are known, what is asked, and the mapping as data."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.examples import cases
from intake.grids import grid, items, questions_of, read_as_mapped
from source_files import ROOT

from lib.clinical.frames import COMMON_COLUMNS, KINDS
from lib.intake.aliases import find_meanings
from lib.intake.answering import answer_points, choose_mapping
from lib.intake.choices import NeedsChoice
from lib.intake.grid import Grid
from lib.intake.mapping import (
    WAYS,
    Mapping,
    RecordMapping,
    Take,
    diff_columns,
    parse_mapping,
    rename_columns,
    signature,
    write_mapping,
)
from lib.intake.open_points import find_open_points
from lib.intake.suggesting import suggest_mapping
from lib.intake.texts import Texts

# the header | whose record it is of ("" every one's) | our column
NAMES = """
numbered                 | phq9_3                | PHQ-9 | item_3
with a hyphen            | PHQ-9 Item 3          | PHQ-9 | item_3
with a colon             | PHQ-9: Q3             | PHQ-9 | item_3
with a zero              | phq9_03               | PHQ-9 | item_3
without a sign           | PHQ93                 | PHQ-9 | item_3
with its short name      | phq9_3_sleep          | PHQ-9 | item_3
by its short name        | phq9_trouble_sleeping | PHQ-9 | item_3
CamCOPS interest         | phq9_little_interest  | PHQ-9 | item_1
CamCOPS mood             | phq9_feeling_down     | PHQ-9 | item_2
item 9 by its name       | phq9_self_harm        | PHQ-9 | item_9
item 9 by its number     | PHQ-9 item 9          | PHQ-9 | item_9
the question after it    | phq9_10               | PHQ-9 | difficulty
difficulty by its name   | phq9_difficulty       | PHQ-9 | difficulty
NHANES                   | DPQ090                | PHQ-9 | item_9
NHANES difficulty        | DPQ100                | PHQ-9 | difficulty
SDTM                     | PHQ0109               | PHQ-9 | item_9
SDTM difficulty          | PHQ0110               | PHQ-9 | difficulty
SDTM total               | PHQ0111               | PHQ-9 | total
SDTM anxiety             | GAD0207               | GAD-7 | item_7
LOINC item 9             | 44260-8               | PHQ-9 | item_9
LOINC with words         | 44250-9 Interest      | PHQ-9 | item_1
LOINC total              | 44261-6               | PHQ-9 | total
LOINC anxiety total      | 70274-6               | GAD-7 | total
total                    | phq9_total            | PHQ-9 | total
total score              | phq9_total_score      | PHQ-9 | total
the form's name alone    | PHQ9                  | PHQ-9 | total
the same with a hyphen   | PHQ-9                 | PHQ-9 | total
NHS total                | GAD7 Score            | GAD-7 | total
NDCLab total             | phq8_scrdTotal_s1_r1_e1 | PHQ-8 | total
NDCLab item              | phq9_i3_s1_r1_e1      | PHQ-9 | item_3
REDCap anxiety           | sc_gad7_3             | GAD-7 | item_3
REDCap status            | phq9_complete         | PHQ-9 | complete
REDCap status of anxiety | sc_gad_complete       | GAD-7 | complete
question of the form     | Little interest or pleasure in doing things | PHQ-9 | item_1
question with its stem   | 9. Thoughts that you would be better off dead, or of hurting yourself | PHQ-9 | item_9
question of anxiety      | 1. Over the last 2 weeks … Feeling nervous, anxious or on edge | GAD-7 | item_1
restless, of anxiety     | Being so restless that it's hard to sit still | GAD-7 | item_5
restless, of depression  | Moving or speaking so slowly … Or the opposite: being so fidgety or restless | PHQ-9 | item_8
date of the form         | phq9_date             | PHQ-9 | date
whose                    | MRN                   |       | patient_id
whose in REDCap          | record_id             |       | patient_id
when                     | Visit Date            |       | date
dose                     | Dose                  | session | dose_mg
dose with its unit       | Dose (mg)             | session | dose_mg
dose by weight           | dose mg/kg            | session | dose_mg
dose of ketamine         | ketamine_dose_mg      | session | dose_mg
systolic before          | pre_sbp               | session | sbp_pre_mmhg
weight                   | Weight (lbs)          | weight | value
"""
UNKNOWN = [
    "Poco interés o placer en hacer cosas",  # translated: C17
    "Wenig Interesse oder Freude an Ihren Tätigkeiten",
    "phq9_1_sleep",  # contradicts itself
    "phq9_1_notes",
    "phq9_11",
    "phq15_1",
    "phq2",
    "PHQ-2 total",
    "phq_total",  # of which PHQ?
    "89204-2",  # PHQ-9 modified for teens is another questionnaire
    "55758-7",  # PHQ-2
    "Feeling nervous, anxious, or on edge; Trouble relaxing",  # two questions
    "q3",  # nothing beside it
    "systolic",  # before the dose, or after it?
    "id",
    "note",
    "",
    "9",
]


@pytest.mark.parametrize(("name", "part", "column"), cases(NAMES))
def test_a_known_name_has_its_meaning(name, part, column):
    meaning = find_meanings([name]).get(name)
    assert (meaning.part, meaning.column) == (part, column) if column else meaning is None


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_name_that_nobody_can_tell_has_no_meaning_as_a_form(name):
    meaning = find_meanings([name]).get(name)
    assert meaning is None or meaning.part == "session"


@pytest.mark.parametrize(
    ("prefix", "part"),
    [
        ("phq", "PHQ-9"),
        ("phq_", "PHQ-9"),
        ("sc_gad", "GAD-7"),
        ("gad_", "GAD-7"),
        ("q", "form"),
        ("Item ", "form"),
    ],
)
def test_numbers_behind_a_prefix_are_items_where_the_first_three_stand_together(prefix, part):
    names = [f"{prefix}{number}" for number in range(1, 8)]
    found = find_meanings(names)
    assert [(found[name].part, found[name].column) for name in names] == [
        (part, f"item_{n}") for n in range(1, 8)
    ]
    apart = [f"{prefix}{number}" for number in (4, 5, 6)]
    assert not {meaning.column for meaning in find_meanings(apart).values()} - {"item_4", "item_5", "item_6"}


def test_phq_9_is_a_total_alone_and_item_9_in_its_family():
    family = [f"phq_{number}" for number in range(1, 10)]
    assert find_meanings(family)["phq_9"].column == "item_9"
    assert find_meanings(["phq_9", "date"])["phq_9"].column == "total"


PHQ9 = ",".join(f"phq9_{number}" for number in range(1, 10))
GENERIC = ",".join(f"q{number}" for number in range(1, 10))
RENAMED = PHQ9.replace("phq9_9", "suicidal thoughts")
# name | header | row | keys of the questions
ASKED = f"""
nothing known             | Nombre,Fecha | a,b | mapping
no patient                | date,{PHQ9} | 2026-03-01,{items("000000000")} | column:patient_id
no date                   | mrn,{PHQ9} | 1,{items("000000000")} | column:PHQ-9.assessed_at
no instrument             | mrn,date,{GENERIC} | 1,2026-03-01,{items("000000000")} | instrument
F08 eight items           | mrn,date,{PHQ9[:-7]} | 1,2026-03-01,{items("00000000")} | instrument:PHQ-9
item 3 has no column      | mrn,date,{PHQ9.replace("phq9_3", "x")} | 1,2026-03-01,{items("000000000")} | mapping
item 9 by another name    | mrn,date,{RENAMED} | 1,2026-03-01,{items("000000000")} | mapping instrument:PHQ-9
item 9 beside a total     | mrn,date,phq9_total,Q9 | 1,2026-03-01,4,1 | mapping
items beside a total      | mrn,date,phq9_total,{GENERIC} | 1,2026-03-01,4,{items("000000001")} | mapping
answers in no known column | mrn,date,phq9_total,mood | 1,2026-03-01,4,Several days | mapping
two of one item           | mrn,date,{PHQ9},44260-8 | 1,2026-03-01,{items("0000000000")} | column:PHQ-9.item_9
two dates                 | mrn,date,timestamp,phq9_total | 1,2026-03-01,2026-03-02,3 | column:assessed_at
two patients              | mrn,patient,date,phq9_total | 1,1,2026-03-01,3 | column:patient_id
F09 counted from 1        | mrn,date,{PHQ9} | 1,2026-03-01,{items("123411111")} | points:PHQ-9
F09 with decimals         | mrn,date,{PHQ9} | 1,2026-03-01,{"1.0,2.0,3.0,4.0," + items("11111")} | points:PHQ-9
F09 with a stray code     | mrn,date,{PHQ9} | 1,2026-03-01,{"99," + items("23411111")} | points:PHQ-9
F12 dose without a unit   | mrn,date,dose | 1,2026-03-01,100 | unit:dose
F16 weight without a unit | mrn,date,weight | 1,2026-03-01,154 | unit:weight
"""
NOT_ASKED = f"""
all is known              | mrn,date,{PHQ9} | 1,2026-03-01,{items("000000000")}
a 4 beside a 0            | mrn,date,{PHQ9} | 1,2026-03-01,{items("023411111")}
no 4                      | mrn,date,{PHQ9} | 1,2026-03-01,{items("123311111")}
a 4 beside not at all     | mrn,date,{PHQ9} | 1,2026-03-01,Not at all,{items("43411111")}
every dose with its unit  | mrn,date,dose | 1,2026-03-01,100 mg
unit in the name          | mrn,date,dose_mg | 1,2026-03-01,100
weight with its unit      | mrn,date,weight | 1,2026-03-01,70 kg
an eight-item form        | mrn,date,{",".join(f"phq8_{n}" for n in range(1, 9))} | 1,2026-03-01,{items("00000000")}
total alone               | mrn,date,PHQ9 | 1,2026-03-01,14
"""


@pytest.mark.parametrize(("header", "row", "keys"), cases(ASKED))
def test_what_is_not_settled_is_asked_before_anything_is_taken(header, row, keys):
    asked = questions_of(grid(f"{header}\n{row}\n{row}"))
    assert set(asked) == set(keys.split())
    assert all(asked.values())


@pytest.mark.parametrize(("header", "row"), cases(NOT_ASKED))
def test_what_is_settled_is_not_asked(header, row):
    assert questions_of(grid(f"{header}\n{row}\n{row}")) == {}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (f"mrn,visit,{PHQ9}\n1,2026-03-01,{items('0' * 9)}", {"column:PHQ-9.assessed_at": "visit"}),
        (f"code,date,{PHQ9}\n1,2026-03-01,{items('0' * 9)}", {"column:patient_id": "code"}),
        (
            f"mrn,date,{','.join(f'q{n}' for n in range(1, 10))}\n1,2026-03-01,{items('0' * 9)}",
            {"instrument": "PHQ-9"},
        ),
        (
            f"mrn,date,{PHQ9[:-7]}\n1,2026-03-01,{items('12341111')}\n2,2026-03-01,{items('12341111')}",
            {"instrument:PHQ-9": "PHQ-8", "points:PHQ-9": "points 1-4"},
        ),
        ("mrn,date,timestamp,phq9_total\n1,2026-03-01,2026-03-02,3", {"column:assessed_at": "date"}),
        (f"mrn,date,{PHQ9},44260-8\n1,2026-03-01,{items('0' * 10)}", {"column:PHQ-9.item_9": "44260-8"}),
        ("mrn,date,dose\n1,2026-03-01,100", {"unit:dose": "mg"}),
        ("mrn,date,weight\n1,2026-03-01,154", {"unit:weight": "lb"}),
    ],
)
def test_an_answer_settles_its_question(text, answers):
    sheet = grid(text)
    assert set(questions_of(sheet)) == set(answers)
    assert questions_of(sheet, answers) == {}


def test_an_answer_that_was_not_offered_is_asked_again():
    sheet = grid("mrn,date,dose\n1,2026-03-01,100")
    assert set(questions_of(sheet, {"unit:dose": "stones"})) == {"unit:dose"}
    assert set(questions_of(sheet, {"column:patient_id": "gone"})) == {"unit:dose"}


def test_a_suggestion_says_why_and_leaves_the_rest_to_a_person():
    sheet = grid(
        "mrn,date,44261-6,Feeling nervous anxious,favourite colour,redcap_event_name\n1,2026-03-01,4,Several days,blue,visit 1"
    )
    mapping = suggest_mapping(sheet)
    reasons = {take.source: take.why for record in mapping.records for take in record.takes}
    assert reasons == {
        "mrn": "alias",
        "date": "alias",
        "44261-6": "LOINC code",
        "Feeling nervous anxious": "full question, with the words of the answers",
    }
    assert mapping.unmapped(sheet.names) == ("favourite colour",)
    assert [name for name, why in mapping.not_taken if why] == ["redcap_event_name"]


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=lambda kind: kind.name)
def test_our_own_names_mean_themselves(kind):
    names = tuple(column.name for column in (*kind.columns, *COMMON_COLUMNS))
    mapping = suggest_mapping(Grid("x.csv", names, tuple(Texts() for _ in names), [], []))
    (record,) = mapping.records
    assert (record.kind, record.constants) == (kind.name, ())
    assert {take.column: take.source for take in record.takes} == {name: name for name in names}
    assert find_open_points(mapping, Grid("x.csv", names, tuple(Texts() for _ in names), [], [])) == ()


@given(st.permutations(["mrn", "date", "dose", "weight_kg", "gad7_total", "extra", *PHQ9.split(",")]))
def test_the_order_of_columns_does_not_matter(names):
    def suggest(names):
        return suggest_mapping(Grid("x.csv", tuple(names), tuple(Texts() for _ in names), [], []))

    assert suggest(names) == suggest(sorted(names))
    assert signature(names) == signature(sorted(names))


NAMES_OF_THEIRS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@st.composite
def mappings(draw):
    records = []
    for kind in draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=3)):
        columns = [column.name for column in (*KINDS[kind].columns, *COMMON_COLUMNS)]
        takes = draw(
            st.lists(
                st.builds(
                    Take,
                    st.sampled_from(columns),
                    NAMES_OF_THEIRS,
                    st.sampled_from(WAYS),
                    st.lists(st.text(max_size=4), max_size=2).map(tuple),
                    st.text(max_size=5),
                ),
                max_size=4,
            )
        )
        constants = draw(st.dictionaries(st.sampled_from(columns), st.text(max_size=6), max_size=2))
        records.append(RecordMapping(kind, tuple(takes), tuple(constants.items())))
    left_out = draw(st.dictionaries(NAMES_OF_THEIRS, st.text(max_size=6), max_size=2))
    return Mapping(tuple(records), tuple(left_out.items()))


@given(mappings())
def test_a_mapping_is_read_back_as_written(mapping):
    assert parse_mapping(write_mapping(mapping)) == mapping


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not an object"),
        ('{"colums": []}', "colums"),
        ('{"records": {}}', "not a list"),
        ('{"records": [{"kind": "forms"}]}', "forms"),
        (
            '{"records": [{"kind": "assessments", "columns": [{"column": "item_10", "source": "q10"}]}]}',
            "item_10",
        ),
        ('{"records": [{"kind": "assessments", "columns": [{"column": "item_1"}]}]}', "source"),
        (
            '{"records": [{"kind": "assessments", "columns": [{"column": "item_1", "source": "q1", "reads": "guess"}]}]}',
            "guess",
        ),
        (
            '{"records": [{"kind": "assessments", "columns": [{"column": "item_1", "source": "gone"}]}]}',
            "gone",
        ),
        ('{"records": [{"kind": "assessments", "constants": {"instrumnt": "PHQ-9"}}]}', "instrumnt"),
        ('{"records": [{"kind": "assessments", "constants": {"instrument": 9}}]}', "not a text"),
        (
            '{"records": [{"kind": "assessments", "columns": [{"column": "item_1", "source": "q1", "missing": [9]}]}]}',
            "missing",
        ),
        ('{"not_taken": ["a"]}', "not an object"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_by_name(text, words):
    with pytest.raises(ValueError, match=words):
        parse_mapping(text, ["q1"])
    with pytest.raises(NeedsChoice, match=words) if text else pytest.raises(NeedsChoice):
        questions = choose_mapping(grid("q1\n1"), {"mapping": text})
        raise NeedsChoice("x", *find_open_points(questions, grid("q1\n1")))


def test_a_mapping_of_a_column_that_is_gone_is_asked_about():
    sheet = grid("mrn,date,PHQ9\n1,2026-03-01,4")
    mapping = suggest_mapping(sheet)
    later = replace(sheet, names=("mrn", "date", "PHQ total"))
    assert any("PHQ9" in question.text for question in find_open_points(mapping, later))


def test_what_changed_between_two_exports_is_told():
    old, new = ["mrn", "date", "PHQ9_1", "site"], ["date", "mrn", "phq9 1", "phq9_2"]
    changes = diff_columns(old, new)
    assert (changes.added, changes.removed, changes.renamed) == (
        ("phq9_2",),
        ("site",),
        (("PHQ9_1", "phq9 1"),),
    )
    assert changes.is_reordered
    assert not diff_columns(old, [*old, "more"]).is_reordered
    mapping = suggest_mapping(grid(",".join(old) + "\n1,2026-03-01,1,a"))
    assert "phq9 1" in rename_columns(mapping, changes).sources


def test_a_signature_is_of_names_and_format():
    assert signature(["MRN", "Visit Date"]) == signature(["visit_date", "mrn"])
    assert signature(["mrn"]) != signature(["mrn", "date"])
    assert signature(["mrn"], "xlsx") != signature(["mrn"], "csv")


def test_answers_change_nothing_that_was_not_asked():
    mapping = suggest_mapping(grid(f"mrn,date,dose_mg,{PHQ9}\n1,2026-03-01,100,{items('0' * 9)}"))
    assert (
        answer_points(mapping, {"unit:dose_mg": "g", "instrument": "GAD-7", "points:GAD-7": "points 1-4"})
        == mapping
    )


def test_one_form_with_a_4_says_nothing_of_its_scale():
    assert questions_of(grid(f"mrn,date,{PHQ9}\n1,2026-03-01,{items('123411111')}")) == {}


def test_eight_items_may_be_said_to_be_a_phq_9_whose_item_9_was_not_exported():
    sheet = grid(f"mrn,date,{PHQ9[:-7]}\n1,2026-03-01,{items('00000000')}")
    table = read_as_mapped(sheet, {"instrument:PHQ-9": "PHQ-9"})["PHQ-9"]
    assert table.cells["instrument"] == ["PHQ-9"]
    assert "item_9" not in table.cells


def test_a_list_of_people_is_mapped_to_patients():
    sheet = grid("MRN,Date of birth,Gender,GP\n007,1980-02-01,f,Dr A")
    table = read_as_mapped(sheet)["patients"]
    assert table.cells == {"patient_id": ["007"], "birth_date": ["1980-02-01"], "sex": ["f"]}
    assert table.unknown_columns == ("GP",)


def test_the_dictionary_shows_a_mapping_that_can_be_read():
    _, _, rest = (ROOT / "data" / "README.md").read_text("utf-8").partition("```json\n")
    example, _, words = rest.partition("```")
    (record,) = parse_mapping(example).records
    assert (record.name, record.takes[2].missing) == ("PHQ-9", ("-9",))
    assert [way for way in WAYS if f"`{way}`" not in words] == []
