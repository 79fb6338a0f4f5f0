"""Text on a figure: what came from data is made harmless, and nothing is longer than its place."""

import html
from datetime import datetime

from lib.clinical.wording import say_day

ELLIPSIS = "…"
# Of a count that is small, and of a large one that is hidden beside it.
NOT_SHOWN = "not shown, as it would tell a small count"


def plain(text: str | None, limit: int = 200) -> str:
    """Text from data for plotly, which reads a small HTML and, between dollar signs, TeX."""
    words = " ".join((text or "").replace("$", "").split())
    short = words if len(words) <= limit else words[: limit - 1].rstrip() + ELLIPSIS
    return html.escape(short, quote=False)


def say_moment(at: datetime, is_time_known: bool) -> str:
    return f"{say_day(at)}, {at:%H:%M}" if is_time_known else f"{say_day(at)}, time not recorded"


def mg(dose: float) -> str:
    return f"{dose:g} mg"


def lines(*rows: str | None) -> str:
    """The rows that have something to say, one below the other."""
    return "<br>".join(row for row in rows if row)
