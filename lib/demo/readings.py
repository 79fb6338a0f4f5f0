"""The readings of one dosing session: blood pressure, pulse, oxygen, sedation, dissociation."""

from __future__ import annotations

import numpy as np

from lib.demo.chance import around, between, happens, pick
from lib.demo.story import Row
from lib.demo.vitals import BloodPressure

PRE_RECORDED, AT_40_RECORDED = 0.97, 0.92  # [P]
LEFT_AT_120 = 0.3  # [P] of the rise at 40 minutes
OXYGEN_RECORDED, SEDATION_RECORDED, DISSOCIATION_RECORDED = 0.75, 0.90, 0.85  # [P]
# [P] MOAA/S 5 alert, 4 lethargic; evidence 5.1 has sedation in 48-61 % of esketamine sessions.
SEDATION = {"3": 0.002, "4": 0.42, "5": 1.0}
MG_A_POINT = 60  # [P] dissociation rises one point for each 60 mg


def blood_pressure_columns(
    rng: np.random.Generator, pressure: BloodPressure, number: int, share_at_120: float
) -> Row:
    """Readings of session `number`, each pair recorded or left out as one."""
    at = 0, number
    sbp_pre, dbp_pre = int(pressure.sbp_pre[at]), int(pressure.dbp_pre[at])
    sbp_40, dbp_40 = int(pressure.sbp_40[at]), int(pressure.dbp_40[at])
    sbp_120 = sbp_pre + int(LEFT_AT_120 * (sbp_40 - sbp_pre)) + between(rng, -3, 3)
    dbp_120 = dbp_pre + int(LEFT_AT_120 * (dbp_40 - dbp_pre)) + between(rng, -2, 2)
    row: Row = {}
    if happens(rng, PRE_RECORDED):
        row |= _pair("pre", sbp_pre, dbp_pre)
    if happens(rng, AT_40_RECORDED):
        row |= _pair("40", sbp_40, dbp_40)
    if happens(rng, share_at_120):
        row |= _pair("120", sbp_120, dbp_120)
    return row


def monitoring_columns(rng: np.random.Generator, usual_heart_rate: int, mg: int) -> Row:
    row = {"heart_rate_pre_bpm": str(around(rng, usual_heart_rate, 5, 48, 108))}
    if happens(rng, OXYGEN_RECORDED):
        row["spo2_min_pct"] = str(around(rng, 97, 1.2, 93, 100))
    if happens(rng, SEDATION_RECORDED):
        row["sedation_moaas"] = pick(rng, SEDATION)
    if happens(rng, DISSOCIATION_RECORDED):
        row["dissociation_0_10"] = str(around(rng, 0.5 + mg / MG_A_POINT, 1.5, 0, 10))
    return row


def _pair(when: str, sbp: int, dbp: int) -> Row:
    return {f"sbp_{when}_mmhg": str(sbp), f"dbp_{when}_mmhg": str(dbp)}
