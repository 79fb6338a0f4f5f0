"""The gate on a real server: what is behind it, for whoever has no sign-in, a made-up one, an ended one, and a good one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from knocking import Window, ask, open_window, send_form
from serving import SIGN_IN, serve
from signing import OWNER, PASSWORD, SERVER, add, enrol, one_time_code, sign_in
from ui_stores import make_demo

from lib.services import accounts, signing_in
from lib.services.access import Role
from lib.services.errors import Store
from lib.serving.gate import SESSION_HEADER
from lib.ui.access import PAGE_PERMISSIONS

PATHS = [
    *("/", "/patient?patient=3", "/caseload", "/users", "/start", "/nowhere", "/pages/patient.py"),
    *("/index.html", "/static/js/index.js", "/static/../dashboard.py", "/favicon.png"),
    *("/_stcore/health", "/_stcore/metrics", "/_stcore/host-config", "/_stcore/upload_file/x/y"),
    *("/_stcore/agent/openapi.json", "/_stcore/script-health-check", "/media/0.csv", "/component/x/y.js"),
    *(
        "/auth/login",
        "/oauth2callback",
        "/%2e%2e/_stcore/metrics",
        "//media/0.csv",
        "/HEALTH",
        "/health/../users",
    ),
]
PATIENT = re.compile(r"P-0\d{3}")


@dataclass
class Clinic:
    """The demo clinic behind the gate: Ann reads hillcrest, Bob reads lakeside, Ada manages accounts."""

    address: str
    store: Store
    secret: str
    keys: dict[str, int] = field(default_factory=dict)

    def sign_in(self, name: str) -> dict[str, str]:
        return self.cookie(sign_in(self.store, name).token)

    def cookie(self, token: str) -> dict[str, str]:
        return {"Cookie": f"session={token}"}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("gate")
    store = Store(make_demo(folder))
    keys = {
        "ann": add(store, "ann", Role.PHYSICIAN, clinics=["hillcrest"]),
        "bob": add(store, "bob", Role.PHYSICIAN, clinics=["lakeside"]),
        "ada": add(store, "ada", Role.ADMIN),
    }
    secret = enrol(store, keys["ada"])
    with serve(store.url, folder, SIGN_IN) as address:
        yield Clinic(address, store, secret, keys)


def test_the_first_request_after_a_start_is_refused_as_any_other(clinic):
    """Before any session ran dashboard.py, Streamlit would run a page's file by itself."""
    with open_window(clinic.address) as refused:
        assert refused == 403
    with open_window(clinic.address, clinic.sign_in("ada")) as window:
        assert not PATIENT.search(window.visit("patient", patient=3))


def credentials(clinic: Clinic) -> dict[str, dict[str, str]]:
    ended = clinic.sign_in("ann")
    signing_in.end_sign_in(SERVER, clinic.store, ended["Cookie"].partition("=")[2])
    reference = sign_in(clinic.store, "ann").actor.session
    forged = signing_in.stamp_session(SERVER, reference)
    twice = "; ".join(clinic.sign_in("ann")["Cookie"] for _ in range(2))
    return {
        "none": {},
        "made up": clinic.cookie("A" * 43),
        "ended": ended,
        "a reference": clinic.cookie(reference),
        "twice": {"Cookie": twice},
        "the server's own header": {
            SESSION_HEADER: forged,
            "X-Forwarded-User": "ann",
            "X_Signed_In_Session": forged,
        },
    }


def test_nothing_is_behind_the_gate_for_whoever_is_not_signed_in(clinic):
    found = []
    for what, headers in credentials(clinic).items():
        for path in PATHS:
            for accept in ("*/*", "text/html"):
                answer = ask(clinic.address, path, Accept=accept, **headers)
                is_sent_on = answer.status == 303 and answer.headers["location"].startswith("/sign-in")
                if not (is_sent_on or answer.status == 401) or len(answer.body) > 20:
                    found.append((what, path, answer.status))
        with open_window(clinic.address, headers) as refused:
            found += [] if refused == 403 else [(what, "websocket", refused)]
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
            status = ask(
                clinic.address, "/_stcore/upload_file/x/y", method, Origin=clinic.address, **headers
            ).status
            found += [] if status == 401 else [(what, method, status)]
    assert found == []


def test_whoever_is_signed_in_sees_the_own_clinic(clinic):
    for name, own, foreign in (("ann", "hillcrest", "lakeside"), ("bob", "lakeside", "hillcrest")):
        cookie = clinic.sign_in(name)
        assert ask(clinic.address, "/", **cookie).status == 200
        with open_window(clinic.address, cookie) as window:
            said = window.visit("")
            assert own in said and PATIENT.search(said) and foreign not in said


