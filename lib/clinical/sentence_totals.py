"""Totals in the sentence on a course: each with its day and its bounds, and the way from the first to the latest."""

from collections.abc import Sequence

from lib.clinical.plain_rows import Row
from lib.clinical.sentence_rows import known
from lib.clinical.wording import say_day, say_percent, say_signed

# Of these the lowest total in between is half of the news.
_WITH_LOWEST = ("relapse", "worse")


def say_total(row: Row, which: str, more: str = "") -> str:
    """18 (3 Mar 2026, and what else there is to say of it)."""
    return f"{int(row[f'{which}_total'])} ({say_day(row[f'{which}_on'])}{more})"


def say_age(days: int) -> str:
    return f", {days} day{'s' * (days != 1)} ago"


def find_form(row: Row, which: str, valid: Sequence[Row]) -> Row:
    """The form in force that the baseline or the latest total of `row` is of; an empty row where there is none."""
    total, on = row[f"{which}_total"], row[f"{which}_on"]
    of_day = (form for form in reversed(valid) if form["on"] == on and form["total"] == total)
    return next((form for form in of_day if known(form, "is_in_force") is not False), {})


def say_prorated(row: Row, which: str, valid: Sequence[Row]) -> str:
    form = find_form(row, which, valid)
    if not known(form, "is_prorated"):
        return ""
    return f", prorated, {form['total_low']}–{form['total_high']} possible"


def say_size(row: Row) -> str:
    baseline = int(row["baseline_total"])
    change = int(row["latest_total"]) - baseline
    if not change:
        return "no change"
    points = f"{say_signed(change)} point{'s' * (abs(change) > 1)}"
    percent = say_percent(change, baseline)
    return f"{points} ({percent})" if percent else points


def describe_path(row: Row, valid: Sequence[Row], first: str, latest: str) -> str:
    """From first to latest; of a relapse by way of the lowest, since "fell" would be the opposite of the news."""
    lowest = _say_lowest(row, valid) if row["category"] in _WITH_LOWEST else ""
    if lowest or row["category"] == "relapse":
        return f"{first} → {lowest}{latest}"
    change = int(row["latest_total"]) - int(row["baseline_total"])
    verb = "fell" if change < 0 else "rose" if change > 0 else "went"
    return f"{verb} from {first} to {latest}"


def _say_lowest(row: Row, valid: Sequence[Row]) -> str:
    """Nothing where the score was never lower than at both ends."""
    lowest = known(row, "nadir_total")
    if lowest is None or lowest >= min(row["baseline_total"], row["latest_total"]):
        return ""
    days = [
        form["on"]
        for form in valid
        if form["total"] == lowest
        and row["first_dose_on"] <= form["on"] <= row["latest_on"]
        and known(form, "is_in_force") is not False
    ]
    return f"lowest {lowest}{f' ({say_day(days[-1])})' if days else ''} → "
