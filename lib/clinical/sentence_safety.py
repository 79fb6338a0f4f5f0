"""Item 9 in the sentence on a course: over every stored form, in force or not."""

from collections.abc import Sequence

from lib.clinical.sentence_rows import Row, known
from lib.clinical.wording import say_day

ITEM_9_ZERO = "denied on this form; not a risk assessment"


def describe_item_9(forms: Sequence[Row]) -> str:
    """forms: of the PHQ-9. The highest answer before, and the latest."""
    if not forms:
        return "item 9 never asked"
    answered = [form for form in forms if known(form, "item_9") is not None]
    latest = forms[-1]
    if not answered and not any(form["has_items"] for form in forms):
        return "item 9 not collected"
    if known(latest, "item_9") is None:
        what = "not answered" if latest["has_items"] else "not collected"
        if not answered:
            return f"item 9 {what} on any form"
        last = answered[-1]
        return f"item 9 {what} on the latest form (last answer {last['item_9']} on {say_day(last['on'])})"
    return _compare(latest, [int(form["item_9"]) for form in answered[:-1]])


def _compare(latest: Row, earlier: Sequence[int]) -> str:
    answer, on = int(latest["item_9"]), say_day(latest["on"])
    meaning = f"on {on}, positive" if answer else f"on {on} ({ITEM_9_ZERO})"
    if not earlier:
        return f"item 9: {answer} {meaning}"
    was = f"was {earlier[0]}" if len(set(earlier)) == 1 else f"was up to {max(earlier)}"
    return f"item 9 {was}, latest {answer} {meaning}"
