"""The expected course: what the clinic's own patients with such a baseline had, session by session.

For each session the totals of the clinic's other patients in the same baseline band give seven quantiles: a median, and the
edges of bands that hold 50, 80 and 95 % of them. They are conformal order statistics: of n comparable totals the (n + 1)·p-th
smallest (NumPy's "weibull"), so a new patient's total falls between those of 10 and 90 % with a chance of 80 %, whatever the
totals' distribution. Below 39 patients the 95 % band is the whole range that was seen.

Totals are whole numbers, and many patients share one. Taken as they are, a closed band holds half of each edge's patients too
many: the 80 % band held 84 to 86 % of 5,000 made-up patients. So n equal totals t are spread evenly over t − ½ to t + ½ before
the quantiles are read, as for grouped data: 80 %, and the same for PHQ-9 and GAD-7.

A band with too few patients borrows from the clinic's other bands: the share (x + c) / (baseline + c) of all of them is read,
and turned back at the patient's own baseline, so that the ribbon still depends on it. Without the c points [policy] the ribbon
is too narrow at low baselines, where most of a change is noise of the single form, and too wide at high ones.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lib.clinical.instruments import Instrument
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.session_scores import SessionScores

Floats = NDArray[np.float64]
# Edges of the bands that hold 95, 80 and 50 %, and the median between them.
PROBABILITIES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
# Milder baselines form one band: few patients, and little that could fall.
MILD_BELOW = 10


@dataclass(frozen=True)
class Cell:
    """Who a ribbon is read from at one session: rows of the scores, of the own band or of all bands (is_pooled)."""

    session: int
    rows: Bools
    is_pooled: bool

    @property
    def n_patients(self) -> int:
        return int(self.rows.sum())


@dataclass(frozen=True)
class Comparison:
    """Comparable patients of one clinic and instrument, seen from one baseline band (a number of band_of)."""

    scores: SessionScores
    instrument: Instrument
    band: int
    policy: Policy

    @cached_property
    def is_in_band(self) -> Bools:
        return band_of(self.scores.baseline, self.instrument) == self.band

    def is_measured(self, session: int) -> Bools:
        return self.scores.after[:, session - 1] != NONE

    def cell(self, session: int, min_patients: int) -> Cell:
        """The own band where enough of it are measured, else all bands, which may be too few: the caller looks."""
        measured = self.is_measured(session)
        own = measured & self.is_in_band
        is_pooled = int(own.sum()) < min_patients
        return Cell(session, measured if is_pooled else own, is_pooled)

    def bounds(self, cell: Cell, baseline: Ints, probabilities: tuple[float, ...] = PROBABILITIES) -> Floats:
        """Rows × probabilities: totals for patients with these baselines. The cell has at least one patient."""
        totals = self.scores.after[cell.rows, cell.session - 1]
        if cell.is_pooled:
            offset = self.policy.expected_course.pooled_offset_points
            shares = (totals + offset) / (self.scores.baseline[cell.rows] + offset)
            found = np.outer(baseline + offset, _order_statistics(shares, probabilities)) - offset
        else:
            found = np.tile(_order_statistics(spread_ties(totals), probabilities), (len(baseline), 1))
        return np.clip(found, 0, self.instrument.max_total)


def _order_statistics(values: Floats, probabilities: tuple[float, ...]) -> Floats:
    """The (n + 1)·p-th smallest, between two the share of the way. To the last bit what np.quantile's "weibull" gives, in
    a fifth of its time (38 µs, 186): an import of 1,000 patients asks 200 times."""
    ordered, n = np.sort(values), len(values)
    place = np.clip(n * np.array(probabilities) + probabilities - 1, 0, n - 1)
    below = place.astype(np.int64)
    low, high, share = ordered[below], ordered[np.minimum(below + 1, n - 1)], place - below
    # From the nearer of the two, as NumPy does.
    return np.where(share < 0.5, low + (high - low) * share, high - (high - low) * (1 - share))


def spread_ties(totals: Ints) -> Floats:
    """Sorted; n equal totals t evenly over t − ½ to t + ½."""
    count = np.bincount(totals)
    ordered = np.repeat(np.arange(len(count)), count)
    rank = np.arange(len(ordered)) - np.repeat(np.cumsum(count) - count, count)
    return ordered - 0.5 + (rank + 0.5) / np.repeat(count, count)


def band_of(baseline: Ints, instrument: Instrument) -> Ints:
    """0 for the milder ones together, then 1, 2 … by severity."""
    return np.searchsorted(_band_edges(instrument), baseline, side="right")


def say_band(band: int, instrument: Instrument) -> str:
    """15–19."""
    lows = [0, *_band_edges(instrument).tolist(), instrument.max_total + 1]
    return f"{lows[band]}–{lows[band + 1] - 1}"


def n_bands(instrument: Instrument) -> int:
    return len(_band_edges(instrument)) + 1


def _band_edges(instrument: Instrument) -> Ints:
    """The lowest totals of the baseline bands after the first, which holds everything milder."""
    return np.array([lowest for lowest, _ in instrument.bands if lowest >= MILD_BELOW], dtype=np.int64)
