"""The three made-up clinics, and what each of them does not record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clinic:
    """One clinic's habits; shares are of its dosing sessions."""

    clinic_id: str
    clinicians: tuple[str, ...]
    formulation: str
    protocol: str  # a name of data/protocols.toml: how long things take differs between the two source pages
    tablet_mg: int
    bp_at_120_share: float
    supervisor_recorded_share: float


RIVERSIDE = Clinic("riverside", ("dr-okafor", "dr-lindqvist"), "odt", "odt-at-home", 50, 0.85, 0.97)
LAKESIDE = Clinic("lakeside", ("dr-moreno", "dr-tanaka"), "rdt", "sublingual-tablet", 50, 0.70, 0.60)
# A small practice that ends its call after an hour: it has no blood pressure at 120 minutes at all.
HILLCREST = Clinic("hillcrest", ("dr-abebe",), "troche", "sublingual-tablet", 25, 0.0, 0.92)

CLINICS = (RIVERSIDE, LAKESIDE, HILLCREST)
SHARE_OF_PATIENTS = {RIVERSIDE: 0.45, LAKESIDE: 0.35, HILLCREST: 0.20}
