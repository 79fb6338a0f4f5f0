"""Looks for bytes that do more than be read, asked about or refused: libFuzzer, led by which lines of lib/intake they reach.

A program of its own, because the fuzzer ends its process: python tests/intake/fuzz_reading.py OUTPUT SEEDS... -max_total_time=5
What it finds lies where -artifact_prefix says; `-merge=1 tests/corpus/fuzz OUTPUT` keeps what reached new lines.
"""

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
with atheris.instrument_imports(include=["lib.intake"]):
    import pandas as pd

    from lib.intake.check import Directory, check_rows
    from lib.intake.choices import NeedsChoice
    from lib.intake.reading import read_file
    from lib.intake.unreadable import UnreadableFile

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
_CLINICS = pd.DataFrame({"clinic_id": ["north"], "clinic_key": [1], "time_zone": ["America/New_York"]})
_PATIENTS = pd.DataFrame(
    {"patient_id": ["P1"], "clinic_id": ["north"], "patient_key": [1], "clinic_key": [1]}
)
_MOST_SECONDS = 1.0
# Of one file: the first of a format brings its library with it.
_MOST_MB = 300
_MOST_ANSWERS = 4


def read_all_the_way(data: bytes) -> None:
    """Reads a file of any format, answers what is asked by the suggestion or the first option, and checks its rows."""
    choices: dict[str, str] = {}
    for _ in range(_MOST_ANSWERS):
        try:
            tables = read_file("fuzz.csv", data, choices).tables
        except UnreadableFile:
            return
        except NeedsChoice as asked:
            choices |= {one.key: one.suggested or next(iter(one.options), "") for one in asked.questions}
            continue
        for raw in tables:
            checked = check_rows(raw, Directory(_PATIENTS, _CLINICS), NOW)
            n_seen = len(checked.accepted) + len(checked.problems) + checked.n_repeated
            assert n_seen == len(raw.lines) + len(raw.broken)
        return


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(data: bytes) -> None:
    start, before = time.process_time(), _peak_mb()
    read_all_the_way(data)
    took, more = time.process_time() - start, _peak_mb() - before
    assert more < _MOST_MB, f"{len(data)} bytes took {more:.0f} MB"
    assert took < _MOST_SECONDS, f"{len(data)} bytes took {took:.1f} s"


if __name__ == "__main__":
    atheris.Setup(sys.argv, run)
    atheris.Fuzz()
