"""The scores in the sentence on a course: from which total to which, what that amounts to, and whether it was confirmed."""

from collections.abc import Sequence

from lib.clinical.plain_rows import Row
from lib.clinical.policy import Policy
from lib.clinical.sentence_rows import known
from lib.clinical.sentence_totals import describe_path, find_form, say_age, say_prorated, say_size, say_total

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
    age = say_age(int(row["days_since_latest"]))
    latest = say_total(row, "latest", age + say_prorated(row, "latest", valid))
    if known(row, "baseline_total") is None:
        return f"{name} latest {latest}, no baseline{doses}: not assessable"
    if not is_phq9:
        return f"{name} {int(row['baseline_total'])} → {latest}{_judge(row, valid, policy)}"
    too_old = f", more than {policy.baseline.stale_after_days} days before the first dose"
    too_old = too_old if known(row, "is_baseline_stale") else ""
    first = say_total(row, "baseline", too_old + say_prorated(row, "baseline", valid))
    path, size = describe_path(row, valid, first, latest), say_size(row)
    return f"PHQ-9 {path}, {size}{doses}{_judge(row, valid, policy)}"


def _judge(row: Row, valid: Sequence[Row], policy: Policy) -> str:
    """What the change amounts to; of a stale one only what it last was."""
    name = _name_category(row, valid, policy)
    if row["instrument"] != "PHQ-9":
        name = _add_reliable(name, row)
    elif not known(row, "is_provisional"):
        name += _say_confirmation(row)
    if known(row, "is_current"):
        return f": {name}"
    return f", no {row['instrument']} score since then: last known {name}"


def _add_reliable(name: str, row: Row) -> str:
    """The category is the header's; worse is reliably so by its own rule."""
    reliable = RELIABLE_WORDS.get(str(known(row, "reliable_change")), "")
    return f"{name}, {reliable}" if reliable and row["category"] != "worse" else name


def _name_category(row: Row, valid: Sequence[Row], policy: Policy) -> str:
    category = str(row["category"])
    name = CATEGORY_WORDS.get(category, category).format(confirm_days=policy.categories.confirm_days)
    if category == "not assessable":
        name = "too early to judge" if row["reason"] == "too early" else f"not assessable, {row['reason']}"
    if not known(row, "is_provisional"):
        return name
    return f"provisional {name} ({say_open(find_form(row, 'latest', valid))}; it confirms nothing)"


def say_open(form: Row) -> str:
    """form: the latest in force. Why a category is provisional."""
    are_many = int(known(form, "n_missing") or 1) > 1
    return f"{'the blank items' if are_many else 'a blank item'} could change it"


def _say_confirmation(row: Row) -> str:
    """What the second score confirms is the response, also where the category is remission."""
    if row["category"] not in ("response", "remission"):
        return ""
    confirmed, is_remission = known(row, "is_response_confirmed"), row["category"] == "remission"
    if confirmed is False:
        which = "; the first response was" if is_remission else ", the first one"
        return f"{which} not confirmed by the next score"
    lead = "; the response is" if is_remission else ","
    return f"{lead} {'' if confirmed else 'not yet '}confirmed by a second score"


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
