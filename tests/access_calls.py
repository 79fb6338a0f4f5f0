"""Every service function, and a call of each that is told whose record, row, clinic or account it is about."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import lib.services
from lib.research.choices import Privacy
from lib.research.criteria import Criteria
from lib.services import (
    absences,
    accounts,
    attrition,
    caseload,
    closing,
    cohorts,
    completion,
    conference,
    coverage,
    decision_memory,
    decisions,
    dose_lens,
    dose_reviews,
    dosing_next,
    dosing_practice,
    duplicates,
    entries,
    expected,
    explore,
    exports,
    flag_budget,
    flag_life,
    imports,
    known_on,
    merging,
    one_page,
    operations,
    outcome_doses,
    outcome_groups,
    outcome_people,
    outcomes,
    overdue,
    packs,
    patient_context,
    patients,
    quality,
    quality_measures,
    quarantine,
    queue_ageing,
    records,
    releases,
    retention,
    review,
    review_card,
    review_marks,
    saved_cohorts,
    session_practice,
    views,
)
from lib.services._drawn import DrawnForm
from lib.services._flag_acts import FlagSeen
from lib.services._joining import DrawnPair
from lib.services._signing import DrawnDecision, Signature
from lib.services._since_review import Drawn
from lib.services.access import Actor, Role
from lib.services.errors import Store, StoreError

SERVICES = [
    (f"{module.name}.{name}", function)
    for module in pkgutil.iter_modules(lib.services.__path__)
    if not module.name.startswith("_")
    for name, function in vars(importlib.import_module(f"lib.services.{module.name}")).items()
    if hasattr(function, "permission") and function.__module__ == f"lib.services.{module.name}"
]


@dataclass(frozen=True)
class Target:
    """Keys of one clinic's things, or of nothing. identity: as a form would say it, of whoever is asked about or not."""

    clinic: str
    patient: int
    second: int
    row: int
    import_key: int
    record: int
    cohort: int
    pack: int
    account: int
    reference: str
    merge: int
    identity: str = "ann · main"

    @property
    def drawn(self) -> DrawnForm:
        return DrawnForm(self.patient, self.identity)

    @property
    def flag(self) -> FlagSeen:
        return FlagSeen(self.patient, "suicidality_item_9", 0, "seen")

    @property
    def pair(self) -> DrawnPair:
        return DrawnPair(self.drawn, DrawnForm(self.second, self.identity))


Call = Callable[[Actor, Store, Target], Any]
_WORDS = closing.Closing("welfare_check", "seen at home")
_A_WEEK_AGO = datetime.now(UTC).date() - timedelta(days=7)
_SIGNED = Signature("A", "1980", "ann")


def _sign(actor: Actor, store: Store, of: Target) -> None:
    drawn = DrawnDecision(of.drawn, "token", 0, 1, frozenset())
    decisions.sign_decision(actor, store, of.patient, {}, _SIGNED, drawn=drawn)


def _read_zip(actor: Actor, store: Store, of: Target) -> Any:
    order = exports.Order(("patients",), privacy=Privacy.IDENTIFIED, patients=(of.patient,))
    return exports.write_zip(actor, store, order, BytesIO()).n_patients


def _find_key(actor: Actor, store: Store, of: Target) -> int:
    """The id is asked for as it is said; the refusal says it again."""
    try:
        return retention.find_key(actor, store, f"{of.clinic}-ann", of.clinic)
    except StoreError as error:
        raise type(error)(str(error).replace(of.clinic, "CLINIC")) from error


