"""Signing in: what lets somebody in, what ends it, and what an attacker learns."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from clinic_files import ACTOR, new_store, to_csv
from signing import OWNER, PASSWORD, SERVER, add, enrol, one_time_code, sign_in

from lib import settings
from lib.services import _clock, accounts, emergencies, enrolling, imports, review, signing_in
from lib.services.access import ROLES, NotPermittedError, Permission, Role, can
from lib.services.accounts import Wanted
from lib.services.errors import NotFoundError, Store, StoreError
from lib.services.signing_in import SignInRefusedError

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path) -> Store:
    store = new_store(tmp_path)
    people = [{"patient_id": clinic, "clinic_id": clinic} for clinic in ("north", "south")]
    imports.import_files(ACTOR, store, [("patients.csv", to_csv(people))])
    return store


@pytest.fixture
def clock(monkeypatch):
    """clock(minutes=3): it is so much after START."""

    def set_to(**after: float) -> None:
        monkeypatch.setattr(_clock, "now", lambda: START + timedelta(**after))

    set_to()
    return set_to


def code_at(secret: str) -> str:
    return pyotp.TOTP(secret).at(_clock.seconds(_clock.now()))


def is_let_in(store: Store, signed_in: signing_in.SignedIn) -> bool:
    """By the cookie, and by what the server says of it; both always agree."""
    stamped = signing_in.stamp_session(SERVER, signed_in.actor.session)
    by_cookie = signing_in.find_sign_in(SERVER, store, signed_in.token)
    assert by_cookie == signing_in.find_reader(SERVER, store, stamped, is_act=False)
    return by_cookie is not None


def refusal(store: Store, email: str, password: str, code: str) -> str:
    with pytest.raises(SignInRefusedError) as error:
        signing_in.sign_in_by_password(SERVER, store, email, password, code)
    return str(error.value)


def test_a_code_lets_in_once_and_nothing_says_what_was_wrong(store):
    secret = enrol(store, add(store, "ann", Role.PHYSICIAN, clinics=["north"]))
    email = "ann@clinic.example"
    said = {
        refusal(store, email, PASSWORD, one_time_code(secret)),  # The one of the enrolment.
        refusal(store, email, "wrong horse battery", one_time_code(secret, 1)),
        refusal(store, email, PASSWORD, "000000"),
        refusal(store, "nobody@clinic.example", PASSWORD, one_time_code(secret, 1)),
        refusal(store, "", "", ""),
    }
    assert len(said) == 1
    got = signing_in.sign_in_by_password(
        SERVER, store, f" {email.upper()}", PASSWORD, one_time_code(secret, 1)
    )
    assert (got.actor.name, got.actor.clinics, got.actor.role) == ("ann", frozenset({"north"}), "physician")
    assert got.actor.permissions == ROLES[Role.PHYSICIAN]
    assert refusal(store, email, PASSWORD, one_time_code(secret, 1)) in said


def test_after_five_wrong_tries_the_right_one_waits_and_the_wait_doubles(store, clock):
    key = add(store, "ann", Role.PHYSICIAN)
    invitation = accounts.invite(OWNER, store, key)
    secret = enrolling.open_invitation(SERVER, store, invitation).secret
    enrolling.take_up(SERVER, store, invitation, PASSWORD, code_at(secret))
    email, at = "ann@clinic.example", 60.0
    for wait in (0, 0, 0, 0, 0, 30, 60, 120):
        clock(seconds=at + wait + 1)
        refusal(store, email, "wrong", code_at(secret))
        at += wait + 1
    clock(seconds=at + 239)
    refusal(store, email, PASSWORD, code_at(secret))
    clock(seconds=at + 241)
    assert signing_in.sign_in_by_password(SERVER, store, email, PASSWORD, code_at(secret)).actor.name == "ann"


def test_an_idle_sign_in_ends_after_15_minutes_and_every_one_after_12_hours(store, clock):
    add(store, "ann", Role.PHYSICIAN)
    got = sign_in(store, "ann")
    stamped = signing_in.stamp_session(SERVER, got.actor.session)
    clock(minutes=14.9)
    assert is_let_in(store, got)
    # That something looked is no act.
    clock(minutes=15)
    assert not is_let_in(store, got)
    clock(minutes=14.9)
    for minutes in range(14, 720, 10):
        clock(minutes=minutes)
        assert signing_in.find_reader(SERVER, store, stamped)
    clock(hours=12, seconds=-1)
    assert signing_in.find_reader(SERVER, store, stamped)
    clock(hours=12)
    assert not is_let_in(store, got)


def test_limits_are_made_shorter_and_never_longer(monkeypatch):
    for said, minutes, hours in (("5", 5, 5), ("600", 15, 12), ("0", 1, 1), ("-3", 15, 12), ("x", 15, 12)):
        monkeypatch.setenv("SESSION_IDLE_MINUTES", said)
        monkeypatch.setenv("SESSION_HOURS", said)
        assert settings.session_limits() == settings.SessionLimits(minutes, hours)


ENDING = {
    "signing out": lambda store, key, got: signing_in.end_sign_in(SERVER, store, got.token),
    "other roles": lambda store, key, got: accounts.change_account(
        OWNER, store, key, Wanted((Role.MANAGER,), None)
    ),
    "switched off": lambda store, key, got: accounts.switch_account(OWNER, store, key, is_active=False),
    "invited": lambda store, key, got: accounts.invite(OWNER, store, key),
    "an administrator": lambda store, key, got: accounts.end_sign_in(OWNER, store, got.actor.session),
}


@pytest.mark.parametrize("what", ENDING)
def test_what_ends_a_sign_in_ends_it_at_once(store, what):
    key, _ = add(store, "ann", Role.PHYSICIAN), add(store, "bob", Role.PHYSICIAN)
    got, other = sign_in(store, "ann"), sign_in(store, "bob")
    assert is_let_in(store, got)
    ENDING[what](store, key, got)
    assert not is_let_in(store, got) and is_let_in(store, other)


def test_the_store_has_no_cookie_and_a_reference_opens_nothing(store):
    add(store, "ann", Role.PHYSICIAN)
    got = sign_in(store, "ann")
    assert (
        got.token.encode()
        not in store.path.read_bytes() + store.path.with_name("clinic.sqlite-wal").read_bytes()
    )
    reference = got.actor.session
    assert signing_in.find_sign_in(SERVER, store, reference) is None
    for forged in (reference, f"{reference}.", f"{reference}.{'0' * 64}", "", ".", "ä"):
        assert signing_in.find_reader(SERVER, store, forged) is None


def test_the_providers_subject_is_bound_at_the_first_sign_in(store):
    add(store, "ann", Role.PHYSICIAN)
    sign_in(store, "ann")
    for subject, email in (
        ("issuer mallory", "ann@clinic.example"),
        ("issuer x", "x@clinic.example"),
        ("i y", ""),
    ):
        with pytest.raises(SignInRefusedError):
            signing_in.sign_in_by_provider(SERVER, store, subject, email)
    assert (
        signing_in.sign_in_by_provider(SERVER, store, "issuer ann", "married@clinic.example").actor.name
        == "ann"
    )


def test_an_invitation_is_taken_up_once_and_lapses(store, clock):
    code = accounts.invite(OWNER, store, add(store, "ann", Role.PHYSICIAN))
    secret = enrolling.open_invitation(SERVER, store, code).secret
    assert enrolling.open_invitation(SERVER, store, code).secret == secret
    for password, number in (("short", code_at(secret)), (PASSWORD, "000000")):
        with pytest.raises(StoreError):
            enrolling.take_up(SERVER, store, code, password, number)
    clock(hours=72)
    with pytest.raises(NotFoundError):
        enrolling.open_invitation(SERVER, store, code)
    clock(hours=71)
    enrolling.take_up(SERVER, store, code, PASSWORD, code_at(secret))
    for again in (code, "", "x"):
        with pytest.raises(NotFoundError):
            enrolling.open_invitation(SERVER, store, again)


def test_whoever_manages_accounts_of_one_clinic_gives_no_more_than_that(store):
    add(store, "ada", Role.ADMIN, clinics=["north"])
    ada = sign_in(store, "ada").actor
    everywhere = add(store, "eve", Role.PHYSICIAN)
    sign_in(store, "eve")
    own = add(store, "ned", Role.STEWARD, clinics=["north"])
    assert set(accounts.read_accounts(ada, store)["name"]) == {"ada", "ned"}
    assert set(accounts.read_sign_ins(ada, store)["name"]) == {"ada"}
    said = []
    for key in (everywhere, 999):
        with pytest.raises(NotFoundError) as error:
            accounts.switch_account(ada, store, key, is_active=False)
        said.append(str(error.value))
    assert said[0] == said[1]
    for clinics in (None, ("south",), ("north", "south"), ("nowhere",)):
        with pytest.raises(StoreError):
            accounts.change_account(ada, store, own, Wanted((Role.ADMIN,), clinics))
    with pytest.raises(StoreError, match="own account"):
        accounts.change_account(ada, store, 1, Wanted((Role.ADMIN, Role.PHYSICIAN), ("north",)))
    accounts.change_account(ada, store, own, Wanted((Role.STEWARD, Role.MANAGER), ("north",)))


def test_an_emergency_opens_patients_for_an_hour_with_a_reason_and_is_audited(store, clock):
    add(store, "ada", Role.ADMIN, clinics=["north"])
    got = sign_in(store, "ada")
    stamped = signing_in.stamp_session(SERVER, got.actor.session)
    with pytest.raises(NotPermittedError):
        review.read_caseload(got.actor, store)
    with pytest.raises(StoreError):
        emergencies.break_glass(got.actor, store, "  short ")
    with pytest.raises(StoreError):
        emergencies.break_glass(OWNER, store, "Nobody is signed in here.")
    emergencies.break_glass(got.actor, store, "The physician on call cannot be reached.")
    for minutes in (10, 20, 30, 40, 50, 59):
        clock(minutes=minutes)
        reader = signing_in.find_reader(SERVER, store, stamped)
    assert set(review.read_caseload(reader, store)["clinic_id"]) == {"north"}
    assert reader.permissions - got.actor.permissions == {Permission.SEE_PATIENTS}
    clock(minutes=60)
    assert not can(signing_in.find_reader(SERVER, store, stamped), Permission.SEE_PATIENTS)
    with store.read() as connection:
        acts = connection.exec_driver_sql("SELECT act, actor, session FROM audit_entry").all()
    assert ("break glass", "ada", got.actor.session) in acts and ("sign in", "ada", got.actor.session) in acts
