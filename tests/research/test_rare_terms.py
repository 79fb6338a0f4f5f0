"""What few people have: a term of an unwanted event leaves as its class where enough have one of it, a death not at all."""

from dataclasses import replace

import pandas as pd
import pytest
from released import make_clinic, read_all

from lib.clinical.adverse_terms import classify_term
from lib.research.deidentify import deidentify_with_report
from lib.research.plan import Plan
from lib.research.rare_values import Known, Texts
from lib.research.table import ColumnNote, Risk

# By term, how many people have it. Each person has one.
COMMON = {"nausea": 20, "dysuria": 12}
URINARY = {"haematuria": 4, "cystitis noninfective": 4, "bladder pain": 4}
CRITICAL = {"mania": 3, "chest pain": 2}
NONE = {"blue hair": 1}


def terms_that_leave(counts: dict[str, int]) -> tuple[pd.Series, dict[str, int], str]:
    clinic = make_clinic(200)
    ids = clinic.people["patient_id"].tolist()
    terms = [term for term, n in counts.items() for _ in range(n)]
    rows = pd.DataFrame({"patient_id": ids[: len(terms)], "started_at": "2026-01-02", "term": terms})
    (events,) = (one for one in clinic.tables if one.name == "adverse_events")
    table = replace(events, read=lambda: iter([rows.head(30), rows.tail(-30)]), n_rows=len(rows))
    done = deidentify_with_report(table, clinic.people, Plan(11))
    return read_all(done.table)["term"].value_counts(), done.n_folded, done.table.note("term").derivation


def test_what_few_have_is_told_by_class_where_the_class_is_large_enough():
    found, n_folded, said = terms_that_leave(COMMON | URINARY | CRITICAL | NONE)
    assert found.to_dict() == {**COMMON, "urinary symptom": 12, "other": 6}
    assert n_folded["term"] == 6 and "its class, or other where fewer than 11 people have it" in said


def test_people_with_a_common_term_do_not_make_a_class_large():
    """Else the class would be told of the one with the rare term alone."""
    found, *_ = terms_that_leave(COMMON | {"haematuria": 1})
    assert found.to_dict() == {**COMMON, "other": 1}


def test_without_a_rare_term_nothing_is_folded():
    found, n_folded, _ = terms_that_leave(COMMON)
    assert found.to_dict() == COMMON and n_folded["term"] == 0


@pytest.mark.parametrize(
    ("term", "of"),
    [
        ("Haematuria", "urinary symptom"),
        ("suicidal ideation", "critical event"),
        ("loss of consciousness in a urinary infection", "critical event"),
        ("presyncope", ""),
        ("nausea", ""),
    ],
)
def test_a_term_is_of_the_first_class_that_it_contains(term, of):
    assert classify_term(term) == of


def fold(kept, values: list[str | None]) -> list[str | None]:
    who, column = pd.RangeIndex(len(values)), pd.Series(values, dtype="str")
    kept.add(who, column)
    return kept.fold(column).astype("object").where(lambda told: told.notna(), None).tolist()


def test_a_flag_that_few_people_have_does_not_tell_who_they_are():
    """DTHFL has one value: "other" would tell of whom."""
    assert fold(Texts(11), ["Y"] * 3 + [None] * 40) == [None] * 43
    assert fold(Texts(11), ["Y"] * 11 + [None] * 40) == ["Y"] * 11 + [None] * 40
    assert fold(Texts(11), ["mild"] * 20 + ["severe"] * 3) == ["mild"] * 20 + ["other"] * 3


def test_a_date_that_few_people_have_and_others_may_know_is_told_of_nobody():
    days = ["2026-01-02"] * 5
    assert fold(Known(11), [*days, None]) == [None] * 6
    assert fold(Known(5), [*days, None]) == [*days, None]
    clinic = make_clinic(200)
    (patients,) = (one for one in clinic.tables if one.name == "patients")
    note = ColumnNote("died_on", "date of death", "date", risk=Risk.QUASI)
    for n, told in ((3, 0), (30, 30)):
        rows = read_all(patients).assign(died_on=["2026-01-02"] * n + [None] * (200 - n))
        table = replace(patients, columns=(*patients.columns, note), read=lambda rows=rows: iter([rows]))
        left = read_all(deidentify_with_report(table, clinic.people, Plan(11)).table)
        assert left["died_day"].notna().sum() == told


def test_no_other_table_tells_a_trait_that_is_suppressed():
    """A pregnancy tells the sex, a code of diagnosis what is treated: of whom that is suppressed, neither is told."""
    clinic = make_clinic(200)
    people = clinic.people.assign(sex="female", indication="depression")
    people.loc[:19, ["sex", "indication"]] = "suppressed"
    (events,) = (one for one in clinic.tables if one.name == "adverse_events")
    rows = pd.DataFrame({"patient_id": people["patient_id"], "started_at": "2026-01-02"})
    rows = rows.assign(term="pregnancy", code="F43.10")
    code = ColumnNote("code", "ICD-10-CM", "text", risk=Risk.QUASI)
    table = replace(events, columns=(*events.columns, code), read=lambda: iter([rows]), n_rows=len(rows))
    left = read_all(deidentify_with_report(table, people, Plan(11)).table).set_index("research_id")
    sex = people.set_index("research_id")["sex"].reindex(left.index)
    # Of those of whom it is told the code of nine is rare, although eleven more have it.
    few = rows.assign(code=["F32.1"] * 11 + ["F43.10"] * 180 + ["F32.1"] * 9)
    again = deidentify_with_report(replace(table, read=lambda: iter([few])), people, Plan(11)).table
    assert read_all(again)["code"].value_counts().to_dict() == {"suppressed": 20, "F43.10": 171, "other": 9}
    assert left.loc[sex == "suppressed", ["term", "code"]].drop_duplicates().values.tolist() == [
        ["other", "suppressed"]
    ]
    assert left.loc[sex == "female", ["term", "code"]].drop_duplicates().values.tolist() == [
        ["pregnancy", "F43.10"]
    ]
