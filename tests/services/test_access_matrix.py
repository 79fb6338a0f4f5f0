"""Every service function, every role, and three clinics: the own one, another one, and one that is nowhere.

What is expected stands in docs/access.md, which this file writes when it is run by itself.
"""

import dataclasses
import inspect
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shared_server
from access_calls import LISTS, READS, SERVICES, WRITES, Target
from clinic_files import ACTOR, new_store, to_csv
from signing import add, sign_in
from ui_stores import day

from lib import settings
from lib.research.criteria import Criteria
from lib.services import _clock, absences, accounts, caseload, imports, review, saved_cohorts
from lib.services.access import ROLES, Actor, NotPermittedError, Permission, Role
from lib.services.errors import Store
from lib.store import packs
from lib.store.records import read_record_table

PAGE = settings.ROOT / "docs" / "access.md"
CALLS = READS | WRITES
PERMISSION = {name: function.permission for name, function in SERVICES}
NOBODY = "switched off"
CLINICS = ("north", "south")
# Roles that name nobody: no patient_id may be in anything that they are told.
NAMELESS = (Role.MANAGER, Role.RESEARCHER)
NOWHERE = Target("nowhere", 9_999, 9_998, *([9_999] * 6), "nothing", 9_999)


def actor_of(role: str, clinic: str) -> Actor:
    may = frozenset() if role == NOBODY else ROLES[Role(role)]
    return Actor(f"a {role}", may, frozenset({clinic}), role)


@dataclasses.dataclass
class Clinics:
    store: Store
    targets: dict[str, Target]


# All of it on the one database, and with `make prove` on the other too; of that a sample always.
DATABASES = (
    ["sqlite", "postgresql"] if os.environ.get("PROVE") == "1" else [os.environ.get("TESTS_STORE", "sqlite")]
)


@pytest.fixture(scope="module", params=DATABASES)
def clinics(request, tmp_path_factory) -> Iterator[Clinics]:
    with shared_server.asked_for(request.param):
        yield build_clinics(tmp_path_factory.mktemp("matrix"))


def build_clinics(folder: Path) -> Clinics:
    """Two clinics, with the same things in each."""
    store = new_store(folder)
    for clinic in CLINICS:
        ann, bob = ({"patient_id": f"{clinic}-{name}", "clinic_id": clinic} for name in ("ann", "bob"))
        form = {
            "instrument": "PHQ-9",
            "assessed_at": day(40),
            **{f"item_{n}": "1" for n in range(1, 10)},
        }
        dose = {**ann, "started_at": day(30), "dose_mg": "100"}
        files = {
            "patients": [ann, bob],
            "doses": [dose],
            "forms": [{**ann, **form}, {**bob, **form, "item_9": "x"}],
        }
        offered = [(f"{clinic} {name}.csv", to_csv(rows)) for name, rows in files.items()]
        imports.import_files(ACTOR, store, offered)
        add(store, f"{clinic}-user", Role.PHYSICIAN, clinics=[clinic])
        sign_in(store, f"{clinic}-user")
        whole = Actor(f"{clinic}-author", frozenset(Permission), frozenset({clinic}))
        saved_cohorts.save_cohort(whole, store, Criteria(), f"{clinic}-cohort")
        today = _clock.now().date()
        away = absences.Absence(f"{clinic}-doctor", f"{clinic}-stand-in", today, today)
        absences.set_absence(whole, store, away)
        keep_pack(store, clinic)
    caseload.refresh_if_a_day_has_passed(ACTOR, store)
    return Clinics(store, {clinic: find_target(store, clinic) for clinic in CLINICS} | {"nowhere": NOWHERE})


def keep_pack(store: Store, clinic: str) -> None:
    words = dict.fromkeys(("made_by", "data_version", "content_sha256", "html_sha256", "pdf_sha256"), "x")
    numbers = dict.fromkeys(("first_day", "last_day", "as_of_day"), 20_000)
    values = {**words, **numbers, "clinics": f'["{clinic}"]', "made_at": 1, "policy_version": 1}
    with store.write() as connection:
        packs.add_pack(connection, {**values, "html": clinic.encode(), "pdf": b""})


