"""The mixed model for repeated measures: change ~ baseline + visit + site, with a random intercept and slope for each patient.

Estimated by restricted maximum likelihood (REML). A published analysis would take an unstructured covariance of the visits; a
random intercept and slope are the practical stand-in (evidence of the field: MMRM, Lachin 2016).
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from lib.clinical.intervals import Z
from lib.clinical.segments import Ints
from lib.research.explore.repeated import Design, Repeated, build_design
from lib.research.explore.studied import Floats

SLOPE, INTERCEPT = "intercept and slope", "intercept alone"
# A variance below this share of the residual one is said to be at its edge, 0.
_EDGE = 1e-4


@dataclass(frozen=True)
class Estimate:
    """n: totals that stand behind it. An interval of 95 %, normal."""

    n: int
    value: float
    se: float

    @property
    def interval(self) -> tuple[float, float]:
        return self.value - Z * self.se, self.value + Z * self.se


@dataclass(frozen=True)
class Model:
    """random: SLOPE or INTERCEPT. tried: the random parts before it that did not converge. means: by visit the adjusted mean
    change, at the mean baseline and the patients' mix of sites. baseline: change for each point more of the baseline.
    covariance, residual: of the random part, and the variance left. is_at_edge: a random variance is 0 for all that can be
    told."""

    repeated: Repeated
    is_converged: bool
    random: str
    tried: tuple[str, ...]
    means: dict[int, Estimate]
    baseline: Estimate
    has_sites: bool
    covariance: Floats
    residual: float
    is_at_edge: bool


def can_fit(repeated: Repeated) -> bool:
    """Two visits at least, and more totals than patients."""
    return len(repeated.visits) > 1 and len(repeated.patient) > repeated.n_patients > len(repeated.visits)


def fit_model(repeated: Repeated) -> Model:
    """With a random intercept and slope; where that does not converge, with the intercept alone, and the model says so. Raises
    ValueError for rows that can_fit refuses."""
    if not can_fit(repeated):
        raise ValueError("Too few repeated totals for a model.")
    design = build_design(repeated)
    tried: list[str] = []
    for name, width in ((SLOPE, 2), (INTERCEPT, 1)):
        found = _fit(repeated.change, design.fixed, repeated.patient, design.random[:, :width])
        if found is not None and found.converged:
            break
        tried.append(name)
    return _describe(repeated, design, found, name, tuple(tried))


def _fit(change: Floats, fixed: Floats, patient: Ints, random: Floats) -> Any:
    """statsmodels' result, or None where the sums broke down. Imported here: it takes seconds, and few ask for it."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    with warnings.catch_warnings():
        # What they warn of (no convergence, a variance at its edge) is asked of the result itself.
        warnings.simplefilter("ignore")
        try:
            return MixedLM(change, fixed, patient, exog_re=random).fit(reml=True, method=["lbfgs", "bfgs"])
        except np.linalg.LinAlgError:
            return None


def _describe(repeated: Repeated, design: Design, found: Any, name: str, tried: tuple[str, ...]) -> Model:
    width = design.fixed.shape[1]
    values = np.full(width, np.nan) if found is None else np.asarray(found.fe_params, dtype=float)
    with np.errstate(invalid="ignore"):
        # Where the sums did not settle, a variance may be below 0: then there is no error, and no number is shown.
        errors = np.full(width, np.nan) if found is None else np.asarray(found.bse_fe, dtype=float)
    covariance = np.full((1, 1), np.nan) if found is None else np.asarray(found.cov_re, dtype=float)
    residual = np.nan if found is None else float(found.scale)
    n_visits = len(repeated.visits)
    means = {
        visit: Estimate(repeated.count(visit), float(values[at]), float(errors[at]))
        for at, visit in enumerate(repeated.visits)
    }
    baseline = Estimate(len(repeated.change), float(values[n_visits]), float(errors[n_visits]))
    return Model(
        repeated,
        found is not None and bool(found.converged) and bool(np.isfinite(errors).all()),
        name,
        tried,
        means,
        baseline,
        design.has_sites,
        covariance,
        residual,
        found is not None and bool(np.linalg.eigvalsh(covariance).min() < _EDGE * residual),
    )
