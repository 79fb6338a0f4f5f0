"""How much of the drug: per dosing session, over the course, and as fractions of published anaesthetic doses and levels.

What is modelled raises no flag and proposes nothing. A fraction is a range, as its denominators and F are.
"""

from typing import Any

import pandas as pd

from lib.clinical.pharmacokinetics import estimate_peak, explain_gap, scale_kinetics
from lib.clinical.policy import Policy

FRACTIONS = ("iv_fraction_low", "iv_fraction", "iv_fraction_high")
PEAKS = ("peak_ng_ml", "peak_fraction_low", "peak_fraction", "peak_fraction_high")


def derive_exposure(sessions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The counting sessions (PatientHistory.dosing_sessions), the oldest first, with what follows from them.

    cumulative_mg: in the course, this session included · interval_days: dates since the counting session before (NA: the first) ·
    iv_fraction_low, iv_fraction, iv_fraction_high: the absorbed dose as a fraction of an intravenous anaesthetic dose ·
    peak_ng_ml, peak_fraction_low, peak_fraction, peak_fraction_high: the typical highest level, and as a fraction of that of
    general anaesthesia · gap: why there is no estimate (then all of these are NA), empty where there is one.
    """
    taken = sessions[sessions["counts"].astype(bool)].reset_index(drop=True)
    interval = taken["on"].diff().dt.days.astype("Int64")
    cells = [taken[name].tolist() for name in ("drug", "route", "weight_kg", "dose_mg")]
    # Most sessions of a course are alike: each kind is worked out once.
    likes = list(zip(*cells, strict=True))
    known = {
        (drug, route, weight, dose): _estimate(drug, route, weight, dose, policy)
        for drug, route, weight, dose in set(likes)
    }
    estimates = pd.DataFrame([known[like] for like in likes], columns=["gap", *FRACTIONS, *PEAKS])
    return taken.assign(
        cumulative_mg=taken.groupby("course")["dose_mg"].cumsum(),
        interval_days=interval,
        gap=estimates["gap"].astype("string"),
        **{name: estimates[name].astype("Float64") for name in (*FRACTIONS, *PEAKS)},
    )


def _estimate(drug: Any, route: Any, weight: Any, dose: float, policy: Policy) -> dict[str, float | str]:
    gap = explain_gap(drug, route, weight)
    if gap:
        return {"gap": gap}
    compared = policy.anaesthesia
    kinetics = scale_kinetics(policy, weight)
    peak = estimate_peak(dose, kinetics)
    middle = (compared.level_low_ng_ml + compared.level_high_ng_ml) / 2
    return {
        "gap": "",
        "iv_fraction_low": kinetics.f_low * dose / weight / compared.iv_high_mg_per_kg,
        "iv_fraction": kinetics.f * dose / weight / compared.iv_usual_mg_per_kg,
        "iv_fraction_high": kinetics.f_high * dose / weight / compared.iv_low_mg_per_kg,
        "peak_ng_ml": peak,
        "peak_fraction_low": estimate_peak(dose, kinetics, kinetics.f_low) / compared.level_high_ng_ml,
        "peak_fraction": peak / middle,
        "peak_fraction_high": estimate_peak(dose, kinetics, kinetics.f_high) / compared.level_low_ng_ml,
    }
