"""Each service that changes or hands out something writes exactly one row of the audit, and no word that somebody typed."""

import ast
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, to_csv
from source_files import functions_of, python_sources

from lib.clinical.rules.catalogue import ITEM_9
from lib.research.choices import FileForm, Privacy
from lib.research.criteria import Criteria
from lib.services import (
    _clock,
    absences,
    audit,
    checks,
    closing,
    cohorts,
    conference,
    decisions,
    dose_reviews,
    drills,
    duplicates,
    entries,
    exports,
    flag_life,
    imports,
    merging,
    outcome_people,
    patients,
    policies,
    quality,
    quarantine,
    recomputing,
    records,
    recovery,
    releases,
    retention,
    review_marks,
    saved_cohorts,
    stores,
    views,
)
from lib.services.absences import Absence
from lib.services.audit import Act
from lib.services.cohort_releases import Purpose, release_cohort
from lib.services.errors import Store
from lib.services.flag_life import FlagSeen

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
# Stands in every text that a person types or a file brings.
CANARY = "Canary Zebra"
EXPORT = exports.Order(("patients", "assessments"), FileForm.TIDY, Privacy.IDENTIFIED)
ANSWERS = decisions.Answers(
    options=("hold",), reasons=("safety",), review_by=_clock.day_number(NOW.date()) + 14, note=CANARY
)


def form(who: str, day: str, level: int, item_9: str = "0") -> dict[str, str]:
    items = {f"item_{n}": str(level) for n in range(1, 9)}
    return {"patient_id": who, "instrument": "PHQ-9", "assessed_at": day, **items, "item_9": item_9}


def begin(url: str) -> Store:
    store = stores.create_store(ACTOR, url, are_clinics_open=True, is_practice=True)
    people = [
        {"patient_id": who, "initials": "CZ", "birth_year": "1980", "research_consent": "yes"}
        for who in ("ann", "bob")
    ]
    doses = [
        {"patient_id": "ann", "started_at": f"2026-03-{day:02}T12:00", "dose_mg": "100", "note": CANARY}
        for day in (2, 9)
    ]
    doses[1] |= {"sbp_post_mmhg": "190", "dbp_post_mmhg": "100", "sbp_pre_mmhg": "185", "dbp_pre_mmhg": "125"}
    forms = [form("ann", "2026-03-01", 1, "1"), form("ann", "2026-03-16", 2)]
    weights = [{"patient_id": "stranger", "observed_at": "2026-03-04", "kind": "weight_kg", "value": "70"}]
    forms.append(form("bob", "2026-03-02", 2, "x"))
    files = {"patients": people, "dosing_sessions": doses, "assessments": forms, "observations": weights}
    offered = [(f"{CANARY} {kind}.csv", to_csv(rows)) for kind, rows in files.items()]
    imports.import_files(ACTOR, store, offered, are_made_up=True)
    return store


class Clinic:
    """ann has an item 9, a critical reading and a waiting row of a stranger; bob a form that nobody could read."""

    def __init__(self, folder: Path):
        self.folder, self.store = folder, copy_of("audit acts", folder / "clinic.sqlite", begin)

    def page(self):
        return patients.read_patient(ACTOR, self.store, 1)

    def form(self, record: int | None = None) -> entries.DrawnForm:
        return entries.DrawnForm(1, decisions.read_decisions(ACTOR, self.store, 1).identity, record)

    def seen(self, *, is_critical: bool = False) -> FlagSeen:
        flags = self.page().flags
        chosen = flags[flags["severity"].eq("critical").eq(is_critical) & flags["rule"].ne(ITEM_9)].iloc[0]
        return FlagSeen(1, chosen["rule"], int(chosen["instrument_code"]), chosen["evidence"])

    def waiting(self) -> int:
        rows = quarantine.read_quarantine(ACTOR, self.store)
        return int(rows.loc[~rows["needs_clinician"], "id"].iloc[0])

    def entry(self, score: str) -> None:
        values = {"observed_at": "2026-03-18", "kind": "weight_kg", "value": score}
        entries.enter_record(ACTOR, self.store, 1, "observations", values, expected=self.form())

    def record(self) -> int:
        return entries.read_entry_form(ACTOR, self.store, 1, "observations").records[0].record

    def rows(self) -> list[tuple]:
        with self.store.read() as connection:
            return connection.exec_driver_sql("SELECT * FROM audit_entry ORDER BY seq").fetchall()

    def __call__(self, service: Callable, *said, **named):
        """The service, to be called."""
        return lambda: service(ACTOR, self.store, *said, **named)


