"""What the screens read, by name; each is asked through lib.ui.asking, and nobody may change what comes back."""

from datetime import date
from typing import Protocol

import pandas as pd

from lib.clinical.expected_course import Reference
from lib.clinical.flag_budget import FlagBudget
from lib.services import (
    absences,
    conference,
    decision_memory,
    decisions,
    dose_lens,
    dosing_next,
    entries,
    expected,
    flag_budget,
    imports,
    known_on,
    patient_context,
    patients,
    policies,
    policy_preview,
    review,
    review_card,
)
from lib.services.access import Actor
from lib.services.errors import Store
from lib.ui import access
from lib.ui.asking import ask, ask_alike, bring_up_to_date
from lib.ui.people import People, read_people


class Freshness(Protocol):
    """How old the data are."""

    @property
    def text(self) -> str: ...
    @property
    def is_stale(self) -> bool: ...
    @property
    def is_synthetic(self) -> bool: ...
    @property
    def is_demo(self) -> bool: ...


def read_queue() -> review.Queue:
    """The review queue of the reader's clinics, its flags of today."""
    bring_up_to_date()
    return ask_alike(_read_queue)


def _read_queue(actor: Actor, store: Store) -> review.Queue:
    return review.read_queue(actor, store, ask_alike(review.read_freshness))


def read_caseload() -> People:
    """Everyone in the reader's clinics."""
    bring_up_to_date()
    people: People = ask_alike(read_people)
    return people


def read_dosing_next() -> dosing_next.DosingNext:
    """Whose dosing session lies ahead, and what is open for them, today."""
    bring_up_to_date()
    return ask_alike(dosing_next.read_dosing_next)


def read_before_sessions(patient_keys: list[int]) -> pd.DataFrame:
    """What is open for these patients before a session, by patient key."""
    return ask_alike(dosing_next.read_before_sessions, patient_keys)


def read_freshness() -> Freshness:
    """Asked of all records, and so once for each state of them."""
    return ask_alike(review.read_freshness)


def read_patient(patient_key: int) -> patients.PatientPage:
    """One patient's page. Raises NotFoundError."""
    bring_up_to_date()
    page: patients.PatientPage = ask(_read_patient, patient_key)
    return page


def _read_patient(actor: Actor, store: Store, patient_key: int) -> patients.PatientPage:
    return patients.read_patient(actor, store, patient_key, ask_alike(review.read_freshness))


def look_back(patient_key: int) -> known_on.Looked:
    """What was known of one patient on the day that is looked back at, beside what is known now. Raises NotFoundError."""
    looked: known_on.Looked = ask(_look_back, patient_key)
    return looked


def _look_back(actor: Actor, known: Store, patient_key: int) -> known_on.Looked:
    return known_on.look_back(actor, access.store_of_today(), known, patient_key)


def read_reference(clinic_id: str) -> Reference:
    """The session scores of everybody in a clinic, the same for each of its patients. Raises NotFoundError."""
    return ask_alike(expected.read_reference, clinic_id)


def read_clinic_lens(clinic_id: str) -> dose_lens.ClinicLens:
    """What totals of a clinic do around dose steps, the same for each of its patients. Raises NotFoundError."""
    lens: dose_lens.ClinicLens = ask_alike(dose_lens.read_clinic_lens, clinic_id)
    return lens


def read_context(patient_key: int) -> patient_context.PatientContext:
    """What else is on record about one patient. Raises NotFoundError."""
    context: patient_context.PatientContext = ask(patient_context.read_context, patient_key)
    return context


def read_decisions(patient_key: int) -> decisions.PatientDecisions:
    """The dose review of one patient and its decisions. Raises NotFoundError."""
    found: decisions.PatientDecisions = ask(decisions.read_decisions, patient_key)
    return found


def read_review_card(patient_key: int) -> review_card.ReviewCard:
    """The twelve points of a dose review. Raises NotFoundError."""
    card: review_card.ReviewCard = ask(review_card.read_review_card, patient_key)
    return card


def read_entry_form(patient_key: int, kind: str) -> entries.EntryForm:
    """What a form of this patient is drawn from. Raises NotFoundError."""
    return ask(entries.read_entry_form, patient_key, kind)


def read_minutes() -> conference.Minutes:
    """What was said today of the patients of the reader's clinics."""
    minutes: conference.Minutes = ask(conference.read_minutes)
    return minutes


def read_memory(patient_key: int) -> decision_memory.Memory:
    """Past decisions in courses like this patient's. Raises NotFoundError."""
    memory: decision_memory.Memory = ask(decision_memory.read_memory, patient_key)
    return memory


def read_absences() -> pd.DataFrame:
    """Who is away, and who stands in: columns of lib.services.absences.read_absences."""
    return ask(absences.read_absences)


def read_colleagues() -> list[str]:
    """Names that a flag can be handed over to."""
    names: list[str] = ask(absences.read_colleagues)
    return names


def read_imports() -> pd.DataFrame:
    """Every import, the newest first: columns of the table `import`."""
    return ask(imports.read_imports)


def read_held_rows() -> pd.DataFrame:
    """Rows that wait: columns of lib.services.imports.read_held_rows."""
    return ask(imports.read_held_rows)


def read_versions() -> tuple[policies.PolicyVersion, ...]:
    """Every version of the policy, the oldest first."""
    versions: tuple[policies.PolicyVersion, ...] = ask(policies.read_versions)
    return versions


def read_policy_on(day: date) -> policies.PolicyVersion | None:
    """The version in force at the end of a day."""
    version: policies.PolicyVersion | None = ask(policies.read_policy_on, day)
    return version


def read_flag_budget(weeks: int) -> FlagBudget:
    """What the policy in force would have asked for."""
    budget: FlagBudget = ask(flag_budget.read_flag_budget, weeks)
    return budget


def preview_policy(text: str, file_name: str, weeks: int) -> policy_preview.Preview:
    """What a draft would change today. Raises PolicyError."""
    preview: policy_preview.Preview = ask(policy_preview.preview_policy, text, file_name, weeks)
    return preview
