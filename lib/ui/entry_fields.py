"""What is asked for in each form that is filled in by hand, in groups, and what each answer is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lib.clinical.frames import ITEM_COLUMNS, KINDS, Column
from lib.clinical.instruments import INSTRUMENTS
from lib.ui.record_files import HEADINGS

# Columns that are not asked for: the service fills them in, or a total that the items make.
_NOT_ASKED = ("patient_id", "entered_by", "total")


@dataclass(frozen=True)
class Form:
    """kind: of record. title: of the choice. noun: of one record. groups: heading -> columns."""

    kind: str
    title: str
    noun: str
    groups: Mapping[str, tuple[str, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for names in self.groups.values() for name in names)

    @property
    def correctable(self) -> tuple[Column, ...]:
        """What can be corrected: all but what the record is known by."""
        kind = KINDS[self.kind]
        return tuple(one for one in kind.columns if not one.is_key and one.name not in _NOT_ASKED)


def _form(kind: str, title: str, noun: str, **groups: str) -> Form:
    named = {name.replace("_", " ").strip(): tuple(columns.split()) for name, columns in groups.items()}
    return Form(kind, title, noun, MappingProxyType(named))


# By its word in the address. The first one is the default.
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "assessment": _form(
            "assessments",
            "Assessment",
            "assessment",
            When="assessed_at",
            Items="",
            Also="difficulty mode language",
        ),
        "session": _form(
            "dosing_sessions",
            "Dosing session",
            "dosing session",
            When="started_at",
            Dose="status dose_mg prescribed_mg",
            Tablet="drug formulation route protocol lot",
            Technique="hold_min swallowed food_h",
            Effect="onset_min peak_min effect_end_min",
            Vitals="sbp_pre_mmhg dbp_pre_mmhg sbp_40_mmhg dbp_40_mmhg sbp_120_mmhg dbp_120_mmhg heart_rate_pre_bpm spo2_min_pct",
            Mind="sedation_moaas dissociation_0_10",
            Supervision="supervisor_present telehealth_contact ae_asked",
            Note="note",
        ),
        "adverse-event": _form(
            "adverse_events",
            "Adverse event",
            "adverse event",
            When="started_at",
            What="term severity is_serious",
            Course="onset_min duration_min action_taken outcome",
        ),
        "integration": _form(
            "integration_events",
            "Integration",
            "integration practice",
            When="at",
            What="practice minutes tags",
        ),
        "dose-order": _form(
            "dose_orders",
            "Dose order",
            "dose order",
            When="ordered_at",
            Order="dose_mg interval_days clinician_id reason",
        ),
        "observation": _form(
            "observations", "Weight, observation", "observation", When="observed_at", What="kind value"
        ),
        "event": _form("events", "Event", "event", When="on", What="text"),
    }
)
_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "assessments": {
            "mode": "How it was asked",
            "language": "Language",
            "assessed_at": "Filled in",
            "total": "Total",
        },
        "dosing_sessions": {"started_at": "Started"},
        "adverse_events": {"started_at": "Began"},
        "integration_events": {
            "at": "When",
            "practice": "Practice",
            "minutes": "Duration (min)",
            "tags": "What came of it",
        },
        "dose_orders": {
            "ordered_at": "Ordered",
            "dose_mg": "Dose ordered (mg)",
            "interval_days": "Interval (days)",
            "clinician_id": "Ordered by",
            "reason": "Reason",
        },
        "observations": {
            "observed_at": "Observed",
            "kind": "What",
            "value": "Value, in the unit that its name says",
        },
        "events": {"on": "Date", "text": "What happened"},
    }
)
# Words that other records use; any other can be typed. Adverse events: terms as MedDRA writes them, the commonest first.
SUGGESTIONS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("assessments", "mode"): ("paper", "telephone", "in person", "video"),
        ("dosing_sessions", "drug"): ("racemic_ketamine", "esketamine"),
        ("dosing_sessions", "formulation"): ("odt", "rdt", "troche"),
        ("dosing_sessions", "route"): ("sublingual",),
        ("adverse_events", "term"): (
            *(
                "Dissociation",
                "Nausea",
                "Vomiting",
                "Dizziness",
                "Vertigo",
                "Headache",
                "Sedation",
                "Anxiety",
            ),
            *(
                "Blood pressure increased",
                "Dysgeusia",
                "Vision blurred",
                "Confusional state",
                "Hallucination",
            ),
            *("Loss of consciousness", "Respiratory depression", "Chest pain", "Palpitations", "Fall"),
            *("Suicidal ideation", "Suicide attempt", "Mania", "Psychotic disorder", "Overdose"),
            *("Dysuria", "Pollakiuria", "Haematuria", "Product use issue"),
        ),
        ("integration_events", "practice"): ("journaling", "reflection", "therapy"),
        ("integration_events", "tags"): (
            "relief",
            "new_perspective",
            "fewer_intrusive_thoughts",
            "engagement",
        ),
        ("observations", "kind"): (
            "weight_kg",
            "alt_u_l",
            "ggt_u_l",
            "urinary_symptoms",
            "pregnancy",
            "alcohol",
        ),
        ("events", "text"): ("antidepressant changed", "admission", "bereavement"),
    }
)


def label_of(kind: str, column: str, instrument: str = "") -> str:
    """What an answer is called, with its unit; of an item, what it asks about."""
    if column in ITEM_COLUMNS and instrument in INSTRUMENTS:
        names = INSTRUMENTS[instrument].item_names
        number = int(column.removeprefix("item_"))
        return f"{number} {names[number - 1]}" if number <= len(names) else f"Item {number}"
    own = _LABELS[kind].get(column) or HEADINGS.get(kind, {}).get(column)
    return own or column.replace("_", " ").capitalize()
