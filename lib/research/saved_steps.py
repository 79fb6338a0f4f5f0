"""Who left a cohort by which step, and who is in it, as text: keys as runs, "1-5,9,12-40"."""

import json
from collections.abc import Sequence

import numpy as np

from lib.clinical.segments import Ints
from lib.research.cohort import Exit, Step


def write_steps(steps: Sequence[Step], patients: Sequence[int]) -> str:
    """As JSON."""
    plain = [
        {"step": step.words, "out": [[one.words, write_runs(one.patients)] for one in step.exits]}
        for step in steps
    ]
    return json.dumps({"steps": plain, "in": write_runs(np.array(patients, dtype=np.int64))})


def parse_steps(text: str) -> tuple[tuple[Step, ...], tuple[int, ...]]:
    """What write_steps was given."""
    said = json.loads(text)
    steps = tuple(
        Step(plain["step"], tuple(Exit(words, parse_runs(runs)) for words, runs in plain["out"]))
        for plain in said["steps"]
    )
    return steps, tuple(parse_runs(said["in"]).tolist())


def write_runs(keys: Ints) -> str:
    """keys: ascending, each once."""
    if not len(keys):
        return ""
    gap = np.flatnonzero(np.diff(keys) != 1)
    firsts, lasts = keys[np.append(0, gap + 1)], keys[np.append(gap, len(keys) - 1)]
    return ",".join(
        str(first) if first == last else f"{first}-{last}"
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)
    )


def parse_runs(text: str) -> Ints:
    ends = [tuple(map(int, f"{run}-{run}".split("-")[:2])) for run in text.split(",")] if text else []
    runs = [np.arange(first, last + 1, dtype=np.int64) for first, last in ends]
    return np.concatenate(runs) if runs else np.zeros(0, dtype=np.int64)
