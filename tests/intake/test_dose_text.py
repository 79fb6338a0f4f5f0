"""A dose or a weight written as text: one amount where it says nothing else, and never a number that it does not hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.examples import NOW, ONE_CLINIC, cases, outcome_of

from lib.intake.check import check_rows
from lib.intake.dose_text import LOW, SURE, read_dose
from lib.intake.reading import read_file
from lib.intake.weights import read_weight

# name | text | unit of the column | the cell of dose_mg
SURE_DOSES = """
as a number of mg           | 100        | mg  | 100
with its unit               | 100 mg     |     | 100
unit without a space        | 100mg      |     | 100
unit in capitals            | 100 MG     |     | 100
unit in words               | 100 milligrams |  | 100
unit with a full stop       | 100 mg.    |     | 100
grams                       | 0.1 g      |     | 100
grams in words              | 0.25 grams |     | 250
grams by the column         | 0.1        | g   | 100
its own unit counts         | 100 mg     | g   | 100
grams among milligrams      | 0.1 g      | mg  | 100
decimal comma               | 12,5 mg    |     | 12.5
decimal comma, two places   | 62,25 mg   |     | 62.25
comma after a zero          | 0,125 g    |     | 125
decimal point               | 12.5 mg    |     | 12.5
zeros behind the point      | 50.0 mg    |     | 50
a zero before               | 050 mg     |     | 50
nothing taken               | 0 mg       |     | 0
four digits                 | 1200 mg    |     | 1200
as much as grams may say    | 2 g        |     | 2000
sublingual after it         | 150 mg SL  |     | 150
sublingual before it        | SL 150 mg  |     | 150
sublingual in a word        | 150 mg sublingual |  | 150
spaces inside               | 150    mg  |     | 150
two in a thousand           | 0.002 g    |     | 2
"""
# name | text | unit of the column | code | words of the reason
DOUBTFUL_DOSES = """
no unit anywhere            | 100        |       | dose-unit   | without a unit
change with an arrow        | 35 mg --> 40 mg |  | dose-text   | change of dose
change with a short arrow   | 35->40     | mg    | dose-text   | change of dose
change with a sign          | 35 mg → 40 mg |    | dose-text   | change of dose
change in a word            | 35 to 40 mg |      | dose-text   | change of dose
increased                   | increased to 40 mg | | dose-text | change of dose
then                        | 50 mg then 100 mg |  | dose-text | change of dose
up                          | up 50 mg   |       | dose-text   | change of dose
half a troche               | 1/2 troche 200 |   | dose-text   | fraction
half, one character         | ½ of 200 mg |      | dose-text   | fraction
half, after a number        | 1½ tablets |       | dose-text   | fraction
half in a word              | half a tablet |    | dose-text   | fraction
a quarter                   | quarter troche |   | dose-text   | fraction
two of them                 | 2 x 150    | mg    | dose-text   | multiple
two of them behind          | 200 mg x2  |       | dose-text   | multiple
with a sign                 | 2 × 150 mg |       | dose-text   | multiple
with a star                 | 2*150 mg   |       | dose-text   | multiple
twice                       | 100 mg twice |     | dose-text   | multiple
per kilogram                | 0.5 mg/kg  |       | dose-per-kg | kilogram
per kilogram, spaced        | 0.5 mg / kg |      | dose-per-kg | kilogram
per kilogram in words       | 0.5 mg per kg |    | dose-per-kg | kilogram
per kilogram by the column  | 0.5        | mg/kg | dose-per-kg | kilogram
per kilogram and more       | 0.5 mg/kg IM |     | dose-text   | kilogram
mg among mg/kg              | 35 mg      | mg/kg | dose-text   | not that of its column
a range                     | 100-150 mg |       | dose-text   | range
a range with a dash         | 100–150 mg |       | dose-text   | range
one or the other            | 100 or 150 mg |    | dose-text   | range
a troche of so much         | 1 troche (100 mg) | | dose-text  | more than one number
so much a troche            | 100 mg troche |    | dose-text   | strength or its count
only a count                | 2 tablets  |       | dose-text   | strength or its count
two doses                   | 100 mg, 50 mg |    | dose-text   | more than one number
two doses with a plus       | 100 mg + 50 mg |   | dose-text   | more than one number
thousands or decimals       | 1,200 mg   |       | dose-text   | thousands
thousands with a point      | 1.200 mg   |       | dose-text   | thousands
too much for grams          | 2.001 g    |       | dose-text   | thousands
grams for milligrams        | 100 g      |       | dose-text   | more than 2,000 mg
a little too much           | 2.1 g      |       | dose-text   | more than 2,000 mg
micrograms                  | 100 mcg    |       | dose-text   | not one of mass
micrograms with a letter    | 100 µg     |       | dose-text   | not one of mass
micrograms by the column    | 100        | mcg   | dose-text   | not one of mass
millilitres                 | 1 ml       |       | dose-text   | not one of mass
a concentration             | 100 mg/ml  |       | dose-text   | more than
another route               | 150 mg IM  |       | dose-text   | more than
a doubt                     | 100 mg?    |       | dose-text   | more than
about                       | ~100 mg    |       | dose-text   | more than
a day                       | 100 mg daily |     | dose-text   | more than
negative                    | -5 mg      | mg    | dose-text   | more than
no zero before the point    | .5 mg      |       | dose-text   | no number
full-width digits           | １００ mg  |       | dose-text   | no number
a power                     | 1e3        | mg    | dose-text   | more than one number
infinite                    | inf        | mg    | dose-text   | no number
not a number                | NaN        | mg    | dose-text   | no number
refused                     | refused    | mg    | dose-text   | no number
a unit alone                | mg         |       | dose-text   | no number
yes                         | TRUE       | mg    | dose-text   | no number
a base of sixteen           | 0x1F       | mg    | dose-text   |
too many digits             | 12345678 mg |      | dose-text   | no number
"""
# text | unit of the column | outcome | kg
WEIGHTS = """
kilograms                   | 70         | kg | | 70
kilograms to a tenth        | 70.25      | kg | | 70.25
decimal comma               | 70,5 kg    |    | | 70.5
pounds                      | 154        | lb | | 69.9
pounds in the cell          | 154 lbs    |    | | 69.9
its own unit counts         | 70 kg      | lb | | 70
no unit                     | 154        |    | held |
no unit, kilograms at most  | 300        |    | held |
no unit, pounds at most     | 661        |    | held |
no unit, neither            | 662        |    | rejected |
zero                        | 0          |    | rejected |
seven hundred               | 700        |    | rejected |
the lightest                | 25         | kg | | 25
too light                   | 24.9       | kg | rejected |
the heaviest                | 300        | kg | | 300
too heavy                   | 300.1      | kg | rejected |
too light in pounds         | 55         | lb | rejected |
the lightest in pounds      | 56         | lb | | 25.4
stones                      | 11 st 4    |    | held |
words                       | not weighed | kg | held |
negative                    | -70        | kg | held |
"""


@pytest.mark.parametrize(("text", "unit", "dose_mg"), cases(SURE_DOSES))
def test_one_number_with_one_unit_of_mass_is_a_dose(text, unit, dose_mg):
    said = read_dose(text, unit)
    assert (said.confidence, said.dose_mg, said.reason) == (SURE, dose_mg, "")


@pytest.mark.parametrize(("text", "unit", "code", "words"), cases(DOUBTFUL_DOSES))
def test_everything_else_is_told_and_never_worked_out(text, unit, code, words):
    said = read_dose(text, unit)
    assert (said.confidence, said.code, said.dose_mg) == (LOW, code, "")
    assert words in said.reason
    # Whoever reads the message sees the cell beside it; the message itself may stand in a log.
    assert text not in said.reason.split()


@pytest.mark.parametrize(
    ("text", "amount", "unit", "form"),
    [
        ("100 mg troche", "100", "mg", "troche"),
        ("2 tablets", "2", "", "tablet"),
        ("0,5 mg/kg", "0.5", "mg/kg", ""),
        ("1/2 troche 200", "", "", "troche"),
        ("1,200 mg", "", "mg", ""),
        ("½ of 200 mg", "", "mg", ""),
        ("-5 mg", "", "mg", ""),
        ("35 mg --> 40 mg", "", "mg", ""),
        ("1 ml or 1 tab", "", "ml", "tablet"),
    ],
)
def test_what_is_understood_of_a_doubtful_dose_is_what_it_says(text, amount, unit, form):
    said = read_dose(text)
    assert (said.amount, said.unit, said.form) == (amount, unit, form)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0"])
def test_an_empty_dose_is_no_dose_and_no_doubt(text):
    said = read_dose(text, "mg")
    assert (said.confidence, said.dose_mg, said.reason) == ("", "", "")


PIECES = st.sampled_from(
    [
        "mg",
        "g",
        "/kg",
        "kg",
        " ",
        ".",
        ",",
        "-",
        "x",
        "½",
        "to",
        "troche",
        "SL",
        "1",
        "0",
        "25",
        "200",
        "→",
        "µg",
        "٣",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=7).map("".join), st.text(max_size=20))


@given(TEXTS, st.sampled_from(["", "mg", "g", "mg/kg", "mcg"]))
def test_no_text_raises_or_gives_an_amount_that_it_does_not_hold(text, unit):
    said = read_dose(text, unit)
    written = text.replace(",", ".")
    assert said.amount in written
    if said.dose_mg:
        assert said.confidence == SURE
        per_unit = 1000 if said.unit == "g" else 1
        assert Decimal(said.dose_mg) == Decimal(said.amount) * per_unit
        # Nothing else that is a digit stands in it.
        assert sum(map(str.isdigit, text)) == sum(map(str.isdigit, said.amount))
    assert bool(said.reason) == (said.confidence == LOW)


@pytest.mark.parametrize(("text", "unit", "outcome", "kg"), cases(WEIGHTS))
def test_a_weight_is_taken_in_a_unit_that_somebody_said(text, unit, outcome, kg):
    said = read_weight(text, unit)
    assert (said.outcome, said.kg) == (outcome, kg)
    assert bool(said.reason) == bool(outcome)


@given(TEXTS, st.sampled_from(["", "kg", "lb", "g"]))
def test_no_text_of_a_weight_raises(text, unit):
    said = read_weight(text, unit)
    assert not (said.kg and said.outcome)


# name | the cell | what becomes of the row
OWN_FILES = """
a number                    | 100          | ok
a number of three decimals  | 12.125       | ok
F11 with its unit           | 100 mg       | ok
F11 without a space         | 100mg        | ok
F11 in grams                | 0.1 g        | ok
F13 two of them             | 2 x 150 mg   | held dose-text
F13 half a troche           | 1/2 troche 200 | held dose-text
F13 a change                | 35 mg --> 40 mg | held dose-text
F14 per kilogram            | 0.5 mg/kg    | held dose-per-kg
C05 thousands               | 1,200        | rejected not-a-number
F17 infinite                | inf          | rejected not-a-number
F17 too large               | 1e400        | rejected not-a-number
F17 not a number            | nan          | rejected not-a-number
F18 yes                     | TRUE         | rejected not-a-number
F18 a base of sixteen       | 0x1F         | rejected not-a-number
negative                    | -5           | rejected off-scale
"""


@pytest.mark.parametrize(("text", "outcome"), cases(OWN_FILES))
def test_a_dose_of_our_own_files_may_have_its_unit(text, outcome):
    data = f'patient_id,started_at,dose_mg\n007,2026-03-01T10:00,"{text}"\n'.encode()
    (table,) = read_file("doses.csv", data).tables
    checked = check_rows(table, ONE_CLINIC, NOW)
    assert outcome_of(checked) == outcome
    if outcome == "ok":
        assert checked.accepted["dose_mg"].tolist() == [float(table.cells["dose_mg"][0])]