def test_a_session_is_never_another_persons(clinic):
    """A session's id is in every upload's address, and so in a proxy's log."""
    ann, bob = clinic.sign_in("ann"), clinic.sign_in("bob")
    forged = {SESSION_HEADER: signing_in.stamp_session(SERVER, sign_in(clinic.store, "ann").actor.session)}

    def knock(victim: str) -> None:
        for headers in ({}, forged, clinic.cookie("B" * 43)):
            with open_window(clinic.address, headers, victim) as refused:
                assert refused == 403
        for headers in (bob, {**forged, **bob}, {SESSION_HEADER.upper(): "x", **bob}):
            with open_window(clinic.address, headers, victim) as window:
                said = window.visit("")
                assert window.id != victim and "hillcrest" not in said and "lakeside" in said

    with open_window(clinic.address, ann) as window:
        window.visit("")
        victim = window.id
        knock(victim)
    knock(victim)
    with open_window(clinic.address, ann, victim) as again:
        again.visit("")
        assert again.id == victim


@pytest.mark.parametrize("how", ["signed out", "switched off", "other roles"])
def test_an_open_window_shows_nobody_in_the_next_run(clinic, how):
    got = sign_in(clinic.store, "bob")
    with open_window(clinic.address, clinic.cookie(got.token)) as window:
        assert PATIENT.search(window.visit(""))
        if how == "signed out":
            signing_in.end_sign_in(SERVER, clinic.store, got.token)
        elif how == "switched off":
            accounts.switch_account(OWNER, clinic.store, clinic.keys["bob"], is_active=False)
        else:
            accounts.change_account(
                OWNER, clinic.store, clinic.keys["bob"], accounts.Wanted((Role.ADMIN,), None)
            )
        said = window.visit("")
        assert "You are signed out" in said and not PATIENT.search(said)
    assert ask(clinic.address, "/", **clinic.cookie(got.token)).status == 401
    accounts.switch_account(OWNER, clinic.store, clinic.keys["bob"], is_active=True)
    accounts.change_account(
        OWNER, clinic.store, clinic.keys["bob"], accounts.Wanted((Role.PHYSICIAN,), ("lakeside",))
    )


def test_ways_into_streamlit_that_no_page_needs_are_closed_to_everybody(clinic):
    cookie = clinic.sign_in("ada")
    for path in (
        *(
            "/_stcore/metrics",
            "/_stcore/metrics/",
            "/_stcore/script-health-check",
            "/_stcore/agent/openapi.json",
        ),
        *("/auth/login", "/auth/logout", "/oauth2callback"),
    ):
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            answer = ask(clinic.address, path, method, Origin=clinic.address, **cookie)
            assert (answer.status, answer.body[:10]) == (404, b"" if method == "HEAD" else b"Not found."), (
                path
            )
    for path in (
        "//_stcore/metrics",
        "/%2e%2e/_stcore/metrics",
        "/static/..%2f..%2fconfig.py",
        "/component/../x",
    ):
        assert ask(clinic.address, path, **cookie).status == 400
    for path in ("/_STCORE/metrics", "/..;/_stcore/metrics", "/_stcore/%6detrics;x"):
        assert b"session_events" not in ask(clinic.address, path, **cookie).body


def test_whoever_sees_no_patient_does_not_look_back(clinic):
    """The copy of a day is kept for whoever looks at it; that somebody else has looked opens it to nobody."""
    before = {"known_on": (datetime.now(UTC).date() - timedelta(days=2)).isoformat()}
    add(clinic.store, "max", Role.MANAGER, clinics=["hillcrest"])
    for name, is_shown in (("ann", True), ("max", False), ("ada", False)):
        with open_window(clinic.address, clinic.sign_in(name)) as window:
            said = window.visit("rules", **before)
            assert (f"{name} may not see patients" in said, "Rules" in window.titles) == (
                not is_shown,
                is_shown,
            )


def test_other_hosts_and_pages_of_others_are_refused(clinic):
    cookie = clinic.sign_in("ann")
    assert ask(clinic.address, "/", **{"Host": "evil.example", **cookie}).status == 421
    for origin in ("https://evil.example", "null", clinic.address.replace("http", "https")):
        with open_window(clinic.address, cookie, origin=origin) as refused:
            assert refused == 403
        fields = {"email": "ada@clinic.example", "password": PASSWORD, "code": "1"}
        assert send_form(clinic.address, "/sign-in", fields, Origin=origin).status == 421
        assert send_form(clinic.address, "/sign-out", {}, Origin=origin, **cookie).status == 421
    assert ask(clinic.address, "/", **cookie).status == 200


def sign_in_here(clinic: Clinic, wanted: str, **headers: str):
    fields = {"email": "ada@clinic.example", "password": PASSWORD, "code": one_time_code(clinic.secret, 1)}
    return send_form(clinic.address, "/sign-in", {**fields, "next": wanted}, **headers)


