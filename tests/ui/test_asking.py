"""What depends on who reads is asked for each reader; what does not, once for all of the same clinics and rights."""

from dataclasses import replace

import pytest
from clinic_files import new_store
from ui_stores import make_clinic, patients

from lib.services import review
from lib.services.access import Actor, Permission
from lib.store import derived
from lib.ui import access, asking

SEES, DECIDES = (
    frozenset(of) for of in ([Permission.SEE_PATIENTS], [Permission.SEE_PATIENTS, Permission.DECIDE])
)
ADA = Actor("Dr Ada", SEES, frozenset({"north"}), role="physician", session="1")
BEN = replace(ADA, name="Dr Ben", session="2")
# Case -> (who asks after Ada, whether both are told what she was told)
READERS = {
    "the same person": (ADA, True),
    "a colleague of the same clinics and rights": (BEN, True),
    "a colleague of another clinic": (replace(BEN, clinics=frozenset({"south"})), False),
    "a colleague of a clinic more": (replace(BEN, clinics=frozenset({"north", "south"})), False),
    "a colleague of all clinics": (replace(BEN, clinics=None), False),
    "a colleague of no clinic": (replace(BEN, clinics=frozenset()), False),
    "a colleague who may do more": (replace(BEN, permissions=DECIDES), False),
}


class Desk:
    """A service that says who asked, and notes that it was asked; and the reader of the page."""

    def __init__(self, store):
        self.store, self.reader, self.asked = store, ADA, []

    def service(self, actor, store, *args):
        self.asked.append((actor, *args))
        return actor.name


@pytest.fixture
def desk(tmp_path, monkeypatch):
    desk = Desk(new_store(tmp_path))
    monkeypatch.setattr(access, "actor", lambda: desk.reader)
    monkeypatch.setattr(access, "store", lambda: desk.store)
    return desk


@pytest.mark.parametrize("case", READERS)
def test_who_is_told_the_same(desk, case):
    second, is_shared = READERS[case]
    first = asking.ask_alike(desk.service)
    desk.reader = second
    asking.ask_alike(desk.service)
    assert len(desk.asked) == (1 if is_shared else 2)
    # Nothing that is shared can depend on who asked first.
    assert first == "The reader" and all(actor.session is None for actor, *_ in desk.asked)
    told, *_ = desk.asked[-1]
    assert (told.permissions, told.clinics) == (second.permissions, second.clinics)


def test_what_differs_by_the_reader_is_asked_for_each(desk):
    assert asking.ask(desk.service) == asking.ask(desk.service) == "Dr Ada"
    desk.reader = BEN
    assert asking.ask(desk.service) == "Dr Ben"
    assert len(desk.asked) == 2


def test_another_question_is_another(desk):
    asking.ask_alike(desk.service, 1)
    asking.ask_alike(desk.service, 2)
    asking.ask_alike(desk.service, 1)
    assert [args for _, *args in desk.asked] == [[1], [2]]


def test_after_a_change_everything_is_asked_anew(desk):
    asking.ask_alike(desk.service)
    with desk.store.write() as connection:
        derived.write_about(connection, a_word="said")
    asking.ask_alike(desk.service)
    assert len(desk.asked) == 2


def test_the_queue_is_read_once_for_two_who_look_at_it(open_page, monkeypatch, tmp_path):
    url = make_clinic(tmp_path, {"patients.csv": patients("ann,AB")})
    read, n_read = review.read_queue, []

    def count(*args):
        n_read.append(1)
        return read(*args)

    monkeypatch.setattr(review, "read_queue", count)
    for user in ("dr-ada", "dr-ben"):
        monkeypatch.setenv("USER", user)
        open_page("review_queue", url)
    assert len(n_read) == 1
