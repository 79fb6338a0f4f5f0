"""One sentence on why a patient's flags of a day were not those that today's records give of the same day."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from lib.clinical.instruments import BY_CODE
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.clinical.wording import say_day
from lib.services._late_records import LateRecord

# As many causes as a sentence can carry; the list under it has them all.
_MOST = 3
Flags = dict[tuple[str, int], int]


def read_flags(flags: pd.DataFrame) -> Flags:
    """By rule and instrument the severity. flags: rule, instrument, severity (codes)."""
    rows = zip(flags["rule"], flags["instrument"], flags["severity"], strict=True)
    return {(str(rule), int(instrument)): int(severity) for rule, instrument, severity in rows}


def say_late(on: date, then: Flags, now: Flags, late: Sequence[LateRecord]) -> str:
    """then, now: the flags of the day as they were known, and as today's records have them."""
    day = say_day(on)
    missing = [key for key in now if key not in then]
    gone = [key for key in then if key not in now]
    other = [key for key in then if key in now and then[key] != now[key]]
    if not (missing or gone or other):
        if not late:
            return f"Nothing recorded later changes what is known of this patient on {day}."
        return f"What was recorded later changes no flag of {day}: {_say_causes(late)}."
    said = []
    if missing:
        was = f"not flagged for {_say_flags(missing)}" if then else f"not flagged ({_say_flags(missing)})"
        said.append(was)
    if gone:
        said.append(f"flagged for {_say_flags(gone)}, which today's records do not say of that day")
    said += [f"flagged as {_say_severity(key, then)}, which is {SEVERITIES[now[key]]} today" for key in other]
    return f"On {day} this patient was {', and '.join(said)}: {_say_causes(late)}."


def _say_flags(keys: Sequence[tuple[str, int]]) -> str:
    names = [f"“{_label(key)}”" for key in keys]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _say_severity(key: tuple[str, int], flags: Flags) -> str:
    return f"“{_label(key)}”, {SEVERITIES[flags[key]]}"


def _label(key: tuple[str, int]) -> str:
    rule, code = key
    instrument = f", {BY_CODE[code].name}" if code >= 0 else ""
    return f"{RULES[rule].label}{instrument}"


def _say_causes(late: Sequence[LateRecord]) -> str:
    if not late:
        return "no later record of this patient explains it"
    texts = [one.text for one in late[:_MOST]]
    more = len(late) - _MOST
    if more > 0:
        texts.append(f"{more} more {'is' if more == 1 else 'are'} listed below")
    return "; ".join(texts)