def sign(clinic: Clinic) -> int:
    drawn = decisions.read_decisions(ACTOR, clinic.store, 1).draw(clinic.page(), "a form")
    who = decisions.Signature("CZ", "1980")
    return decisions.sign_decision(ACTOR, clinic.store, 1, ANSWERS, who, drawn=drawn).decision_key


def enter(clinic: Clinic) -> Callable:
    return lambda: clinic.entry("71")


def correct(clinic: Clinic) -> Callable:
    clinic.entry("71")
    record = clinic.record()
    return clinic(entries.correct_record, 1, "observations", {"value": "72"}, expected=clinic.form(record))


def void(clinic: Clinic) -> Callable:
    clinic.entry("71")
    return clinic(records.void_record, "observations", clinic.record(), CANARY)


def close_item_9(clinic: Clinic) -> Callable:
    flags = clinic.page().flags
    evidence = flags.loc[flags["rule"] == ITEM_9, "evidence"].iloc[0]
    words = closing.Closing("welfare_check", CANARY)
    return clinic(closing.close_flag, 1, words, evidence=evidence)


def close_unreadable(clinic: Clinic) -> Callable:
    rows = quarantine.read_quarantine(ACTOR, clinic.store)
    key = int(rows.loc[rows["needs_clinician"], "id"].iloc[0])
    return clinic(closing.close_unreadable, key, closing.Closing("welfare_check", CANARY))


def close_critical(clinic: Clinic) -> Callable:
    return clinic(closing.close_critical, clinic.seen(is_critical=True), "treated", CANARY)


def unmerge(clinic: Clinic) -> Callable:
    return clinic(merging.unmerge, merge(clinic)(), CANARY)


def merge(clinic: Clinic) -> Callable:
    drawn = merging.read_pair(ACTOR, clinic.store, 2, 1)
    return clinic(merging.merge_patients, 2, 1, CANARY, drawn=drawn)


def take_back_two(clinic: Clinic) -> Callable:
    duplicates.say_two_people(ACTOR, clinic.store, (1, 2), CANARY)
    return clinic(duplicates.take_back_two_people, (1, 2))


def put_back(clinic: Clinic) -> Callable:
    rows = [clinic.waiting()]
    quarantine.set_aside(ACTOR, clinic.store, rows, CANARY)
    return clinic(quarantine.put_back, rows)


def end_waivers(clinic: Clinic) -> Callable:
    check, record = failing(clinic)
    quality.waive(ACTOR, clinic.store, quality.Waiver(check, (record,), CANARY, NOW.date()))
    return clinic(quality.end_waivers, check, [record])


def failing(clinic: Clinic) -> tuple[str, str]:
    row = quality.read_quality(ACTOR, clinic.store).rows.iloc[0]
    return row["check"], row["record"]


def leave_review(clinic: Clinic) -> Callable:
    dose_reviews.start_review(ACTOR, clinic.store, 1, clinic.form())
    return clinic(dose_reviews.leave_review, 1, clinic.form())


def add_addendum(clinic: Clinic) -> Callable:
    return clinic(decisions.add_addendum, sign(clinic), CANARY, drawn=clinic.form())


def release(clinic: Clinic) -> Callable:
    cohort = cohorts.read_cohort(ACTOR, clinic.store, Criteria(()))
    order = exports.Order(EXPORT.topics, FileForm.TIDY, Privacy.IDENTIFIED)
    purpose = Purpose(CANARY, CANARY, CANARY, CANARY)
    return clinic(release_cohort, order, cohort, purpose, path=clinic.folder / "out.zip")


def note_destroyed(clinic: Clinic) -> Callable:
    return clinic(releases.note_destroyed, release(clinic)().key, CANARY)


