"""Signing in through a real identity provider, in a real browser."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from serving import SIGN_IN, free_port, serve, settle
from signing import OWNER, add
from ui_stores import make_demo

from lib.services import accounts
from lib.services.access import Role
from lib.services.errors import Store

pytestmark = pytest.mark.browser
CLAIMS = [
    {"sub": "1", "email": "ann@clinic.example", "name": "Dr Ann"},
    {"sub": "2", "email": "stranger@clinic.example"},
    {"sub": "3", "email": "gone@clinic.example"},
]


@contextmanager
def run_provider() -> Iterator[str]:
    """oidc-provider-mock in a process of its own; its address."""
    port = free_port()
    users = [word for claims in CLAIMS for word in ("--user-claims", json.dumps(claims))]
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-n", "true", *users]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    try:
        for _ in range(100):
            with suppress(OSError), urllib.request.urlopen(f"{address}/.well-known/openid-configuration"):
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """The addresses of the dashboard and of the provider."""
    folder = tmp_path_factory.mktemp("provider")
    store = Store(make_demo(folder))
    add(store, "ann", Role.PHYSICIAN, clinics=["hillcrest"])
    accounts.switch_account(OWNER, store, add(store, "gone", Role.PHYSICIAN), is_active=False)
    with run_provider() as provider:
        about = {
            "OIDC_METADATA_URL": f"{provider}/.well-known/openid-configuration",
            "OIDC_CLIENT_ID": "dashboard",
            "OIDC_CLIENT_SECRET": "a secret of a test",  # pragma: allowlist secret
            "OIDC_NAME": "Clinic account",
        }
        with serve(store.url, folder, SIGN_IN, **about) as address:
            yield address, provider


def go_to_provider(page: Page, clinic: tuple[str, str], path: str, subject: str) -> None:
    address, provider = clinic
    page.goto(f"{address}/{path}")
    page.get_by_role("link", name="Sign in with Clinic account").click()
    page.wait_for_url(f"{provider}/**")
    asked = {name: said[0] for name, said in parse_qs(urlsplit(page.url).query).items()}
    assert asked["code_challenge_method"] == "S256" and asked["state"] and asked["nonce"]
    assert asked["response_type"] == "code" and asked["prompt"] == "login"
    page.locator(f"button[name=sub][value='{subject}']").click()


def test_a_deep_link_is_opened_after_the_sign_in_and_closed_by_signing_out(clinic, page):
    go_to_provider(page, clinic, "caseload?search=P-0114", "1")
    page.wait_for_url(f"{clinic[0]}/caseload?search=P-0114")
    expect(page.get_by_role("heading", name="Caseload")).to_be_visible()
    settle(page)
    # The provider's own page takes its style from elsewhere.
    page.strangers.clear()
    page.complaints.clear()
    (cookie,) = (one for one in page.context.cookies() if one["name"] == "session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    page.get_by_role("button", name="ann").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(f"{clinic[0]}/patient?patient=3")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.strangers == [] and page.complaints == []


@pytest.mark.parametrize("subject", ["2", "3"], ids=["unknown", "switched off"])
def test_whom_the_provider_knows_and_the_clinic_does_not_is_told_so(clinic, page, subject):
    go_to_provider(page, clinic, "", subject)
    expect(page.get_by_role("alert")).to_have_text(
        "The identity provider knows you, but there is no active account for you here."
    )
    assert not [one for one in page.context.cookies() if one["name"] == "session"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_before_the_sign_in(clinic, scheme, page):
    page.emulate_media(color_scheme=scheme)
    for path in ("sign-in", "sign-out", "invitation?code=none", "sign-in/provider/return?code=forged"):
        page.goto(f"{clinic[0]}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert Axe().run(page).response["violations"] == [], path
    page.goto(f"{clinic[0]}/sign-in")
    page.locator("summary").click()
    for name, said in (
        ("email", "nobody@clinic.example"),
        ("password", "not a password"),
        ("code", "000000"),
    ):
        page.locator(f"#{name}").fill(said)
    assert Axe().run(page).response["violations"] == []
    page.locator("#code").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
