"""A file that a page gives is for whoever the page was drawn for: somebody else who is signed in finds none at its address."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from knocking import Answer, ask, open_window, upload
from serving import SIGN_IN, serve
from signing import OWNER, add, sign_in
from sqlalchemy import update
from ui_stores import make_demo

from lib.services import accounts, emergencies
from lib.services.access import Role
from lib.services.errors import Store
from lib.store.account_tables import broken_glass

Cookie = dict[str, str]
NOT_MADE = "Failed to generate file for download"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Iterator[tuple[str, Store]]:
    """Ann and Abe read hillcrest, Bob lakeside: the gate's address and the store."""
    folder = tmp_path_factory.mktemp("files")
    store = Store(make_demo(folder))
    for name, own in (("ann", "hillcrest"), ("abe", "hillcrest"), ("bob", "lakeside")):
        add(store, name, Role.PHYSICIAN, clinics=[own])
    with serve(store.url, folder, SIGN_IN) as address:
        yield address, store


def cookie(store: Store, name: str) -> Cookie:
    return {"Cookie": f"session={sign_in(store, name).token}"}


def said(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """All of an answer but the hour."""
    return answer.status, {name: text for name, text in answer.headers.items() if name != "date"}, answer.body


def test_another_readers_file_is_not_there_as_one_that_never_was(clinic):
    """Not for another clinic's physician, not for a colleague with the same rights, and not for the same person who signed in
    anew; while the page is open and when it is closed."""
    address, store = clinic
    ann, strangers = cookie(store, "ann"), [cookie(store, name) for name in ("bob", "abe", "ann")]
    nothing = [said(ask(address, f"/media/{'0' * 96}.csv", **stranger)) for stranger in strangers]

    def assert_only_ann_gets(path: str) -> None:
        got = ask(address, path, **ann)
        assert got.status == 200 and b"P-0" in got.body and got.headers["cache-control"] == "no-store"
        assert "attachment" in got.headers["content-disposition"]
        unmarked = path.replace(path[-68:-4], "")  # As Streamlit would call it.
        for stranger, none in zip(strangers, nothing, strict=True):
            assert none[0] == 404
            assert said(ask(address, path, **stranger)) == none
            part = ask(address, path, Range="bytes=0-9", **stranger)
            assert (part.status, part.body) == (404, none[2])
        assert ask(address, unmarked, **ann).status == 404
        assert ask(address, path).status == 401

    with open_window(address, ann) as window:
        window.visit("caseload")
        path = window.press(window.downloads["CSV of this list"])
        assert_only_ann_gets(path)
        with open_window(address, cookie(store, "abe")) as another:
            another.visit("caseload")
            # The very same rows are two files.
            same = another.press(another.downloads["CSV of this list"])
            assert same.partition("/media/")[2][:32] == path.partition("/media/")[2][:32] and same != path
        assert_only_ann_gets(path)
    assert_only_ann_gets(path)


def test_nobody_has_another_readers_file_made(clinic):
    address, store = clinic
    with open_window(address, cookie(store, "ann")) as window:
        window.visit("caseload")
        file_id = window.downloads["CSV of this list"]
        for name in ("bob", "abe"):
            with open_window(address, cookie(store, name)) as stranger:
                stranger.visit("")
                assert stranger.press(file_id) == stranger.press("0" * 32) == NOT_MADE
        assert window.press(file_id).startswith("/media/")


@pytest.mark.parametrize("how", ["switched off", "emergency over"])
def test_a_window_that_stayed_open_has_no_file_made(clinic, how):
    """Whoever printed a page when they might does not print it, from the same window, when they may not any more."""
    address, store = clinic
    name = how.replace(" ", "-")
    key = add(store, name, Role.ADMIN if how == "emergency over" else Role.PHYSICIAN, clinics=["hillcrest"])
    got = sign_in(store, name)
    if how == "emergency over":
        emergencies.break_glass(got.actor, store, "The physician is away, somebody fell")
    with open_window(address, {"Cookie": f"session={got.token}"}) as window:
        window.visit("caseload")
        file_id = window.downloads["CSV of this list"]
        assert window.press(file_id).startswith("/media/")
        if how == "switched off":
            accounts.switch_account(OWNER, store, key, is_active=False)
        else:
            with store.write() as connection:
                connection.execute(update(broken_glass).values(until=int(time.time()) - 1))
        assert window.press(file_id) == NOT_MADE


def test_another_readers_upload_is_neither_replaced_nor_taken_away(clinic):
    """Addresses of uploads have a session in them, and may stand in a log."""
    address, store = clinic
    ann, bob = cookie(store, "ann")["Cookie"], cookie(store, "bob")["Cookie"]
    with open_window(address, {"Cookie": ann}) as window:
        window.visit("")
        path = window.ask_for_upload("a.csv")
        made_up = f"/_stcore/upload_file/{window.id}/{uuid4()}"
        assert upload(address, path, "PUT", ann).status == 204
        for method in ("PUT", "DELETE"):
            nowhere = said(upload(address, made_up, method, bob))
            assert nowhere[0] == 404 and said(upload(address, path, method, bob)) == nowhere
            assert upload(address, made_up, method, ann).status == 404
        assert upload(address, path, "DELETE", ann).status == 204
