"""The scores in the sentence on a course: from which total to which, what that amounts to, and whether it was confirmed."""

from collections.abc import Sequence

from lib.clinical.policy import Policy
from lib.clinical.sentence_rows import Row, known
from lib.clinical.wording import say_day, say_percent, say_signed

CATEGORY_WORDS = {
    "relapse": "relapse after an earlier response, on looks at least {confirm_days} days apart",
    "worse": "worse than baseline, beyond measurement error",
    "below caseness": "baseline below caseness",
    "partial": "partial response",
}
RELIABLE_WORDS = {
    "improved": "reliable improvement",
    "deteriorated": "reliable deterioration",
    "none": "no reliable change",
}


def describe_change(row: Row, valid: Sequence[Row], sessions: Sequence[Row], policy: Policy) -> str:
    """row: of `status`, with a latest total; valid: the instrument's forms with a total. At length for the PHQ-9."""
    name, is_phq9 = str(row["instrument"]), row["instrument"] == "PHQ-9"
    doses = _say_sessions_before(row, sessions) if is_phq9 else ""
    latest = say_total(row, "latest", say_age(int(row["days_since_latest"])) + _say_prorated(row, valid))
    if known(row, "baseline_total") is None:
        return f"{name} latest {latest}, no baseline{doses}: not assessable"
    if not is_phq9:
        return f"{name} {int(row['baseline_total'])} → {latest}{_judge(row, policy)}"
    too_old = f", more than {policy.baseline.stale_after_days} days before the first dose"
    first = say_total(row, "baseline", too_old if known(row, "is_baseline_stale") else "")
    change = int(row["latest_total"]) - int(row["baseline_total"])
    verb = "fell" if change < 0 else "rose" if change > 0 else "went"
    size = _say_size(change, int(row["baseline_total"]))
    return f"PHQ-9 {verb} from {first} to {latest}, {size}{doses}{_judge(row, policy)}"


def say_total(row: Row, which: str, more: str = "") -> str:
    """18 (3 Mar 2026, and what else there is to say of it)."""
    return f"{int(row[f'{which}_total'])} ({say_day(row[f'{which}_on'])}{more})"


def say_age(days: int) -> str:
    return f", {days} day{'s' * (days != 1)} ago"


def _say_prorated(row: Row, valid: Sequence[Row]) -> str:
    of_day = [
        form for form in valid if form["on"] == row["latest_on"] and known(form, "is_in_force") is not False
    ]
    return ", prorated" if of_day and known(of_day[-1], "is_prorated") else ""


def _say_size(change: int, baseline: int) -> str:
    if not change:
        return "no change"
    points = f"{say_signed(change)} point{'s' * (abs(change) > 1)}"
    percent = say_percent(change, baseline)
    return f"{points} ({percent})" if percent else points


def _judge(row: Row, policy: Policy) -> str:
    """What the change amounts to; of a stale one only what it last was."""
    name = _name_phq9(row, policy) if row["instrument"] == "PHQ-9" else _name_reliable(row, policy)
    if known(row, "is_current"):
        return f": {name}"
    return f", no {row['instrument']} score since then: last known {name}"


def _name_phq9(row: Row, policy: Policy) -> str:
    name = _name_category(row, policy)
    return name if known(row, "is_provisional") else name + _say_confirmation(row)


def _name_reliable(row: Row, policy: Policy) -> str:
    """The category only where it says more than the reliable change does."""
    reliable = RELIABLE_WORDS.get(str(known(row, "reliable_change")), "")
    marked = row["category"] == "relapse" or bool(known(row, "is_provisional"))
    return ", ".join(word for word in (reliable, _name_category(row, policy) if marked else "") if word)


def _name_category(row: Row, policy: Policy) -> str:
    category = str(row["category"])
    name = CATEGORY_WORDS.get(category, category).format(confirm_days=policy.categories.confirm_days)
    if category == "not assessable":
        name = "too early to judge" if row["reason"] == "too early" else f"not assessable, {row['reason']}"
    is_open = known(row, "is_provisional")
    return f"provisional {name} (a blank item could change it; it confirms nothing)" if is_open else name


def _say_confirmation(row: Row) -> str:
    if row["category"] not in ("response", "remission"):
        return ""
    confirmed = known(row, "is_response_confirmed")
    if confirmed is None:
        return ", not yet confirmed by a second score"
    return ", confirmed by a second score" if confirmed else ", the first one not confirmed by the next score"


def _say_sessions_before(row: Row, sessions: Sequence[Row]) -> str:
    """How many doses were taken in the course before the day of the latest form."""
    before = [
        one
        for one in sessions
        if one["counts"] and known(one, "course") == row["course"] and one["on"] < row["latest_on"]
    ]
    if not before:
        return ", on the day of the first dose"
    low, high = min(one["dose_mg"] for one in before), max(one["dose_mg"] for one in before)
    dose = f"{low:g}" if low == high else f"{low:g}–{high:g}"
    span = [one for one in sessions if row["first_dose_on"] <= one["on"] <= row["latest_on"]]
    n_missed = sum(one["status"] == "missed" for one in span)
    missed = f" ({n_missed} missed)" if n_missed else ""
    course = f" of course {row['course']}" if row["course"] > 1 else ""
    return f", after {len(before)} session{'s' * (len(before) > 1)}{course}{missed} at {dose} mg"
