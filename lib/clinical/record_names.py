"""What one record of each kind is called on screens and in sentences."""

from types import MappingProxyType

# One record of a kind, in the glossary's words.
KIND_NAMES = MappingProxyType(
    {
        "patients": "patient details",
        "courses": "course",
        "assessments": "form",
        "dosing_sessions": "dosing session",
        "adverse_events": "adverse event",
        "integration_events": "integration practice",
        "dose_orders": "dose order",
        "observations": "observation",
        "medications": "medication",
        "diagnoses": "diagnosis",
        "dispensing": "dispensing",
        "risk_assessments": "risk assessment",
        "contacts": "contact",
        "events": "event",
        "flag_closings": "closing of a flag",
    }
)