def find_target(store: Store, clinic: str) -> Target:
    whole = Actor("whole", frozenset(Permission), frozenset({clinic}))
    people = review.read_caseload(whole, store).set_index("patient_id")["patient_key"]
    account = accounts.read_accounts(ACTOR, store).set_index("name")["account_key"][f"{clinic}-user"]
    sign_ins = accounts.read_sign_ins(ACTOR, store).set_index("name")["reference"]
    with store.read() as connection:
        forms = read_record_table(connection, "assessments", None)
        (pack,) = (
            row["id"] for row in packs.read_packs(connection).to_dict("records") if clinic in row["clinics"]
        )
    ann = int(people[f"{clinic}-ann"])
    return Target(
        clinic,
        patient=ann,
        second=int(people[f"{clinic}-bob"]),
        row=int(imports.read_held_rows(whole, store)["id"].iloc[0]),
        import_key=int(imports.read_imports(whole, store)["id"].iloc[0]),
        record=int(forms.loc[forms["patient_key"] == ann, "id"].iloc[0]),
        cohort=int(saved_cohorts.list_cohorts(whole, store)["cohort_key"].iloc[0]),
        pack=int(pack),
        account=int(account),
        reference=sign_ins[f"{clinic}-user"],
        merge=1,
    )


def say(what: Any) -> str:
    """Everything in an answer, as text."""
    if isinstance(what, pd.DataFrame):
        cells = what.reset_index().astype(object).to_numpy().ravel().tolist()
        return " ".join([*map(str, what.columns), *map(say, cells)])
    if isinstance(what, pd.Series):
        return say(what.to_frame())
    if dataclasses.is_dataclass(what) and not isinstance(what, type):
        # Each answer has its own number: of what was read again.
        fields = (field.name for field in dataclasses.fields(what) if field.name != "reading")
        return " ".join(f"{name}={say(getattr(what, name))}" for name in fields)
    if isinstance(what, dict | tuple | list | set | frozenset):
        parts = what.items() if isinstance(what, dict) else what
        return " ".join(map(say, parts))
    return what.decode("utf-8", "replace") if isinstance(what, bytes) else str(what)


def outcome(call: Any, actor: Actor, store: Store, target: Target) -> str:
    """The answer or the refusal, without the key that was asked for: byte for byte what whoever asks gets."""
    try:
        said = f"answer: {say(call(actor, store, target))}"
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    return re.sub(r"\bimport \d+", "import N", said)


@pytest.fixture
def copy(clinics, tmp_path) -> Iterator[Store]:
    """A copy for whatever is changed."""
    if not clinics.store.is_sqlite:
        yield from copy_database(clinics.store)
        return
    with clinics.store.write() as connection:
        connection.exec_driver_sql("SELECT 1")
    raw = clinics.store.engine.raw_connection()
    raw.cursor().execute(f"VACUUM INTO '{tmp_path / 'copy.sqlite'}'")
    raw.close()
    for key in clinics.store.path.parent.glob("*.audit-key"):
        shutil.copyfile(key, tmp_path / "copy.sqlite.audit-key")
        (tmp_path / "copy.sqlite.audit-key").chmod(0o600)
    store = Store(f"sqlite:///{tmp_path / 'copy.sqlite'}")
    yield store
    store.engine.dispose()


def copy_database(store: Store) -> Iterator[Store]:
    # What is copied is open to nobody.
    store.engine.dispose()
    server, _, name = store.url.rpartition("/")
    another = Store(shared_server.new_database(server, like=name))
    yield another
    another.engine.dispose()


@pytest.mark.parametrize("name", CALLS)
def test_another_clinics_is_not_found_in_the_words_of_nobody(clinics, copy, name):
    """Whatever the role: somebody who may everything is asked for. The own one is not refused like that."""
    store = copy if name in WRITES else clinics.store
    actor = Actor("of north", frozenset(Permission), frozenset({"north"}))
    said = {
        where: outcome(CALLS[name], actor, store, clinics.targets[where]) for where in ("south", "nowhere")
    }
    assert said["south"] == said["nowhere"]
    assert not re.search("south|Integrity|TypeError", said["south"])
    if name not in NEEDS_MORE:
        own = outcome(CALLS[name], actor, store, clinics.targets["north"])
        assert own != said["south"] and "TypeError" not in own, own


