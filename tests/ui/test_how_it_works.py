"""The page on the therapy: every statement with its source and with whom it was seen in, and no claim passed off as a finding."""

import re

import pytest
from ui_pages import words

from lib.ui.how_it_works_text import Evidence, read_text

TEXT = read_text()
STATEMENTS = [one for topic in TEXT.topics for one in topic.statements]
# What the source pages alone say.
CLAIMS = (
    "30–40 %",
    "24–72 hours",
    "About 30 %",
    "10–25 %",
    "4–6 weeks",
    "4–8 weeks",
    "45–90 min",
    "complementary",
)


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_only_a_source_page_says_is_marked_as_its_claim(claim):
    (said,) = [one for one in STATEMENTS if claim in one.text]
    assert said.evidence is Evidence.CLAIM and said.source.startswith("source page")


def test_a_finding_names_a_paper_and_a_claim_names_a_page():
    for one in STATEMENTS:
        is_of_a_page = one.source.startswith("source page")
        assert is_of_a_page == (one.evidence is Evidence.CLAIM), one.text


def test_new_synapses_after_ketamine_are_said_of_animals_alone():
    grown = [one for one in STATEMENTS if "new spine synapses" in one.text]
    assert [one.evidence for one in grown] == [Evidence.ANIMAL]
    assert dict(TEXT.chain)["New synapses"] == "shown in animals"


def test_every_paper_that_is_cited_is_among_the_references():
    listed = " ".join(text for text, _ in TEXT.references)
    for one in STATEMENTS:
        for name, year in re.findall(r"([A-Z][a-z]+)(?: and [A-Z][a-z]+)? ((?:19|20)\d\d)", one.source):
            if name not in ("Oct",):
                assert name in listed and year in listed, one.source


def test_the_papers_of_the_source_pages_have_a_doi():
    with_doi = [text for text, doi in TEXT.references if doi]
    assert [text.split()[0] for text in with_doi] == ["Berman", "Li", "Duman"]
    assert all(re.fullmatch(r"10\.\d{4}/\S+", doi) for _, doi in TEXT.references if doi)


def test_no_word_of_rewiring():
    said = " ".join(one.text for one in STATEMENTS).lower()
    assert not any(word in said for word in ("default mode", "default-mode", "rewir", "heal", "recommend"))


def test_the_page_shows_every_statement_with_its_source(open_page):
    said = words(open_page("how_it_works"))
    for one in STATEMENTS:
        assert one.text in said
        assert f"-badge[{one.evidence}] :small[{one.source}]" in said
    assert all(what in said and detail in said for what, detail in TEXT.chain)
    assert "Not for choosing a dose." in said
    assert "Compounded ketamine is not FDA-approved for any psychiatric disorder." in said


def test_it_says_whether_a_clinician_has_checked_it(open_page):
    assert TEXT.checker == ""
    assert "Awaiting a clinician's sign-off." in words(open_page("how_it_works"))