# By function: a call that only reads.
READS: Mapping[str, Call] = {
    "attrition.read_attrition": lambda who, s, of: attrition.read_attrition(who, s, 26, of.clinic),
    "cohorts.read_ground": lambda who, s, of: cohorts.read_ground(who, s, clinics=(of.clinic,)),
    "cohorts.read_cohort": lambda who, s, of: cohorts.read_cohort(who, s, Criteria(clinics=(of.clinic,))),
    "completion.read_completion": lambda who, s, of: completion.read_completion(who, s, 26, of.clinic),
    "decision_memory.read_memory": lambda who, s, of: decision_memory.read_memory(who, s, of.patient),
    "decisions.read_decisions": lambda who, s, of: decisions.read_decisions(who, s, of.patient),
    "dose_lens.read_clinic_lens": lambda who, s, of: dose_lens.read_clinic_lens(who, s, of.clinic),
    "dosing_practice.read_prescribed": lambda who, s, of: dosing_practice.read_prescribed(
        who, s, 26, of.clinic
    ),
    "dosing_practice.read_beyond_limits": lambda who, s, of: dosing_practice.read_beyond_limits(
        who, s, 26, of.clinic
    ),
    "dosing_practice.read_balances": lambda who, s, of: dosing_practice.read_balances(who, s, 26, of.clinic),
    "duplicates.read_sides": lambda who, s, of: duplicates.read_sides(who, s, of.patient, of.second),
    "duplicates.preview_merge": lambda who, s, of: duplicates.preview_merge(
        who, s, of.patient, of.second, of.pair
    ),
    "entries.read_entry_form": lambda who, s, of: entries.read_entry_form(who, s, of.patient, "assessments"),
    "expected.read_reference": lambda who, s, of: expected.read_reference(who, s, of.clinic),
    "exports.write_zip": _read_zip,
    "imports.read_held_rows": lambda who, s, of: imports.read_held_rows(who, s, of.import_key),
    "known_on.look_back": lambda who, s, of: known_on.look_back(
        who, s, known_on.open_as_known(who, s, _A_WEEK_AGO), of.patient
    ),
    "merging.read_pair": lambda who, s, of: merging.read_pair(who, s, of.patient, of.second),
    "one_page.read_sheet": lambda who, s, of: one_page.read_sheet(who, s, of.patient),
    "operations.read_flag_yield": lambda who, s, of: operations.read_flag_yield(who, s, of.clinic),
    "operations.read_decided": lambda who, s, of: operations.read_decided(who, s, 26, of.clinic),
    "outcome_people.read_names": lambda who, s, of: outcome_people.read_names(who, s, [of.patient]),
    "overdue.read_overdue": lambda who, s, of: overdue.read_overdue(who, s, 26, of.clinic),
    "packs.read_pack": lambda who, s, of: packs.read_pack(who, s, of.pack),
    "patient_context.read_context": lambda who, s, of: patient_context.read_context(who, s, of.patient),
    "patients.read_patient": lambda who, s, of: patients.read_patient(who, s, of.patient),
    "quarantine.preview_correction": lambda who, s, of: quarantine.preview_correction(
        who, s, quarantine.Correction((of.row,), {"item_9": "1"}, "read on paper")
    ),
    "queue_ageing.read_queue_ageing": lambda who, s, of: queue_ageing.read_queue_ageing(
        who, s, 26, of.clinic
    ),
    "releases.warn_of_differences": lambda who, s, of: releases.warn_of_differences(who, s, [of.patient]),
    "retention.find_key": _find_key,
    "dosing_next.read_before_sessions": lambda who, s, of: dosing_next.read_before_sessions(
        who, s, [of.patient]
    ),
    "review.read_series": lambda who, s, of: review.read_series(who, s, [of.patient]),
    "review.read_listed": lambda who, s, of: review.read_listed(who, s, [of.patient]),
    "review.read_reviews": lambda who, s, of: review.read_reviews(who, s, [of.patient]),
    "review_card.read_review_card": lambda who, s, of: review_card.read_review_card(who, s, of.patient),
    "saved_cohorts.load_cohort": lambda who, s, of: saved_cohorts.load_cohort(who, s, of.cohort),
    "saved_cohorts.compare_saved": lambda who, s, of: saved_cohorts.compare_saved(
        who, s, of.cohort, of.cohort
    ),
    "session_practice.read_process": lambda who, s, of: session_practice.read_process(who, s, 26, of.clinic),
    "session_practice.read_session_safety": lambda who, s, of: session_practice.read_session_safety(
        who, s, 26, of.clinic
    ),
}
# By function: a call that changes something.
WRITES: Mapping[str, Call] = {
    "accounts.change_account": lambda who, s, of: accounts.change_account(
        who, s, of.account, accounts.Wanted((Role.MANAGER,), ("north",))
    ),
    "accounts.switch_account": lambda who, s, of: accounts.switch_account(
        who, s, of.account, is_active=False
    ),
    "accounts.invite": lambda who, s, of: accounts.invite(who, s, of.account),
    "accounts.end_sign_in": lambda who, s, of: accounts.end_sign_in(who, s, of.reference),
    "closing.close_flag": lambda who, s, of: closing.close_flag(who, s, of.patient, _WORDS, evidence="seen"),
    "closing.close_unreadable": lambda who, s, of: closing.close_unreadable(who, s, of.row, _WORDS),
    "closing.close_critical": lambda who, s, of: closing.close_critical(
        who, s, of.flag, next(iter(closing.CRITICAL_REASONS)), "seen"
    ),
    "conference.note_discussed": lambda who, s, of: conference.note_discussed(
        who, s, of.patient, "we spoke", of.drawn
    ),
    "decisions.sign_decision": _sign,
    "decisions.add_addendum": lambda who, s, of: decisions.add_addendum(who, s, 1, "more", drawn=of.drawn),
    "dose_reviews.start_review": lambda who, s, of: dose_reviews.start_review(who, s, of.patient, of.drawn),
    "dose_reviews.leave_review": lambda who, s, of: dose_reviews.leave_review(who, s, of.patient, of.drawn),
    "duplicates.say_two_people": lambda who, s, of: duplicates.say_two_people(
        who, s, (of.patient, of.second), "seen both"
    ),
    "duplicates.take_back_two_people": lambda who, s, of: duplicates.take_back_two_people(
        who, s, (of.patient, of.second)
    ),
    "entries.enter_record": lambda who, s, of: entries.enter_record(
        who, s, of.patient, "assessments", {}, expected=of.drawn
    ),
    "entries.correct_record": lambda who, s, of: entries.correct_record(
        who, s, of.patient, "assessments", {"item_9": "2"}, expected=of.drawn
    ),
    "flag_life.mark_seen": lambda who, s, of: flag_life.mark_seen(who, s, of.flag),
    "flag_life.snooze": lambda who, s, of: flag_life.snooze(who, s, of.flag, reason_code="plan", until=None),
    "flag_life.call_wrong": lambda who, s, of: flag_life.call_wrong(who, s, of.flag, "known", "it is"),
    "flag_life.restore": lambda who, s, of: flag_life.restore(who, s, of.flag),
    "flag_life.hand_over": lambda who, s, of: flag_life.hand_over(who, s, of.flag, "bob"),
    "flag_life.give_back": lambda who, s, of: flag_life.give_back(who, s, of.flag),
    "flag_life.note_contact": lambda who, s, of: flag_life.note_contact(who, s, of.flag, "reached"),
    "imports.undo_import": lambda who, s, of: imports.undo_import(who, s, of.import_key, "wrong"),
    "merging.merge_patients": lambda who, s, of: merging.merge_patients(
        who, s, of.patient, of.second, "one person", drawn=of.pair
    ),
    "merging.unmerge": lambda who, s, of: merging.unmerge(who, s, of.merge, "two people"),
    "one_page.print_one_page": lambda who, s, of: one_page.print_one_page(who, s, of.patient, ""),
    "outcome_people.open_list": lambda who, s, of: outcome_people.open_list(
        who, s, outcome_people.Opening("what", "to call them about their forms", (of.patient,))
    ),
    "packs.make_again": lambda who, s, of: packs.make_again(who, s, of.pack, ""),
    "quality.end_waivers": lambda who, s, of: quality.end_waivers(
        who, s, "unknown", [f"assessments:{of.record}"]
    ),
    "quality.waive": lambda who, s, of: quality.waive(
        who, s, quality.Waiver("unknown", (f"assessments:{of.record}",), "why", date(2030, 1, 1))
    ),
    "quarantine.hand_over": lambda who, s, of: quarantine.hand_over(who, s, [of.row], "bob"),
    "quarantine.set_aside": lambda who, s, of: quarantine.set_aside(who, s, [of.row], "a test"),
    "quarantine.put_back": lambda who, s, of: quarantine.put_back(who, s, [of.row]),
    "quarantine.correct": lambda who, s, of: quarantine.correct(
        who, s, quarantine.Correction((of.row,), {"item_9": "1"}, "read on paper")
    ),
    "records.void_record": lambda who, s, of: records.void_record(who, s, "assessments", of.record, "wrong"),
    "releases.note_destroyed": lambda who, s, of: releases.note_destroyed(
        who, s, 1 if of.row < 900 else 999, "x"
    ),
    "retention.hold": lambda who, s, of: retention.hold(who, s, of.patient, "a lawsuit"),
    "retention.end_hold": lambda who, s, of: retention.end_hold(who, s, of.patient, "it is over"),
    "review_marks.mark_reviewed": lambda who, s, of: review_marks.mark_reviewed(
        who, s, of.patient, Drawn(1, 0, 1)
    ),
    "retention.find_key": lambda who, s, of: retention.find_key(who, s, f"{of.clinic}-ann", of.clinic),
    "views.note_view": lambda who, s, of: views.note_view(who, s, of.patient),
}
# Told of nobody: what they say has no word of another clinic.
LISTS: Mapping[str, Callable[[Actor, Store], Any]] = {
    "absences.read_absences": absences.read_absences,
    "absences.read_colleagues": absences.read_colleagues,
    "accounts.read_accounts": accounts.read_accounts,
    "accounts.read_grantable_clinics": accounts.read_grantable_clinics,
    "accounts.read_sign_ins": accounts.read_sign_ins,
    "caseload.read_flags": caseload.read_flags,
    "caseload.read_status": caseload.read_status,
    "cohorts.tell_cohort": lambda who, s: cohorts.tell_cohort(who, s, Criteria()),
    "conference.read_minutes": conference.read_minutes,
    "coverage.summarise_clinics": coverage.summarise_clinics,
    "dosing_next.read_dosing_next": dosing_next.read_dosing_next,
    "duplicates.read_candidates": duplicates.read_candidates,
    "duplicates.read_told_apart": duplicates.read_told_apart,
    "explore.read_studied": lambda who, s: explore.read_studied(who, s, Criteria()),
    "flag_budget.read_flag_budget": flag_budget.read_flag_budget,
    "imports.read_imports": imports.read_imports,
    "merging.read_merges": merging.read_merges,
    "operations.read_clinic_ids": operations.read_clinic_ids,
    "outcome_doses.read_dose_sessions": outcome_doses.read_dose_sessions,
    "outcome_groups.read_about": outcome_groups.read_about,
    "outcomes.read_courses": outcomes.read_courses,
    "packs.read_packs": packs.read_packs,
    "packs.read_today": packs.read_today,
    "quality.read_quality": quality.read_quality,
    "quality_measures.read_quality_measures": quality_measures.read_quality_measures,
    "quarantine.export_quarantine": quarantine.export_quarantine,
    "quarantine.read_people": quarantine.read_people,
    "quarantine.read_quarantine": quarantine.read_quarantine,
    "quarantine.read_set_aside": quarantine.read_set_aside,
    "releases.read_register": releases.read_register,
    "releases.read_withdrawals": releases.read_withdrawals,
    "review.read_caseload": review.read_caseload,
    "review.read_freshness": review.read_freshness,
    "review.read_queue": review.read_queue,
    "saved_cohorts.list_cohorts": saved_cohorts.list_cohorts,
}
