"""A FHIR file to tables: bundles, one resource a line, and single resources, of R4 and STU3."""

from lib.intake.body_weight import READ_AS as WEIGHTS_READ_AS
from lib.intake.drafts import Drafts
from lib.intake.fhir import patients
from lib.intake.fhir.adverse_events import read_adverse_events
from lib.intake.fhir.documents import Documents, read_documents
from lib.intake.fhir.medicines import read_medicines
from lib.intake.fhir.observations import read_forms
from lib.intake.fhir.resources import Resources, collect_resources
from lib.intake.table import RawTable
from lib.intake.unreadable import UnreadableFile

_MOST_LISTED = 12


def is_fhir(data: bytes) -> bool:
    """Whether bytes are JSON that speaks of resources; not whether they can be read."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"{", b"[") and b'"resourceType"' in data


def read_fhir(file_name: str, data: bytes) -> list[RawTable]:
    """patients, assessments, dosing sessions, dose orders, adverse events and body weights; lines are the numbers of entries in
    a bundle or list, or lines of the file. What else the file has is counted in the first table's warnings.

    Raises UnreadableFile where the file is no FHIR JSON, or has nothing that is read.
    """
    documents = read_documents(file_name, data)
    drafts = Drafts()
    resources = collect_resources(documents, drafts)
    people = patients.find_people(resources)
    drafts.rows += people.rows()
    read_forms(resources, people, drafts)
    drafts.rows += read_medicines(resources, people)
    drafts.rows += read_adverse_events(resources, people)
    read_as = {"": (_describe(documents, resources), patients.READ_AS), "observations": (WEIGHTS_READ_AS,)}
    others = _list_others(resources)
    tables = drafts.to_tables(file_name, read_as, (*resources.warnings, *others))
    if not tables:
        found = " ".join(others) or "it has no resources"
        remedy = "choose a file with questionnaires, totals, doses, adverse events or patients"
        raise UnreadableFile(
            file_name, f"the file has nothing that is read here. {found}".rstrip("."), remedy
        )
    return tables


def _describe(documents: Documents, resources: Resources) -> str:
    versions = " and ".join(f"{n} of FHIR {version}" for version, n in sorted(resources.versions.items()))
    place = "lines, or members of a list," if documents.is_numbered else "entries of a bundle, or alone,"
    return f"Resources are {place}: {versions or 'none of them could be read'}."


def _list_others(resources: Resources) -> list[str]:
    if not resources.others:
        return []
    listed = [f"{name} ({n})" for name, n in resources.others.most_common(_MOST_LISTED)]
    left_off = len(resources.others) - _MOST_LISTED
    return [f"Not taken: {', '.join(listed)}{f' and {left_off} other types' if left_off > 0 else ''}."]