# The same in the own clinic, as the store holds no such thing: no merge, no decision, no release, no bottle.
NEEDS_MORE = {
    *(
        "merging.unmerge",
        "releases.note_destroyed",
        "releases.warn_of_differences",
        "quality.waive",
        "decisions.add_addendum",
    ),
    *("duplicates.take_back_two_people", "decisions.sign_decision", "quarantine.put_back"),
    *("dosing_practice.read_balances", "operations.read_flag_yield", "operations.read_decided"),
    # Writes down only of how many; and draws pictures.
    *("outcome_people.open_list", "packs.make_again", "quality.end_waivers", "retention.end_hold"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_no_word_of_another_clinic(clinics, copy, name):
    one = Actor("of north", frozenset(Permission), frozenset({"north"}))
    seen, everything = (say(LISTS[name](actor, copy)) for actor in (one, ACTOR))
    assert "south" not in seen
    assert ("south" in everything) >= ("north" in everything)


@pytest.mark.parametrize("role", [*Role, NOBODY])
def test_a_role_gets_what_the_table_says(clinics, role):
    actor, own = actor_of(role, "north"), clinics.targets["north"]
    wrong = []
    for name, function in SERVICES:
        if name in WRITES:
            continue
        call = READS.get(name) or (lambda who, s, _, name=name: LISTS[name](who, s))
        known = name in READS or name in LISTS
        try:
            said = say(call(actor, clinics.store, own)) if known else say(function(actor))
        except NotPermittedError:
            wrong += [f"{name} is refused"] if function.permission in actor.permissions else []
            continue
        except Exception:
            said = ""
        wrong += [] if function.permission in actor.permissions else [f"{name} is let in"]
        if role in NAMELESS and re.search("north-(ann|bob)|south", said):
            wrong.append(f"{name} names somebody")
    assert wrong == [
        f"{name} is refused"
        for name in NAMES_PATIENTS_TOO
        if PERMISSION[name] in actor.permissions and Permission.SEE_PATIENTS not in actor.permissions
    ]


# Beside their own permission these ask for that to see patients, as they name them.
NAMES_PATIENTS_TOO = ["exports.write_zip"]


def table() -> list[str]:
    """The rows of docs/access.md."""
    heads = ["Function", "Permission", *map(str, Role), "Another clinic's"]
    rows = [heads, ["---"] * len(heads)]
    for name, function in sorted(SERVICES):
        wall = "not found" if name in CALLS else "left out" if name in LISTS else "–"
        may = ["yes" if function.permission in ROLES[role] else "–" for role in Role]
        rows.append([f"`{name}`", str(function.permission), *may, wall])
    return [f"| {' | '.join(row)} |" for row in rows]


def test_the_table_of_the_docs_is_what_holds():
    assert "\n".join(table()) in PAGE.read_text("utf-8"), (
        "write it again: PYTHONPATH=.:tests:tests/clinical python tests/services/test_access_matrix.py"
    )


def test_whatever_is_told_whom_it_is_about_is_tried():
    asked = re.compile(
        "patient|clinic_id|row|import_key|record|cohort_key|pack_key|account_key|reference|merge|decision_key|seen|pair|release"
    )
    untried = []
    for name, function in SERVICES:
        names = list(inspect.signature(function).parameters)[1:]
        is_asked = any(
            asked.search(one) and one not in ("create_patients", "browser", "n_rows") for one in names
        )
        untried += [name] if is_asked and name not in CALLS and name not in TRIED_ELSEWHERE else []
    assert untried == []


@pytest.mark.skipif("postgresql" in DATABASES, reason="all of it is tried there")
def test_a_sample_of_it_on_postgresql(tmp_path):
    with shared_server.asked_for("postgresql"):
        clinics = build_clinics(tmp_path)
    who = {where: actor_of(Role.PHYSICIAN, where) for where in CLINICS}
    for name in ("patients.read_patient", "review.read_series", "closing.close_flag", "views.note_view"):
        said = [
            outcome(CALLS[name], who["north"], clinics.store, clinics.targets[of])
            for of in ("south", "nowhere")
        ]
        assert said[0] == said[1] and "south" not in said[0]
    for name in ("review.read_queue", "caseload.read_status"):
        seen = say(LISTS[name](who["north"], clinics.store))
        assert "north-ann" in seen and "south" not in seen


# Patients of a release are held against the clinics by test_releases; a reference is only stamped; a new clinic is nobody's yet.
TRIED_ELSEWHERE = {"releases.make_release", "signing_in.stamp_session", "stores.init_clinic"}


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    head = text[: text.index("| Function")] if "| Function" in text else text
    PAGE.write_text(head + "\n".join(table()) + "\n", "utf-8")
