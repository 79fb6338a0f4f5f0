"""Dates, changes and per cents in words: the same in the sentence, the figures and the tables."""

from datetime import date

# Keeps a number and its unit on one line of a narrow cell.
NB = "\u00a0"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say_short_day(on: date) -> str:
    """3 Mar."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def say_day(on: date) -> str:
    """3 Mar 2026."""
    return f"{say_short_day(on)} {on.year}"


def say_signed(number: float) -> str:
    """+5, 0, −9 with a true minus sign."""
    return f"{number:+.0f}".replace("-", "−") if round(number) else "0"


def say_percent(change: float, baseline: float) -> str:
    """Change in per cent of the baseline; nothing where the baseline is 0."""
    return f"{say_signed(100 * change / baseline)} %" if baseline else ""


def count(number: int, one: str, more: str = "") -> str:
    """1 patient, 2 patients."""
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def say_span(first: date, last: date) -> str:
    """3 Aug 2026 to 2 Sep 2026."""
    return f"{say_day(first)} to {say_day(last)}"


def capitalise(words: str) -> str:
    """With a capital first letter, and nothing else changed."""
    return f"{words[:1].upper()}{words[1:]}"
