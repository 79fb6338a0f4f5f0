"""Whose a record is: the patient_id of a Patient resource, and of every reference to one."""

from collections.abc import Sequence

from lib.intake.drafts import Draft, hold, is_partial
from lib.intake.fhir.elements import Element, child, children, codes, plain_reference, text
from lib.intake.fhir.resources import Resource, Resources
from lib.intake.table import Doubt

READ_AS = (
    "patient_id is the medical record number (an identifier of type MR) where a Patient resource has exactly one, else its only "
    "identifier (outdated ones, social security, driver's licence and passport numbers do not count), else the resource's id. "
    "A reference to a Patient resource that is not in the file is no patient_id."
)
_ANY_SYSTEM = (
    "",
    "http://terminology.hl7.org/CodeSystem/v2-0203",
    "http://hl7.org/fhir/v2/0203",
    "http://hl7.org/fhir/identifier-type",
)
_NEVER_TAKEN = {"SS", "SB", "DL", "PPN"}
_SOCIAL_SECURITY = ("us-ssn", "2.16.840.1.113883.4.1")
_AMBIGUOUS = hold(
    "same-identifier",
    "patient_id",
    "Patient resources that differ have this identifier: find out whether they are one person.",
)
# In another file the same id is another patient's, and a patient_id may look like it.
_TECHNICAL = hold(
    "technical-id",
    "patient_id",
    "The file names the patient by a technical id only, and has no Patient resource of it: send both in one file, or find out "
    "the patient_id and correct it here.",
)
_CONTRADICTED = hold(
    "duplicate-id", "", "The file has resources with this id that differ: find out which of them is right."
)


def contradictions(resource: Resource) -> tuple[Doubt, ...]:
    return (_CONTRADICTED,) if resource.is_contradicted else ()


class People:
    """The Patient resources of a file, by what may refer to them."""

    def __init__(self, patients: Sequence[Resource]) -> None:
        self._patients = patients
        self._ids: dict[str, set[str]] = {}
        self._persons: dict[str, set[str]] = {}
        for number, patient in enumerate(patients):
            patient_id = choose_identifier(patient.body)
            for name in _names(patient):
                self._ids.setdefault(name, set()).add(patient_id)
            # Versions of one resource are one person, whatever they say.
            person = text(patient.body, "id") or patient.url or str(number)
            self._persons.setdefault(patient_id, set()).add(person)

    def find(self, resource: Resource, name: str = "subject") -> tuple[str, tuple[Doubt, ...]]:
        """The patient_id that a resource's reference means, "" where it means none; and what speaks against it."""
        subject = child(resource.body, name)
        reference = plain_reference(text(subject, "reference"))
        by_number = choose_identifier({"identifier": [child(subject, "identifier")]}, "")
        if reference.startswith("#"):
            inside = children(resource.home, "contained")
            found = {choose_identifier(one, "") for one in inside if text(one, "id") == reference[1:]}
        else:
            found = self._ids.get(reference) or self._ids.get(_without_server(reference)) or {by_number}
        patient_id = next(iter(found)) if len(found) == 1 else ""
        if len(found) > 1 or len(self._persons.get(patient_id, ())) > 1:
            return patient_id, (_AMBIGUOUS,)
        if not patient_id and (technical := _technical_id(reference)):
            return technical, (_TECHNICAL,)
        return patient_id, ()

    def rows(self) -> list[Draft]:
        """patients.csv of them: no name, address or number beside the identifier is taken."""
        return [self._row(patient) for patient in self._patients]

    def _row(self, patient: Resource) -> Draft:
        patient_id = choose_identifier(patient.body)
        is_ambiguous = len(self._persons[patient_id]) > 1
        doubts = (_AMBIGUOUS,) * is_ambiguous + contradictions(patient)
        birth, death = text(patient.body, "birthDate"), text(patient.body, "deceasedDateTime")[:10]
        if any(text(link, "type") in ("replaced-by", "replaces") for link in children(patient.body, "link")):
            reason = (
                "The Patient resource replaces another, or is replaced: find out which identifier is in use."
            )
            doubts = (*doubts, hold("replaced-patient", "patient_id", reason))
        cells = {
            "patient_id": patient_id,
            "birth_year": birth[:4] if is_partial(birth) else "",
            "birth_date": "" if is_partial(birth) else birth,
            "sex": text(patient.body, "gender"),
            "died_on": death,
        }
        return Draft("patients", patient.place, cells, doubts)


def find_people(resources: Resources) -> People:
    people = People(resources.of_type("Patient"))
    n_alive = sum(patient.body.get("deceasedBoolean") is True for patient in resources.of_type("Patient"))
    if n_alive:
        resources.warnings.append(f"{n_alive} deceased without a date of death: died_on stays empty.")
    return people


def choose_identifier(patient: Element, otherwise: str | None = None) -> str:
    """As READ_AS says."""
    offered: dict[str, bool] = {}
    for identifier in children(patient, "identifier"):
        types = set(codes(child(identifier, "type"), _ANY_SYSTEM))
        value, is_number = text(identifier, "value"), text(identifier, "system").endswith(_SOCIAL_SECURITY)
        if value and not types & _NEVER_TAKEN and not is_number and text(identifier, "use") != "old":
            offered[value] = offered.get(value, False) or "MR" in types
    records = [value for value, is_record in offered.items() if is_record]
    chosen = records if len(records) == 1 else list(offered)
    if len(chosen) == 1:
        return chosen[0]
    return text(patient, "id") if otherwise is None else otherwise


def _names(patient: Resource) -> set[str]:
    """What a reference to it may say; where the file does not tell its whole address, on any server."""
    number = text(patient.body, "id")
    anywhere = {_without_server(f"/Patient/{number}"), f"urn:uuid:{number}"} if number else set()
    return patient.names if patient.url else patient.names | anywhere


def _without_server(reference: str) -> str:
    """`…/Patient/7` of a whole address."""
    _, slash, number = reference.rpartition("/Patient/")
    return f"…/Patient/{number}" if slash else reference


def _technical_id(reference: str) -> str:
    """A reference to a Patient as it is written, so that nobody takes it for a patient_id; nothing of another type's."""
    if reference.startswith(("#", "urn:uuid:", "urn:oid:")):
        return reference
    rest, _, last = reference.rpartition("/")
    is_patient = last and rest.rpartition("/")[2] in ("Patient", "")
    return (reference if rest else f"Patient/{last}") if is_patient else ""
