"""Off the expected course: two looks above what the clinic's other patients with such a baseline had at those sessions."""

import numpy as np

from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.reference import Asked, Reference, upper_edges
from lib.clinical.rules.catalogue import MEDIUM, WATCH
from lib.clinical.rules.efficacy import days_after_day_0, is_unimproved
from lib.clinical.rules.wording import Row, say_day_number
from lib.clinical.segments import NONE, Bools, Columns, Ints, take

LOOKS = ("latest", "look")


def derive_edges(rows: Columns, reference: Reference, policy: Policy) -> Columns:
    """Columns of `standing.assess` with, of both looks, the upper edges of the bands that are watched and flagged, and of how
    many patients: {look}_watch_edge, {look}_medium_edge (NaN: none), {look}_n_compared. Only where the rule could hold."""
    chosen = np.flatnonzero(_is_compared(rows, policy))
    asked = take(rows, chosen)
    # Both looks at once: many patients' earlier look has the cell of others' latest, and each cell is worked out once.
    edges, n_compared = upper_edges(reference, _ask(asked, *LOOKS), policy)
    found = np.full((len(LOOKS), 3, len(rows["patient"])), np.nan)
    found[:, :, chosen] = (
        np.column_stack([edges, n_compared]).reshape(len(LOOKS), len(chosen), 3).swapaxes(1, 2)
    )
    names = ("watch_edge", "medium_edge", "n_compared")
    return {
        **rows,
        **{f"{look}_{name}": found[i, k] for i, look in enumerate(LOOKS) for k, name in enumerate(names)},
    }


def count_compared(rows: Columns, reference: Reference, policy: Policy) -> Ints:
    """Of how many other patients the band is read that the latest total is held against; 0 where there is none."""
    limits, n_compared = policy.expected_course, np.zeros(len(rows["patient"]), dtype=np.int64)
    days = rows["latest_days_after_session"]
    is_near = (days >= limits.min_days_after) & (days <= limits.max_days_after)
    is_phq9 = rows["instrument"] == PHQ9.code
    chosen = np.flatnonzero(is_near & is_phq9 & (rows["baseline_total"] != NONE))
    n_compared[chosen] = upper_edges(reference, _ask(take(rows, chosen), "latest"), policy)[1]
    return n_compared


def _ask(rows: Columns, *looks: str) -> Asked:
    """What is held against the reference: every row's first look, then every row's second."""
    n = len(looks)
    session = np.concatenate([rows[f"n_sessions_before_{look}"] for look in looks])
    return Asked(np.tile(rows["patient"], n), np.tile(rows["baseline_total"], n), session)


def _is_compared(rows: Columns, policy: Policy) -> Bools:
    """Two late enough looks of a first course that is not daily, the latest high and not improved by its own baseline."""
    limits, numbers = policy.expected_course, policy.off_expected_course
    holds = (rows["instrument"] == PHQ9.code) & rows["is_first_course"] & ~rows["is_daily"]
    holds &= rows["baseline_total"] >= policy.categories.phq9_caseness
    holds &= (rows["latest_total"] >= numbers.min_latest) & (rows["look_total"] != NONE)
    holds &= is_unimproved(rows, "latest_total", policy)
    for look in LOOKS:
        holds &= days_after_day_0(rows, f"{look}_on") >= numbers.min_days
        after = rows[f"{look}_days_after_session"]
        holds &= (after >= limits.min_days_after) & (after <= limits.max_days_after)
    return holds


def judge_off_course(rows: Columns, band: str) -> Bools:
    """Whether both looks lie above the band's upper edge (band: watch or medium). rows: columns of `derive_edges`."""
    return np.all([rows[f"{look}_total"] > rows[f"{look}_{band}_edge"] for look in LOOKS], axis=0)


def rate_off_course(rows: Columns) -> Ints:
    """The severity of the rule where it holds."""
    return np.where(judge_off_course(rows, "medium"), MEDIUM, WATCH)


def say_off_course(row: Row) -> str:
    """Both looks against the edge that they lie above, and of how many patients it was read."""
    said = [
        f"{row[f'{look}_total']} after session {row[f'n_sessions_before_{look}']} ({say_day_number(row[f'{look}_on'])}; band of "
        f"{row[f'{look}_n_compared']:.0f} patients up to {row[f'{look}_watch_edge']:.1f})"
        for look in LOOKS
    ]
    return f"PHQ-9 {row['baseline_total']} → {', '.join(said)}"


def say_off_course_threshold(policy: Policy) -> str:
    """The limit in words."""
    numbers = policy.off_expected_course
    return (
        f"two looks {policy.categories.confirm_days} days apart, from day {numbers.min_days}, above the "
        f"{numbers.watch_band_percent} % band (medium: {numbers.medium_band_percent} %) of the clinic's other patients to last "
        f"month's end; not improved, {numbers.min_latest} or more"
    )
