"""Item 9 in the sentence on a course, over every stored form, in force or not; and who is recorded as not there."""

from collections.abc import Sequence
from datetime import date

from lib.clinical.history import WaitingForms
from lib.clinical.plain_rows import Row
from lib.clinical.policy import Policy
from lib.clinical.sentence_rows import known
from lib.clinical.sentence_totals import say_age
from lib.clinical.wording import count, say_day

NOT_AN_ASSESSMENT = "not a risk assessment"
ITEM_9_ZERO = f"denied on this form; {NOT_AN_ASSESSMENT}"


def describe_item_9(forms: Sequence[Row], waiting: WaitingForms, as_of: date, policy: Policy) -> str:
    """forms: of the PHQ-9. The highest answer before, and the latest; its age where the policy calls it old. What forms say that
    were not taken, or said until they were corrected or taken back, stands beside it: it counts all the same."""
    parts = [_describe_stored(forms, as_of, policy) if forms else ""]
    if waiting.replaced:
        said = ", ".join(_say_answers(waiting.replaced))
        parts.append(f"item 9 of forms that were corrected or taken back: {said}")
    if not waiting.is_empty:
        parts.append(_describe_waiting(waiting))
    return "; ".join(filter(None, parts)) or "item 9 never asked"


def _describe_waiting(waiting: WaitingForms) -> str:
    said = _say_answers(waiting.answers)
    if waiting.n_unknown:
        said.append(f"unknown on {count(waiting.n_unknown, 'form')} that nobody could read")
    return f"item 9 of forms that were not taken: {', '.join(said)}"


def say_no_form(waiting: WaitingForms) -> str:
    """Of a patient without a PHQ-9 in force: a form that waits, or was taken back, is not no form."""
    if not waiting.is_empty:
        return "form taken yet"
    return "form in force" if waiting.replaced else "form yet"


def _say_answers(answers: Sequence[tuple[date, int]]) -> list[str]:
    return [f"{answer} on {say_day(on)}" for on, answer in answers]


def _describe_stored(forms: Sequence[Row], as_of: date, policy: Policy) -> str:
    answered = [form for form in forms if known(form, "item_9") is not None]
    latest = forms[-1]
    if not answered and not any(form["has_items"] for form in forms):
        return "item 9 not collected"
    if known(latest, "item_9") is None:
        what = "not answered" if latest["has_items"] else "not collected"
        if not answered:
            return f"item 9 {what} on any stored form"
        last = answered[-1]
        return f"item 9 {what} on the latest form (last answer {last['item_9']} on {say_day(last['on'])})"
    days = (as_of - latest["on"].date()).days
    age = say_age(days) if days > policy.categories.current_days else ""
    answers = [int(form["item_9"]) for form in answered]
    if len(answers) == len(forms) > 1 and not any(answers):
        when = f", the latest {say_day(latest['on'])}{age}" if age else ""
        return f"item 9: 0 on all {len(forms)} forms{when} (denied; {NOT_AN_ASSESSMENT})"
    return _compare(latest, answers[:-1], age)


def _compare(latest: Row, earlier: Sequence[int], age: str) -> str:
    answer, on = int(latest["item_9"]), f"{say_day(latest['on'])}{age}"
    meaning = f"on {on}, positive" if answer else f"on {on} ({ITEM_9_ZERO})"
    if not earlier:
        return f"item 9: {answer} {meaning}"
    was = f"was {earlier[0]}" if len(set(earlier)) == 1 else f"was up to {max(earlier)}"
    return f"item 9 {was}, latest {answer} {meaning}"


def describe_absence(course: Sequence[Row]) -> str:
    """course: its dosing sessions. A supervisor recorded as absent is a finding; one not recorded is an unknown."""
    taken = [row for row in course if row["counts"]]
    n_absent = sum(known(row, "supervisor_present") is False for row in taken)
    plural = "s" * (len(taken) != 1)
    return f"no supervisor at {n_absent} of {len(taken)} session{plural}" if n_absent else ""
