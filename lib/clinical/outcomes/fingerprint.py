"""What the facts of courses are, in one short word: two states of the records with the same facts have the same."""

from hashlib import sha256

import numpy as np

from lib.clinical.outcomes.course_scores import SCORE_COLUMNS
from lib.clinical.outcomes.facts import Facts

_COURSE = ("day_0", "ended_on", "last_session_on", "n_sessions", "is_daily")


def fingerprint_facts(facts: Facts, *others: int) -> str:
    """SHA-256, hexadecimal, over every number of every course, whoever's and in whichever order, and over other counts."""
    columns = [getattr(facts, name).astype(np.int64) for name in _COURSE]
    columns += [scores[name] for _, scores in sorted(facts.scores.items()) for name in SCORE_COLUMNS]
    table = np.column_stack(columns).astype("<i8")
    rows = table[np.lexsort(table.T[::-1])]
    head = repr((facts.as_of, sorted(facts.scores), _COURSE, SCORE_COLUMNS, others)).encode()
    return sha256(head + rows.tobytes()).hexdigest()
