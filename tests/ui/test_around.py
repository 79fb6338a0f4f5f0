"""What stands around every page, and who may see one."""

import pytest
from streamlit.runtime.pages_manager import PagesManager
from ui_pages import listed_pages, words
from ui_stores import make_clinic

from lib.ui import access, wording

PAGES = listed_pages()


def test_the_words_are_those_of_the_definitions():
    assert wording.STANDING_LINE == (
        "Decision support for licensed clinicians. Not live monitoring. Flags ask for review; review does not mean raise. "
        "Compounded ketamine is not FDA-approved for these uses."
    )
    assert wording.ITEM_9_POSITIVE.format(answer=2) == (
        "Item 9 positive (2). Same-day clinician contact and a structured assessment before the next dose. If in immediate "
        "danger: emergency services / 988 (US)."
    )
    assert wording.ITEM_9_ZERO == (
        "Item 9: denied on this form. Not a risk assessment: in one large cohort 71.6 % of those who died by suicide had "
        "answered 'not at all' on their last form."
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_how_old_the_data_are_and_what_the_product_is_not(open_page, page):
    said = words(open_page(page))
    assert wording.STANDING_LINE in said
    assert "data to " in said
    assert wording.SYNTHETIC in said


@pytest.mark.parametrize("page", PAGES)
def test_a_clinics_own_records_are_not_called_synthetic(open_page, tmp_path, page):
    said = words(open_page(page, make_clinic(tmp_path)))
    assert "no data yet" in said
    assert wording.SYNTHETIC not in said


@pytest.mark.parametrize("word", ["refuse", "nobody knows this word"])
@pytest.mark.parametrize("page", PAGES)
def test_a_policy_that_refuses_shows_nothing(open_page, monkeypatch, page, word):
    monkeypatch.setenv("ACCESS_POLICY", word)
    test = open_page(page, patient="8")
    assert test.title[0].value == "No access"
    assert "P-0" not in words(test) and not test.dataframe


def test_every_page_needs_a_permission():
    assert set(PAGES) == set(access.PAGE_PERMISSIONS)
    assert not access.may_see("a page that nobody has listed")


def test_the_first_page_after_a_start_begins_again(monkeypatch):
    """Streamlit would run pages/*.py without dashboard.py until st.navigation is called."""

    class AgainError(Exception):
        pass

    def rerun():
        raise AgainError

    monkeypatch.setattr(PagesManager, "uses_pages_directory", True)
    monkeypatch.setattr(access.st, "rerun", rerun)
    with pytest.raises(AgainError):
        access.require("patient")
    assert PagesManager.uses_pages_directory is False


def test_without_a_store_the_page_says_what_to_do(open_page, tmp_path):
    said = words(open_page("caseload", f"sqlite:///{tmp_path / 'none.sqlite'}"))
    assert "python -m lib demo --load" in said
    assert not (tmp_path / "none.sqlite").exists()
