"""Data quality: one row a check, with what it looked at, what fails it, its limit, and how that has changed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from lib.clinical.quality import FAILED, NOTHING, PASSED, PASSED_WITH_ROWS
from lib.clinical.quality_checks import CHECKS
from lib.services import quality
from lib.services.quality import Quality
from lib.ui import display, opening, wording
from lib.ui.asking import ask_alike, bring_up_to_date
from lib.ui.columns import text_column

# A shape beside the word: the states are told apart without colour.
_STATES: Mapping[str, str] = MappingProxyType(
    {
        FAILED: "● failed",
        PASSED_WITH_ROWS: "◐ passed with failing rows",
        PASSED: "○ passed",
        NOTHING: "– nothing to check",
    }
)
_COLUMNS: Mapping[str, tuple[int, str | None]] = MappingProxyType(
    {
        "Check": (160, None),
        "State": (
            164,
            "Failed: the share of failing rows is above the limit. Nothing to check is never passed",
        ),
        "Failing": (130, "Failing rows, of what was looked at; without the waived ones"),
        "Limit": (46, "Failed above this share. It is the clinic's own number: see Rules"),
        "Waived": (54, "Failing rows that a named person lets stand for a while"),
        "Trend": (116, "The first count that is kept of the last 13 weeks, and today's"),
    }
)


def take_quality() -> Quality:
    """The title, and what the page is about."""
    bring_up_to_date()
    found: Quality = ask_alike(quality.read_quality)
    n_of = found.checks["state"].value_counts()
    said = [f"{n_of.get(state, 0)} {state}" for state in (PASSED_WITH_ROWS, PASSED)]
    nothing = f"; for {n_of[NOTHING]} there is {NOTHING}" if NOTHING in n_of else ""
    display.show_title(
        "Data quality",
        f"{wording.say_date(found.as_of)}: {n_of.get(FAILED, 0)} of {len(found.checks)} checks failed, "
        f"{', '.join(said)}{nothing}.",
    )
    return found


def show_checks(found: Quality) -> None:
    """Every check; the chosen one with its rows under it."""
    said = pd.DataFrame([_describe(found, row) for row in found.checks.to_dict("records")])
    columns: dict[str, Any] = {heading: text_column(heading, *about) for heading, about in _COLUMNS.items()}
    columns["Rows"] = opening.choice_column("check", found.checks["check"].tolist())
    said["Rows"] = opening.READ
    display.show_table(said, columns, key="quality-table", alt=f"Checks of data quality: {len(said)}")


def _describe(found: Quality, row: dict[Any, Any]) -> dict[str, str]:
    return {
        "Check": CHECKS[row["check"]].title,
        "State": _STATES[row["state"]],
        "Failing": say_share(row["n_failing"], row["n_asked"]),
        "Limit": f"{row['limit_percent']}{wording.NB}%",
        "Waived": f"{row['n_waived']:,}" if row["n_waived"] else "–",
        "Trend": _say_trend(found, row),
    }


def say_share(n_failing: int, n_asked: int) -> str:
    """18 of 3,183, 0.6 %: never rounded to nothing."""
    if not n_asked:
        return f"{n_failing:,} of 0"
    percent = 100 * n_failing / n_asked
    share = "<0.1" if 0 < percent < 0.05 else f"{percent:.1f}".removesuffix(".0")
    return f"{n_failing:,} of {n_asked:,}" + (f", {share}{wording.NB}%" if n_failing else "")


def _say_trend(found: Quality, row: dict[Any, Any]) -> str:
    """21 → 18 since 1 Nov."""
    kept = found.trend[found.trend["check"] == row["check"]]
    if kept.empty or wording.day_of(kept["on_day"].iloc[0]) == found.as_of:
        return "first count today"
    first = kept.iloc[0]
    since = wording.say_short_date(wording.day_of(first["on_day"]))
    if int(first["n_failing"]) == row["n_failing"]:
        return f"same since {since}"
    return f"{int(first['n_failing']):,} → {row['n_failing']:,} since {since}"
