"""The button of the one page: there for every patient, and without a browser it says what is missing."""

import pytest

from lib import settings
from lib.services.one_page import print_one_page


def button(test):
    (found,) = [one for one in test.get("download_button") if one.proto.label == "One page (PDF)"]
    return found.proto


def test_it_can_be_pressed_and_nothing_is_drawn_before(open_page, monkeypatch, chromium):
    monkeypatch.setenv("BROWSER_PATH", chromium)
    found = button(open_page("patient", patient="8"))
    assert not found.disabled
    # A callable that waits for the press, and no file yet.
    assert found.deferred_file_id and not found.url


@pytest.mark.parametrize("path", ["/nowhere/chromium", "no-such-program"])
def test_without_a_browser_it_is_disabled_and_says_what_to_install(open_page, monkeypatch, path):
    monkeypatch.setenv("BROWSER_PATH", path)
    found = button(open_page("patient", patient="8"))
    assert found.disabled
    assert "apt-get install chromium" in found.help and "BROWSER_PATH" in found.help


def test_a_browser_on_the_path_is_found(monkeypatch, tmp_path):
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert settings.browser_path() is None
    program = tmp_path / "google-chrome"
    program.touch(0o755)
    assert settings.browser_path() == str(program)
    (tmp_path / "chromium").touch(0o644)
    assert settings.browser_path() == str(program)


def test_the_service_asks_for_the_permission_to_see_patients():
    assert print_one_page.permission == "see patients"
