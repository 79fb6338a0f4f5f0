"""The page of monthly packs: a period is chosen, made and kept, taken along, and made again."""

import re

import pytest
from ui_pages import column, run, words
from ui_stores import copy_store

from lib.services import stores
from lib.services.access import local_actor

ACTOR = local_actor("Dr Test")


@pytest.fixture
def url(demo_url, tmp_path) -> str:
    """A copy: packs are kept in it."""
    return copy_store(stores.open_store(ACTOR, demo_url), tmp_path)


def button(page, label):
    return next(one for one in page.button if label in one.label)


def test_a_pack_is_made_kept_and_comes_out_the_same_again(open_page, url, chromium, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", chromium)
    page = open_page("monthly_pack", url, period="year")
    assert "No pack has been made" in words(page)
    page = run(button(page, "Make the pack of").click())
    labels = [one.proto.label for one in page.get("download_button")]
    assert labels == ["Pack 1 (HTML)", "Pack 1 (PDF)"]
    (policy,), (digest,) = column(page, "Policy"), column(page, "SHA-256")
    assert policy == "1" and re.fullmatch(r"[0-9a-f]{16}", digest)
    assert page.selectbox(key="pack").value == 1
    page = run(button(page, "come out the same again").click())
    assert [one.value for one in page.success] == ["It comes out the same again, byte by byte."]


def test_without_a_browser_it_cannot_be_pressed_and_says_why(open_page, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "no-such-program")
    made = button(open_page("monthly_pack"), "Make the pack of")
    assert made.disabled and "apt-get install chromium" in made.help
