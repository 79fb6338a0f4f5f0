"""The section Published: every comparator with route, design, n and definition; ours by its threshold, never without coverage."""

import re

from ui_pages import words


def test_a_study_stands_beside_our_rate_by_its_own_definition(open_page):
    said = words(open_page("clinic_outcomes", section="published", instrument="GAD-7", period="all"))
    assert "Hull 2022" in said and "1,247 analysed of 4,334 treated" in said
    assert "Counted by their threshold, a baseline of 10 or more, not by ours of 8" in said
    assert "sublingual, at home" in said and "prospective" in said
    assert said.count("Not the same thing") == said.count("Ours less theirs") == 3
    # A completers' rate stands with who is missing, and what they could do to it.
    for told in re.findall(r"\*\*\d+ of [\d,]+\*\* · 95 % interval .*\n.*\n.*", said):
        assert "have the score" in told and "worst" in told


def test_claims_of_vendors_are_apart_and_compared_with_nothing(open_page):
    page = open_page("clinic_outcomes", section="published")
    said = words(page)
    assert "Claims of vendors" in said and "never a target" in said
    assert "Joyous" not in said
    claims = page.dataframe[-1].value
    assert set(claims["Source"]) == {
        "Press release on Mathai 2024",
        "Mindbloom, summary of Hull 2022",
        "Joyous",
    }
    # Beside each comparison its own history: four quarters, each with coverage.
    histories = [one.value for one in page.dataframe if "First doses" in one.value]
    assert len(histories) == 6 and all(len(one) == 4 for one in histories)
