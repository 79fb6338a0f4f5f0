"""What the rules could read, in words: silence of a rule that could not be read is never a pass."""

from collections.abc import Sequence

from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.coverage import ASSESSED, NOT_ASKED, NOT_RECORDED, PARTLY, STATES, Covered


def say_coverage(coverage: Sequence[Covered]) -> list[tuple[str, str]]:
    """(state, sentence) of the states that there are."""
    asked = [one for one in coverage if one.state != STATES[NOT_ASKED]]
    if not asked:
        return [
            (
                STATES[NOT_RECORDED],
                "no rule could be asked: neither a PHQ-9 nor a dosing session is stored.",
            )
        ]
    n_assessed = sum(one.state == STATES[ASSESSED] for one in asked)
    said = [(STATES[ASSESSED], f"{n_assessed} of {len(asked)} rules had what they read.")]
    for state in (STATES[PARTLY], STATES[NOT_RECORDED]):
        own = [one for one in asked if one.state == state]
        if own:
            said.append((state, f"{len(own)}: {', '.join(map(_name, own))}."))
    return said


def say_unread(coverage: Sequence[Covered]) -> str:
    """Where no flag is open: how many rules could not be read, by name; "" where every one was assessed."""
    said = dict(say_coverage(coverage))
    n_asked = sum(one.state != STATES[NOT_ASKED] for one in coverage)
    if not n_asked:
        return f"That is no pass: {said[STATES[NOT_RECORDED]]}"
    words = []
    for state in (STATES[NOT_RECORDED], STATES[PARTLY]):
        if state in said:
            number, _, names = said[state].partition(": ")
            words.append(f"{number} {state}: {names.rstrip('.')}")
    n_unread = sum(one.state in (STATES[PARTLY], STATES[NOT_RECORDED]) for one in coverage)
    if not words:
        return ""
    return f"That is no pass: {n_unread} of {n_asked} rules could not be read in full ({'; '.join(words)})."


def _name(one: Covered) -> str:
    return f"{RULES[one.rule].label} ({one.n_recorded} of {one.n_records})"