def add_clinic(clinic: Clinic) -> Callable:
    return clinic(stores.init_clinic, "annex", name=CANARY, time_zone="UTC", instruments=["PHQ-9"])


def purge(clinic: Clinic) -> Callable:
    """bob's form that nobody could read goes first, by whoever assessed him; ann has flags that wait for a clinician."""
    close_unreadable(clinic)()
    # The fixture puts the clock back.
    _clock.now = lambda: NOW + timedelta(days=20 * 366)
    return clinic(retention.purge)


def end_hold(clinic: Clinic) -> Callable:
    retention.hold(ACTOR, clinic.store, 1, CANARY)
    return clinic(retention.end_hold, 1, CANARY)


def change_key(clinic: Clinic) -> Callable:
    # A store for practice makes a key of its own where it has none.
    views.note_view(ACTOR, clinic.store, 1)
    return clinic(audit.change_key)


def begin_anchor(clinic: Clinic) -> Callable:
    clinic.store.path.with_name("clinic.sqlite.audit-anchor").unlink(missing_ok=True)
    return clinic(audit.anchor_audit)


def import_again(clinic: Clinic) -> Callable:
    rows = [{"patient_id": "ann", "observed_at": "2026-03-17", "kind": "weight_kg", "value": "70"}]
    return clinic(imports.import_files, [(f"{CANARY}.csv", to_csv(rows))], are_made_up=True)


def import_unreadable(clinic: Clinic) -> Callable:
    return clinic(imports.import_files, [(f"{CANARY}.xlsx", b"no workbook")], are_made_up=True)


def bring_back(clinic: Clinic) -> Callable:
    backup, url = clinic.folder / "backup", f"sqlite:///{clinic.folder}/again.sqlite"
    clinic(recovery.back_up, backup)()

    def restore() -> None:
        recovery.restore(ACTOR, url, None, backup)
        clinic.store = Store(url)

    return restore


