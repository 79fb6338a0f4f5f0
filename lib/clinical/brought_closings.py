"""Closings that a file brings from another store: each names what it was about, finding by finding, and counts only where all of
that stands here just as it was there."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.moments import SECONDS_A_DAY
from lib.clinical.segments import NONE, Bools, Ints

_EPOCH = date(1970, 1, 1)


def write_findings(findings: list[str]) -> str:
    """As the column `evidence` has them: a JSON list of texts."""
    return json.dumps(findings, ensure_ascii=False)


def read_findings(evidence: str) -> tuple[str, ...]:
    """Raises ValueError for what is no JSON list of texts."""
    findings = json.loads(evidence)
    if not (isinstance(findings, list) and all(isinstance(one, str) and one for one in findings)):
        raise ValueError("no list of texts")
    return tuple(findings)


def name_forms(forms: pd.DataFrame) -> list[str]:
    """2026-04-03T17:05:00 item 9 = 2, recorded 2026-04-03T15:05:30Z: a version of a form. forms: day, second (NONE: unknown),
    item_9 (NONE: blank), recorded_at (UTC epoch seconds)."""
    return [
        f"{_say_moment(row)} item 9 = {'blank' if row['item_9'] == NONE else row['item_9']}, {_say_recorded(row)}"
        for row in forms[["day", "second", "item_9", "recorded_at"]].to_dict("records")
    ]


def name_events(events: pd.DataFrame) -> list[str]:
    """The same of adverse events: day, second, term, severity ("": not recorded), is_serious (1, 0, NONE), recorded_at."""
    names = ["day", "second", "term", "severity", "is_serious", "recorded_at"]
    serious = {1: "serious", 0: "not serious", NONE: "seriousness not recorded"}
    return [
        f"{_say_moment(row)} {row['term']}, {row['severity'] or 'severity not recorded'}, "
        f"{serious[row['is_serious']]}, {_say_recorded(row)}"
        for row in events[names].to_dict("records")
    ]


def _say_moment(row: dict[Any, Any]) -> str:
    day = (_EPOCH + timedelta(days=int(row["day"]))).isoformat()
    return day if row["second"] == NONE else f"{day}T{_say_second(int(row['second']))}"


def _say_recorded(row: dict[Any, Any]) -> str:
    days, second = divmod(int(row["recorded_at"]), SECONDS_A_DAY)
    return f"recorded {(_EPOCH + timedelta(days=days)).isoformat()}T{_say_second(second)}Z"


def _say_second(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def cover(closings: pd.DataFrame, records: pd.DataFrame) -> tuple[Bools, Ints, Ints]:
    """Which closings count; and of each record the day on which it was closed and the closing's id, or NONE.

    closings, the oldest first: id, first_of, on_day, evidence. records: first_of, day, finding (as named above).
    A closing counts when it names something, all of it is here, and nothing of it is dated later than the closing: what says
    something else here nobody has assessed."""
    places: dict[tuple[int, str], list[int]] = {}
    for place, key in enumerate(zip(records["first_of"].tolist(), records["finding"].tolist(), strict=True)):
        places.setdefault(key, []).append(place)
    day, counts = records["day"].to_numpy(), np.zeros(len(closings), dtype=bool)
    closed_on, closed_by = np.full(len(records), NONE), np.full(len(records), NONE)
    for at, (closing, on_day, found) in enumerate(_look_up(closings, places)):
        # Of two records that say the same one may be open there: nothing tells which.
        is_here = bool(found) and all(len(places_here) == n for places_here, n in found)
        told = [place for places_here, _ in found for place in places_here] if is_here else []
        counts[at] = is_here and bool((day[told] <= on_day).all())
        for place in told if counts[at] else ():
            if closed_on[place] == NONE:
                closed_on[place], closed_by[place] = on_day, closing
    return counts, closed_on, closed_by


def _look_up(
    closings: pd.DataFrame, places: dict[tuple[int, str], list[int]]
) -> Iterator[tuple[int, int, list[tuple[list[int], int]]]]:
    """Of each closing its id, its day, and for each finding where it stands here and how often it is named."""
    rows = closings[["id", "first_of", "on_day", "evidence"]].itertuples(index=False, name=None)
    for key, identity, on_day, evidence in rows:
        named = Counter(read_findings(evidence))
        yield key, on_day, [(places.get((identity, one), []), n) for one, n in named.items()]


def join_days(own: "pd.Series[int]", brought: Ints) -> Ints:
    """The earlier day of the two on which something was closed, NONE where it was not."""
    first = np.minimum(own, brought)
    return np.where(own == NONE, brought, np.where(brought == NONE, own, first))
