"""The plasma model: one compartment, first-order absorption. A population estimate that is plausible, and no more than that.

C(t) = 1000 · F · D · ka / (V · (ka − ke)) · (e^(−ke·t) − e^(−ka·t)) in ng/mL, t in hours, D in mg, V in litres, ke = CL / V.
Disposition from Kamp 2020, absorption from Rolan 2014 and Chong 2006; every number is policy, table [pharmacokinetics]. The
model is linear in the dose; it overstates high doses if the uptake through the mucosa saturates (Simons: −20 % at 100 mg).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from lib.clinical.policy import Policy

Floats = npt.NDArray[np.float64]
BAND = (0.05, 0.95)
REFERENCE_KG = 70
# The only drug and route for which both F and the rate of absorption have a source.
DRUG, ROUTE = "racemic ketamine", "sublingual"
_HALVINGS = 60


@dataclass(frozen=True)
class Kinetics:
    """One body weight's numbers. f: the fraction absorbed, its published range, and how it varies between patients."""

    volume_l: float
    clearance_l_h: float
    absorption_per_h: float
    f: float
    f_low: float
    f_high: float
    f_cv: float

    @property
    def elimination_per_h(self) -> float:
        return self.clearance_l_h / self.volume_l


@dataclass(frozen=True)
class PlasmaCurve:
    """ng/mL at minutes after the dose: at the usual fraction absorbed, and at those of the patients at 5 and 95 %."""

    minutes: Floats
    typical: Floats
    low: Floats
    high: Floats


def explain_gap(drug: object, route: object, weight_kg: object) -> str:
    """Why there is no estimate, in words; empty where there is one. Unknown is not taken for the usual: no weight is assumed."""
    if not isinstance(drug, str) or not drug.strip():
        return "drug not recorded"
    if not isinstance(route, str) or not route.strip():
        return "route not recorded"
    if _plain(drug) != DRUG or _plain(route) != ROUTE:
        return f"no parameters with a source for {_plain(drug)}, {_plain(route)}"
    return "" if isinstance(weight_kg, int | float) and weight_kg > 0 else "weight not recorded"


def scale_kinetics(policy: Policy, weight_kg: float) -> Kinetics:
    """Racemic ketamine under the tongue at a body weight."""
    numbers, relative = policy.pharmacokinetics, weight_kg / REFERENCE_KG
    return Kinetics(
        volume_l=numbers.volume_l * relative,
        clearance_l_h=numbers.clearance_l_h * relative**numbers.clearance_exponent,
        absorption_per_h=numbers.sublingual_absorption_per_h,
        f=numbers.sublingual_f,
        f_low=numbers.sublingual_f_low,
        f_high=numbers.sublingual_f_high,
        f_cv=numbers.sublingual_f_cv_percent / 100,
    )


def estimate_level(
    hours: npt.ArrayLike, dose_mg: float, kinetics: Kinetics, f: float | None = None
) -> Floats:
    """Concentration in ng/mL at these hours after the dose, 0 before it; f: another fraction than the usual one."""
    t = np.maximum(np.asarray(hours, dtype=np.float64), 0)
    slow, fast = sorted((kinetics.elimination_per_h, kinetics.absorption_per_h))
    # (e^(−ke·t) − e^(−ka·t)) / (ka − ke) is the same with ka and ke exchanged; so written it stays true where they are equal.
    x = (fast - slow) * t
    share = np.divide(-np.expm1(-x), x, out=np.ones_like(x), where=x != 0)
    amount = 1000 * (kinetics.f if f is None else f) * dose_mg * kinetics.absorption_per_h
    level: Floats = amount / kinetics.volume_l * t * np.exp(-slow * t) * share
    return level


def peak_hours(kinetics: Kinetics) -> float:
    """Hours from the dose to the highest level; the same for every dose and fraction."""
    ke = kinetics.elimination_per_h
    difference = kinetics.absorption_per_h - ke
    return float(np.log1p(difference / ke) / difference) if difference else 1 / ke


def estimate_peak(dose_mg: float, kinetics: Kinetics, f: float | None = None) -> float:
    """The highest level, ng/mL."""
    return float(estimate_level(peak_hours(kinetics), dose_mg, kinetics, f))


def hours_above(level_ng_ml: npt.ArrayLike, dose_mg: float, kinetics: Kinetics) -> Floats:
    """How many hours the typical level lies above each of these levels (above 0)."""
    level = np.asarray(level_ng_ml, dtype=np.float64)
    top = peak_hours(kinetics)
    end = top
    while np.any(estimate_level(end, dose_mg, kinetics) >= level):
        end *= 2
        if end > 1e6:
            raise ValueError("A level above 0 is asked for.")
    rise = _crossing(np.zeros_like(level), np.full_like(level, top), level, dose_mg, kinetics)
    fall = _crossing(np.full_like(level, end), np.full_like(level, top), level, dose_mg, kinetics)
    return np.where(level < estimate_peak(dose_mg, kinetics), fall - rise, 0.0)


def _crossing(low: Floats, high: Floats, level: Floats, dose_mg: float, kinetics: Kinetics) -> Floats:
    """When the level is crossed between a moment with less and one with more, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_above = estimate_level(middle, dose_mg, kinetics) > level
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    return (low + high) / 2


def estimate_curve(dose_mg: float, kinetics: Kinetics, until_min: float) -> PlasmaCurve:
    """The level from the dose on, every two minutes."""
    minutes = np.arange(0, until_min + 1, 2, dtype=np.float64)
    low, high = (fraction_quantile(kinetics, share) for share in BAND)
    typical, lower, upper = (
        estimate_level(minutes / 60, dose_mg, kinetics, f) for f in (kinetics.f, low, high)
    )
    return PlasmaCurve(minutes, typical, lower, upper)


def fraction_quantile(kinetics: Kinetics, share: float) -> float:
    """The fraction absorbed below which this share of patients lies: log-normal with the mean f, never more than 1."""
    variance = np.log1p(kinetics.f_cv**2)
    z = NormalDist().inv_cdf(share)
    return float(min(1.0, kinetics.f * np.exp(z * np.sqrt(variance) - variance / 2)))


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())
