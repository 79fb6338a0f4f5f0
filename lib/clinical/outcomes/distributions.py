"""Where patients stand, counted: severity at three moments, change from baseline, totals by session."""

from dataclasses import dataclass, replace

import numpy as np

from lib.clinical.expected import band_of, n_bands, say_band
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.course_scores import N_SESSIONS
from lib.clinical.outcomes.facts import Facts
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.severity_flow import SeverityFlow

Floats = np.ndarray
MISSING, NOT_DUE = "missing", "not due"


def derive_flow(asked: Asked, facts: Facts) -> SeverityFlow:
    """Baseline, the time point, and the last score that is not stale, of every course: nobody is left out."""
    instrument = BY_CODE[asked.instrument]
    scores, last = asked.scores(facts), replace(asked, time_point="latest")
    is_due = facts.day_0 + asked.due_days <= facts.as_of
    at = np.where(asked.has_score(facts), scores.total(asked.time_point), NONE)
    stages = [
        _bands(asked.instrument, scores["baseline_total"]),
        np.where(is_due | (at != NONE), _bands(asked.instrument, at), len(instrument.bands) + 1),
        np.where(
            last.has_score(facts), _bands(asked.instrument, scores.total("latest")), len(instrument.bands)
        ),
    ]
    names = (*(word for _, word in instrument.bands), MISSING, NOT_DUE)
    links = {
        (stage, names[source], names[target]): int(n)
        for stage in range(2)
        for (source, target), n in _pairs(stages[stage], stages[stage + 1], len(names))
    }
    severe_first = tuple(word for _, word in reversed(instrument.bands))
    words = ("baseline", asked.say_time_point(), "last score")
    return SeverityFlow(words, severe_first, (MISSING, NOT_DUE), links)


def _bands(code: int, totals: Ints) -> Ints:
    """The place of each total's band, mildest first; beyond the last where there is none."""
    lows = [low for low, _ in BY_CODE[code].bands]
    return np.where(totals == NONE, len(lows), np.searchsorted(lows, totals, side="right") - 1)


def _pairs(source: Ints, target: Ints, n: int) -> list[tuple[tuple[int, int], int]]:
    counts = np.bincount(source * n + target, minlength=n * n)
    return [(divmod(int(cell), n), int(counts[cell])) for cell in np.flatnonzero(counts)]


def derive_changes(asked: Asked, facts: Facts, *, is_percent: bool) -> Floats:
    """Change from baseline to the time point of every course that is compared: below 0 is better, nan where a score is missing.
    In per cent of the baseline, or in points."""
    scores = asked.scores(facts)
    baseline, total = scores["baseline_total"], scores.total(asked.time_point)
    is_in = asked.is_compared(facts)
    change = np.where(asked.is_known(facts), total - baseline, np.nan)[is_in]
    return 100 * change / np.where(baseline == NONE, 1, baseline)[is_in] if is_percent else change


@dataclass(frozen=True)
class BandTotals:
    """A baseline band and, for the baseline (session 0) and after each session, how many are measured and their quartiles.
    parts: how many of the band began in each of the severity bands that it spans."""

    name: str
    parts: tuple[int, ...]
    counts: tuple[int, ...]
    quartiles: tuple[tuple[float, float, float], ...]


def derive_band_totals(asked: Asked, facts: Facts) -> list[BandTotals]:
    """Of each baseline band, the mildest last. A quartile of nobody is nan."""
    instrument = BY_CODE[asked.instrument]
    scores = asked.scores(facts)
    baseline = scores["baseline_total"]
    band = np.where(baseline == NONE, NONE, band_of(baseline, instrument))
    severity = _bands(asked.instrument, baseline)
    columns = [baseline, *(scores[f"session_{number}_total"] for number in range(1, N_SESSIONS + 1))]
    return [
        BandTotals(
            f"baseline {say_band(number, instrument)}",
            tuple(np.bincount(severity[band == number]).tolist()),
            tuple(int(_known(column, band == number).sum()) for column in columns),
            tuple(_quartiles(column[_known(column, band == number)]) for column in columns),
        )
        for number in reversed(range(n_bands(instrument)))
    ]


def _known(column: Ints, is_in: Bools) -> Bools:
    return is_in & (column != NONE)


def _quartiles(totals: Ints) -> tuple[float, float, float]:
    if not len(totals):
        return np.nan, np.nan, np.nan
    low, median, high = np.percentile(totals, (25, 50, 75)).tolist()
    return low, median, high