AWAY = Absence(CANARY, "Dr B", NOW.date(), NOW.date() + timedelta(days=3))
FLAG_ACTS = {
    "mark_seen": lambda c: c(flag_life.mark_seen, c.seen()),
    "snooze": lambda c: c(
        flag_life.snooze,
        c.seen(),
        reason_code=next(iter(flag_life.SNOOZE_REASONS)),
        until=NOW.date() + timedelta(days=2),
        note=CANARY,
    ),
    "call_wrong": lambda c: c(flag_life.call_wrong, c.seen(), next(iter(flag_life.WRONG_REASONS)), CANARY),
    "restore": lambda c: c(flag_life.restore, c.seen()),
    "hand_over": lambda c: c(flag_life.hand_over, c.seen(), CANARY, CANARY),
    "give_back": lambda c: c(flag_life.give_back, c.seen()),
    "note_contact": lambda c: c(
        flag_life.note_contact, c.seen(), next(iter(flag_life.CONTACT_OUTCOMES)), CANARY
    ),
}
# By module and function: what has to be there first, the call itself, and the act that it is.
CASES: dict[str, tuple[Callable[[Clinic], Callable], Act]] = {
    **{f"flag_life.{name}": (case, Act.HANDLE_FLAG) for name, case in FLAG_ACTS.items()},
    "views.note_view": (lambda c: c(views.note_view, 1), Act.VIEW),
    "views.note_listing": (lambda c: c(views.note_listing, "flags", 3), Act.EXPORT),
    "review_marks.mark_reviewed": (
        lambda c: c(review_marks.mark_reviewed, 1, c.page().since_review.drawn), Act.MARK_REVIEWED),
    "entries.enter_record": (enter, Act.ENTER),
    "entries.correct_record": (correct, Act.CORRECT),
    "records.void_record": (void, Act.VOID),
    "dose_reviews.start_review": (lambda c: c(dose_reviews.start_review, 1, c.form()), Act.BEGIN_REVIEW),
    "dose_reviews.leave_review": (leave_review, Act.LEAVE_REVIEW),
    "decisions.sign_decision": (lambda c: lambda: sign(c), Act.DECIDE),
    "decisions.add_addendum": (add_addendum, Act.ADD_TO_DECISION),
    "conference.note_discussed": (lambda c: c(conference.note_discussed, 1, CANARY, c.form()), Act.DISCUSS),
    "closing.close_flag": (close_item_9, Act.CLOSE_FLAG),
    "closing.close_unreadable": (close_unreadable, Act.CLOSE_FLAG),
    "closing.close_critical": (close_critical, Act.CLOSE_FLAG),
    "absences.set_absence": (lambda c: c(absences.set_absence, AWAY), Act.ABSENCE),
    "absences.end_absence": (lambda c: c(absences.end_absence, CANARY, NOW.date()), Act.ABSENCE),
    "imports.import_files": (import_again, Act.IMPORT),
    "imports.import_files unreadable": (import_unreadable, Act.IMPORT),
    "imports.undo_import": (lambda c: c(imports.undo_import, 3, CANARY), Act.UNDO_IMPORT),
    "quarantine.export_quarantine": (lambda c: c(quarantine.export_quarantine), Act.EXPORT_ROWS),
    "quarantine.hand_over": (lambda c: c(quarantine.hand_over, [c.waiting()], CANARY), Act.HAND_OVER_ROWS),
    "quarantine.set_aside": (lambda c: c(quarantine.set_aside, [c.waiting()], CANARY), Act.SET_ASIDE_ROWS),
    "quarantine.put_back": (put_back, Act.PUT_BACK_ROWS),
    "quarantine.correct": (
        lambda c: c(quarantine.correct, quarantine.Correction((c.waiting(),), {"patient_id": "ann"}, CANARY)),
        Act.CORRECT_ROWS),
    "merging.merge_patients": (merge, Act.MERGE),
    "merging.unmerge": (unmerge, Act.UNMERGE),
    "duplicates.say_two_people": (lambda c: c(duplicates.say_two_people, (1, 2), CANARY), Act.TELL_APART),
    "duplicates.take_back_two_people": (take_back_two, Act.ALIKE_AGAIN),
    "quality.waive": (
        lambda c: c(quality.waive, quality.Waiver(failing(c)[0], (failing(c)[1],), CANARY, NOW.date())), Act.WAIVE),
    "quality.end_waivers": (end_waivers, Act.END_WAIVER),
    "policies.publish_policy": (
        lambda c: c(policies.publish_policy, policies.export_policy(ACTOR, c.store).encode(), CANARY, CANARY),
        Act.PUBLISH_POLICY),
    "exports.write_folder": (lambda c: c(exports.write_folder, EXPORT, c.folder / "out"), Act.EXPORT),
    "exports.write_zip": (lambda c: c(exports.write_zip, EXPORT, io.BytesIO()), Act.EXPORT),
    "cohort_releases.release_cohort": (release, Act.RELEASE),
    "releases.note_destroyed": (note_destroyed, Act.NOTE_DESTROYED),
    "saved_cohorts.save_cohort": (
        lambda c: c(saved_cohorts.save_cohort, Criteria(()), CANARY, CANARY), Act.SAVE_COHORT),
    "outcome_people.open_list": (
        lambda c: c(outcome_people.open_list, outcome_people.Opening(CANARY, CANARY, (1, 2))), Act.VIEW_LIST),
    "retention.purge": (purge, Act.PURGE),
    "recomputing.recompute": (lambda c: c(recomputing.recompute), Act.RECOMPUTE),
    "retention.hold": (lambda c: c(retention.hold, 1, CANARY), Act.HOLD),
    "retention.end_hold": (end_hold, Act.END_HOLD),
    "stores.init_clinic": (add_clinic, Act.ADD_CLINIC),
    "stores.create_store": (
        lambda c: lambda: setattr(c, "store", stores.create_store(ACTOR, f"sqlite:///{c.folder}/n.sqlite")),
        Act.MAKE_STORE),
    "audit.verify_audit": (lambda c: c(audit.verify_audit), Act.VERIFY_AUDIT),
    "audit.anchor_audit": (begin_anchor, Act.BEGIN_ANCHOR),
    "audit.note_restored": (lambda c: c(audit.note_restored), Act.RESTORE),
    "recovery.back_up": (lambda c: c(recovery.back_up, c.folder / "backup"), Act.BACK_UP),
    "recovery.restore": (bring_back, Act.RESTORE),
    "drills.drill": (lambda c: c(drills.drill, c.folder), Act.BACK_UP),
    "checks.check_store": (
        lambda c: lambda: checks.check_store(ACTOR, c.store.url), Act.VERIFY_AUDIT),
    "audit.change_key": (change_key, Act.CHANGE_AUDIT_KEY),
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(_clock, "now", lambda: NOW)


@pytest.mark.parametrize("case", CASES)
def test_it_is_one_row_and_no_word_of_it_was_typed(case, tmp_path, monkeypatch):
    clinic = Clinic(tmp_path)
    needs, act = CASES[case]
    if act == Act.CHANGE_AUDIT_KEY:
        monkeypatch.delenv("AUDIT_KEY")
    do = needs(clinic)
    before = clinic.rows()
    do()
    after = clinic.rows()
    if act == Act.MAKE_STORE:
        before = []
    assert after[: len(before)] == before
    (row,) = after[len(before) :]
    assert act.value in row and ACTOR.name in row
    assert not any(word in repr(after) for word in (*CANARY.split(), "ann", "stranger"))
    monkeypatch.setenv("AUDIT_KEY", "5" * 64)
    if act != Act.CHANGE_AUDIT_KEY:
        assert not {one.kind for one in audit.verify_audit(ACTOR, clinic.store).findings} - {
            audit.Kind.NO_ANCHOR
        }


# What is worked out anew, once a day, is nobody's act; another day's copy is in memory alone.
COMPUTED = {"caseload.refresh_if_a_day_has_passed"}
# Opened by every command; they write where a release brings something new. open_export: read by write_folder and write_zip.
AT_A_START = {"stores.open_store", "stores.load_demo"}
# They need a browser, and are held where they are drawn: test_packs.py, test_one_page.py.
DRAWN = {"packs.keep_pack", "one_page.print_one_page"}
# Asked by release_cohort alone, which has a case.
REACHED = {"releases.make_release"}
# Everything of signing in is written down by tests of its own.
SIGNING_IN = ("accounts", "signing_in", "enrolling", "emergencies")
WRITES = {"write", "note", "writing", "note_act", "note_reading"}


def called(function: ast.AST) -> set[str]:
    """Names of what is called in a function, with or without an object before the dot."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {one.id for one in calls if isinstance(one, ast.Name)}
    dotted = [one for one in calls if isinstance(one, ast.Attribute)]
    stores = {one.attr for one in dotted if ast.unparse(one.value).startswith("store")}
    return names | (stores & WRITES)


def writing_services() -> set[str]:
    """Public functions that write to a store, by themselves or through functions of the services that they call by name."""
    sources = {Path(one.path).stem: one for one in python_sources() if one.path.startswith("lib/services/")}
    calls = {(m, f.name): called(f) for m, s in sources.items() for f in functions_of(s.tree)}
    homes: dict[str, set[str]] = {}
    for module, name in calls:
        homes.setdefault(name, set()).add(module)
    reached = {one for one, names in calls.items() if names & WRITES}
    while True:
        # A name is that of the own module, where it has one.
        more = {
            (module, name)
            for (module, name), names in calls.items()
            for other in names & homes.keys()
            for home in ({module} & homes[other] or homes[other])
            if (home, other) in reached
        } - reached
        if not more:
            break
        reached |= more
    own = {
        (m, n) for m, n in reached if not m.startswith("_") and not n.startswith("_") and m not in SIGNING_IN
    }
    at_top = {
        (m, node.name)
        for m, s in sources.items()
        for node in s.tree.body
        if isinstance(node, ast.FunctionDef)
    }
    return {f"{module}.{name}" for module, name in own & at_top}


def test_every_service_that_writes_has_a_case():
    """Whoever adds one says here which act it is."""
    found = writing_services() - COMPUTED - AT_A_START - DRAWN - REACHED
    cases = {case.split(" ")[0] for case in CASES}
    assert found - cases == set()
    assert cases - found == set()
