"""Pages run without a browser: Streamlit's AppTest over dashboard.py, on stores of their own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import ui_stores
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest
from ui_pages import run

from lib.ui import access

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return ui_stores.make_demo(tmp_path_factory.mktemp("demo"))


_start = PagesManager.__init__


def _start_served(self: PagesManager, *args: Any, **kwargs: Any) -> None:
    """AppTest begins every run as a server does its first; these tests are about a server that has begun."""
    _start(self, *args, **kwargs)
    PagesManager.uses_pages_directory = False


# AppTest looks through everything that is installed for components, anew at every opening of a page: half the work of one.
_scan_once = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, demo_url: str) -> Open:
    """open_page("caseload", clinic="lakeside"): the page at that address, on the demo store or the one that `url` names."""
    # Exceptions are shown to tests in full, and fail them.
    config.set_option("client.showErrorDetails", "full")
    monkeypatch.setenv("USER", "Dr Test")
    monkeypatch.setattr(PagesManager, "__init__", _start_served)
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _scan_once)
    # A clinic's own records are served to nobody without a sign-in (tests/serving). AppTest serves nobody.
    monkeypatch.setattr(access, "needs_sign_in", lambda: False)

    def open_it(page: str = "review_queue", url: str = demo_url, /, **address: str) -> AppTest:
        monkeypatch.setenv("DATABASE_URL", url)
        test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        for name, value in address.items():
            test.query_params[name] = value
        if page != "review_queue":
            test.switch_page(f"pages/{page}.py")
        return run(test)

    return open_it
