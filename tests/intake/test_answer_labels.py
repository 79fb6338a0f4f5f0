"""Words to points: one table of what is read, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.clinical.instruments import ANSWERS
from lib.intake.answer_labels import parse_answer, parse_difficulty

READ = {
    "Not at all": 0,
    "NOT AT ALL": 0,
    " several   days ": 1,
    "several_days": 1,
    "Several days.": 1,
    "More than half the days": 2,
    "More than half the days (7 or more)": None,
    "Over half the days": 2,
    "more-than-half-the-days": 2,
    "Nearly every day": 3,
    "Nearly every\u00a0day": 3,
    "3 - Nearly every day": 3,
    "(1) Several days": 1,
    "Several days (1)": 1,
    "Several days (2)": None,
    "2: Several days": None,
    "1": None,
    "": None,
    "Most days": None,
    "Not at all, several days": None,
    "Not difficult at all": None,
}


@pytest.mark.parametrize(("text", "points"), READ.items())
def test_an_answer_in_words(text, points):
    assert parse_answer(text) == points


def test_difficulty_has_words_of_its_own():
    texts = (
        "Not difficult at all",
        "Somewhat difficult",
        "Very difficult",
        "Extremely difficult",
        "Not at all",
    )
    assert [parse_difficulty(text) for text in texts] == [0, 1, 2, 3, None]


@given(
    st.sampled_from(ANSWERS),
    st.sampled_from([str.upper, str.title, str]),
    st.sampled_from([" ", "  ", "_", "-"]),
)
def test_case_and_spacing_say_nothing(answer, recase, gap):
    assert parse_answer(recase(answer).replace(" ", gap)) == ANSWERS.index(answer)


@given(st.text())
def test_any_text_is_points_or_nothing(text):
    assert parse_answer(text) in (None, 0, 1, 2, 3)
