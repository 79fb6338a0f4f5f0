"""Where the dashboard may stand, which addresses are its own, and what Streamlit has to be told before anybody is served."""

import pytest
from clinic_files import new_store
from signing import PASSWORD, add, enrol, one_time_code
from starlette.testclient import TestClient
from streamlit import config

from lib import settings
from lib.services.access import Role
from lib.serving.headers import SecurityHeaders
from lib.serving.open_pages import OpenPages
from lib.serving.place import Place, PlaceError, find_place, own_address
from lib.serving.self_check import NEEDED, find_unsafe_options, prepare

HERE = Place("https://dosing.clinic.example")


@pytest.mark.parametrize(
    "said",
    [
        *(
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "javascript:alert(1)",
            "",
        ),
        *(
            "/sign-in?next=/",
            "/sign-out",
            "/_stcore/metrics",
            "/media/x.csv",
            "/caseload\r\nX: y",
            "/%0d%0aä",
            None,
        ),
        *("/" + "x" * 3_000, " /caseload", "/\tevil.example", "caseload"),
    ],
)
def test_no_link_leads_away_after_a_sign_in(said):
    assert own_address(said) == "/"


@pytest.mark.parametrize("said", ["/", "/patient?patient=3", "/caseload?search=a%20b&known=2026-03-03"])
def test_an_own_address_is_gone_on_to(said):
    assert own_address(said) == said


def test_a_cookie_never_travels_unencrypted():
    assert find_place(None, "localhost", 8501) == Place("http://localhost:8501")
    assert find_place("https://dosing.clinic.example", "0.0.0.0", 8501) == HERE
    for url, address in (
        *((None, "0.0.0.0"), (None, "10.0.0.7"), ("http://dosing.clinic.example", "localhost")),
        *(("https://dosing.clinic.example/path", "localhost"), ("dosing.clinic.example", "localhost")),
    ):
        with pytest.raises(PlaceError):
            find_place(url, address, 8501)


def test_over_tls_the_cookie_is_of_this_host_and_secure(tmp_path):
    store = new_store(tmp_path)
    secret = enrol(store, add(store, "ann", Role.PHYSICIAN))
    app = SecurityHeaders(OpenPages(store, HERE, None).app(), HERE, "default-src 'self'")
    client = TestClient(app, HERE.origin, follow_redirects=False)
    fields = {"email": "ann@clinic.example", "password": PASSWORD, "code": one_time_code(secret, 1)}
    answer = client.post("/sign-in", data={**fields, "next": "//evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=") and "; Secure" in cookie and "HttpOnly" in cookie
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    words = client.get("/sign-in?next=/x%22%3E%3Cscript%3E").text
    assert "<script>" not in words


def test_what_streamlit_would_do_otherwise_is_found(monkeypatch):
    monkeypatch.setattr(config, "_main_script_path", str(settings.ROOT / "dashboard.py"))
    before = {name: config.get_option(name) for name in [*NEEDED, "browser.serverAddress"]}
    try:
        prepare(HERE)
        # The tests of the screens show errors in full.
        config.set_option("client.showErrorDetails", "none")
        assert find_unsafe_options() == []
        config.set_option("browser.gatherUsageStats", True)
        config.set_option("server.trustedUserHeaders", {"x-forwarded-user": "session"})
        found = " ".join(find_unsafe_options())
        assert "gatherUsageStats is true, and has to be false" in found and "trustedUserHeaders" in found
    finally:
        for name, value in before.items():
            config.set_option(name, value)
