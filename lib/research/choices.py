"""What can be chosen of an export: tables, the form of its files, and who may be told from it."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class FileForm(StrEnum):
    TIDY = "tidy"
    ADAM = "adam"
    REDCAP = "redcap"
    FHIR = "fhir"


class Privacy(StrEnum):
    AGGREGATE = "aggregate"
    DEIDENTIFIED = "de-identified"
    IDENTIFIED = "identified"


FORM_WORDS = MappingProxyType(
    {
        FileForm.TIDY: "Tidy CSV: a file a table, the same columns as the files that are imported",
        FileForm.ADAM: "ADaM-like CSV: adsl, adqs, adex, adae, adtte with CDISC codes",
        FileForm.REDCAP: "REDCap: a data dictionary, and a file to import a table",
        FileForm.FHIR: "FHIR R4: one bundle",
    }
)
PRIVACY_WORDS = MappingProxyType(
    {
        Privacy.AGGREGATE: "Aggregate: counts alone, as CSV: none of 1 to 10, the others rounded",
        Privacy.DEIDENTIFIED: "De-identified rows: no names, dates, places or free text",
        Privacy.IDENTIFIED: "Identified rows: everything, for care and for a move to another store",
    }
)


# Why a bundle is identified or none (docs/decisions.md).
NO_STUDY_DAYS = (
    "FHIR R4 asks for the date of every dose, and a study day is none: de-identified rows leave in another form, or the bundle "
    "is identified."
)


@dataclass(frozen=True)
class Topic:
    """A table to choose. adam: the ADaM-like file that has it; is_fhir: whether resources of a bundle do."""

    words: str
    adam: str = ""
    is_fhir: bool = False


TOPICS = MappingProxyType(
    {
        "patients": Topic("Patients", "adsl", is_fhir=True),
        "courses": Topic("Courses"),
        "dosing_sessions": Topic("Dosing sessions", "adex", is_fhir=True),
        "assessments": Topic("Assessments, a row each", "adqs", is_fhir=True),
        "assessments_superseded": Topic("Assessments: versions that were corrected"),
        "assessments_wide": Topic("Assessments, a row a patient and day"),
        "items": Topic("Items, a row each"),
        "adverse_events": Topic("Adverse events", "adae", is_fhir=True),
        "integration_events": Topic("Integration practices"),
        "decisions": Topic("Decisions"),
        "status": Topic("Derived: status", "adtte"),
        "course_scores": Topic("Derived: scores of courses"),
        "dose_orders": Topic("Dose orders"),
        "observations": Topic("Observations"),
        "medications": Topic("Medications"),
        "diagnoses": Topic("Diagnoses"),
        "dispensing": Topic("Dispensing"),
        "risk_assessments": Topic("Risk assessments"),
        "contacts": Topic("Contacts"),
        "events": Topic("Events"),
        "flag_closings": Topic("Closings of flags"),
    }
)
# What a new export has chosen.
USUAL_TOPICS = (
    *("patients", "courses", "dosing_sessions", "assessments", "items", "adverse_events"),
    *("integration_events", "decisions", "status", "course_scores"),
)


def topics_of(form: FileForm) -> tuple[str, ...]:
    """The tables that a form of file can hold."""
    if form is FileForm.ADAM:
        return tuple(name for name, topic in TOPICS.items() if topic.adam)
    if form is FileForm.FHIR:
        return tuple(name for name, topic in TOPICS.items() if topic.is_fhir)
    return tuple(TOPICS)