def test_a_cookie_is_for_this_host_alone_and_an_old_one_ends(clinic):
    before = clinic.sign_in("ada")
    asked = ask(clinic.address, "/users?a=b%26c", Accept="text/html")
    assert asked.headers["location"] == "/sign-in?next=%2Fusers%3Fa%3Db%2526c"
    answer = sign_in_here(clinic, "/users?a=b%26c", **before)
    assert (answer.status, answer.headers["location"]) == (303, "/users?a=b%26c")
    (cookie,) = (one for one in answer.cookies if one.startswith("session="))
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= parts and not any("domain" in part for part in parts)
    assert any(43_100 < int(part.partition("=")[2]) <= 43_200 for part in parts if part.startswith("max-age"))
    assert ask(clinic.address, "/", **before).status == 401
    after = {"Cookie": cookie.partition(";")[0]}
    assert ask(clinic.address, "/", **after).status == 200
    assert ask(clinic.address, "/sign-out", **after).status == 200  # A look at it signs nobody out.
    assert ask(clinic.address, "/", **after).status == 200
    assert send_form(clinic.address, "/sign-out", {}, **after).status == 200
    assert ask(clinic.address, "/", **after).status == 401


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/health", "/media/0.csv", "/_stcore/host-config", "/nowhere"]
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_every_answer_says_what_a_browser_may_do(clinic, path, is_signed_in):
    headers = ask(clinic.address, path, **(clinic.sign_in("ann") if is_signed_in else {})).headers
    policy = headers["content-security-policy"]
    assert (
        "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
    )
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store" and "server" not in headers


def test_a_request_has_a_size(clinic):
    cookie = clinic.sign_in("ann")
    assert ask(clinic.address, "/?" + "x" * 9_000, **cookie).status == 414
    assert send_form(clinic.address, "/sign-in", {"email": "x" * 70_000}).status == 413
    big = {"Content_Length": str(22 * 1024 * 1024), "Origin": clinic.address, **cookie}
    assert ask(clinic.address, "/_stcore/upload_file/x/y", "PUT", b"", **big).status == 413


def test_health_is_for_everybody_and_says_nothing(clinic):
    answer = ask(clinic.address, "/health", Host="10.0.0.7")
    assert (answer.status, answer.body) == (200, b"ok")


def test_real_patients_are_not_served_without_the_gate(clinic, tmp_path):
    """streamlit run, which is for the demo: with a sign-in's own header too, which nobody checks there."""
    from ui_stores import make_clinic, patients

    store = Store(make_clinic(tmp_path, {"patients.csv": patients("P-0001,AB")}))
    add(store, "ann", Role.PHYSICIAN)
    forged = {SESSION_HEADER: signing_in.stamp_session(SERVER, sign_in(store, "ann").actor.session)}
    for policy, said_instead in (("local", "Sign-in is needed"), ("sign in", "You are signed out")):
        with serve(store.url, tmp_path, ACCESS_POLICY=policy) as address:
            for page in ("", "patient", "caseload", "users"):
                with open_window(address, forged) as window:
                    assert isinstance(window, Window)
                    said = window.visit(page, patient=1)
                    assert said_instead in said and not PATIENT.search(said)


# The title of each page, and who may see it.
TITLES = {
    "review_queue": ("Review queue", "physician"),
    "patient": ("Patient", "physician"),
    "caseload": ("Caseload", "physician"),
    "dosing_next": ("Dosing next", "physician"),
    "case_conference": ("born", "physician"),
    "clinic_outcomes": ("Clinic outcomes", "physician manager"),
    "operations": ("Operations", "physician manager"),
    "monthly_pack": ("Monthly pack", "physician manager"),
    "cohort": ("Cohort", "researcher"),
    "explore": ("Explore", "researcher"),
    "research_export": ("Export", "researcher"),
    "verify_export": ("Verify a release", "researcher"),
    "import_records": ("Import", "steward"),
    "data_quality": ("Data quality", "physician steward"),
    "rules": ("Rules", "physician manager steward admin"),
    "how_it_works": ("How it works", "physician"),
    "audit": ("Audit", "admin"),
    "users": ("Users", "admin"),
}


@pytest.mark.parametrize("role", Role)
def test_the_list_of_pages_follows_the_role(clinic, role):
    """Each page that is the role's is drawn, and names nobody to whoever sees no patients; each other one is not there."""
    assert set(PAGE_PERMISSIONS) <= set(TITLES)
    add(clinic.store, f"one-{role}", role, clinics=["hillcrest"])
    cookie, wrong = clinic.sign_in(f"one-{role}"), []
    for page in PAGE_PERMISSIONS:
        title, roles = TITLES[page]
        with open_window(clinic.address, cookie) as window:
            said = window.visit(page, patient=1)
            is_drawn = any(title in one for one in window.titles)
            wrong += [(page, window.titles)] if is_drawn != (role in roles.split()) else []
            # The audit says by their number about whom somebody asked.
            if role in ("manager", "researcher", "admin") and page != "audit" and PATIENT.search(said):
                wrong.append((page, "names somebody"))
            wrong += [(page, "another clinic")] if "lakeside" in said and role != "admin" else []
    assert wrong == []
