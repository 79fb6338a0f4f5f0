"""Generated clinics: small histories that lie on and around every boundary, for kernel and twin alike."""

from datetime import date, datetime, time, timedelta

import numpy as np
from slow_records import Clinic, Course, Form, Session

# Early enough for the last session of the longest course to lie before today: one that lies ahead is not taken.
START = date(2024, 1, 1)
N_ITEMS = {"PHQ-9": 9, "GAD-7": 7}
READINGS = {
    "sbp_pre_mmhg": (118, 139, 140, 159, 160, 179, 180),
    "dbp_pre_mmhg": (70, 89, 90, 99, 100, 110),
    "sbp_40_mmhg": (120, 150, 158, 178, 180, 199),
    "dbp_40_mmhg": (80, 95, 109, 114, 115),
    "sbp_120_mmhg": (120, 157, 158, 180),
    "dbp_120_mmhg": (75, 94, 95, 110),
    "sedation_moaas": (0, 1, 2, 3, 4, 5),
}


def generate_clinic(seed: int, n_patients: int = 30) -> Clinic:
    """A clinic of n patients; every number comes from the seed."""
    rng = np.random.default_rng(seed)
    forms: list[Form] = []
    sessions: list[Session] = []
    courses: list[Course] = []
    for number in range(n_patients):
        patient = f"p{number:03d}"
        sessions += (own := _sessions(rng, patient))
        courses += _courses(rng, patient, own)
        forms += _forms(rng, patient, own, len(forms))
    return Clinic(tuple(forms), tuple(sessions), tuple(courses), (), frozenset({"PHQ-9", "GAD-7"}))


def _time(rng: np.random.Generator) -> time | None:
    return None if rng.random() < 0.25 else time(int(rng.integers(8, 12)), int(rng.choice([0, 30])))


def _sessions(rng: np.random.Generator, patient: str) -> list[Session]:
    style = rng.choice(["none", "weekly", "q3d", "daily", "restart"], p=[0.1, 0.4, 0.2, 0.1, 0.2])
    if style == "none":
        return []
    gaps = {"weekly": [6, 7, 8, 14], "q3d": [2, 3, 4], "daily": [1, 2, 3], "restart": [7, 14, 84, 85, 100]}[
        style
    ]
    day = START + timedelta(days=int(rng.integers(20, 40)))
    found = {}
    for _ in range(int(rng.integers(1, 10))):
        at = _time(rng)
        status = str(rng.choice(["", "taken", "partial", "missed", "planned"], p=[0.3, 0.5, 0.1, 0.08, 0.02]))
        dose = (
            None
            if status in ("missed", "planned")
            else float(rng.choice([0, 50, 100, 150], p=[0.03, 0.3, 0.4, 0.27]))
        )
        chosen = rng.choice([*READINGS], size=int(rng.integers(0, 4)), replace=False)
        readings = {str(name): float(rng.choice(READINGS[str(name)])) for name in chosen}
        found[(day, at)] = Session(patient, day, at, dose, status, readings)
        if rng.random() > 0.1:
            day += timedelta(days=int(rng.choice(gaps)))
    return list(found.values())


def _courses(rng: np.random.Generator, patient: str, sessions: list[Session]) -> list[Course]:
    if rng.random() > 0.2:
        return []
    days = {START + timedelta(days=int(rng.integers(0, 160))) for _ in range(int(rng.integers(1, 4)))}
    days |= {session.on for session in sessions[:: max(1, len(sessions) // 2)] if rng.random() < 0.5}
    return [
        Course(patient, day, day + timedelta(days=int(rng.integers(10, 120))) if rng.random() < 0.4 else None)
        for day in sorted(days)
    ]


def _forms(rng: np.random.Generator, patient: str, sessions: list[Session], line: int) -> list[Form]:
    found: dict[tuple, list[Form]] = {}
    first = sessions[0].on if sessions else START + timedelta(days=30)
    for instrument in ("PHQ-9", "GAD-7"):
        level = int(rng.integers(2, 20))
        drift = float(rng.choice([-4, -2, -1, 0, 1, 2]))
        day = first - timedelta(days=int(rng.choice([0, 1, 7, 14, 15, 30, 31])))
        for _ in range(int(rng.integers(0, 14))):
            level = int(np.clip(level + rng.normal(drift, 3), 0, 3 * N_ITEMS[instrument]))
            if rng.random() < 0.1:
                level = int(rng.choice([0, 4, 5, 9, 10, 13, 14, 15, 18, 20]))
            on = first if rng.random() < 0.08 else day
            form = _form(rng, patient, instrument, on, level, line + len(found))
            found.setdefault((instrument, on, form.at), []).append(form)
            day += timedelta(days=int(rng.choice([0, 1, 3, 4, 6, 7, 7, 8, 14, 21, 30, 60])))
            if rng.random() < 0.05:
                drift = -drift
    return [form for versions in found.values() for form in _states(versions)]


def _states(versions: list[Form]) -> list[Form]:
    """Of one moment's forms the last recorded is current."""
    fields = [{**vars(form), "state": "superseded"} for form in versions]
    fields[-1]["state"] = "current"
    return [Form(**values) for values in fields]


def _form(rng: np.random.Generator, patient: str, instrument: str, on: date, level: int, line: int) -> Form:
    recorded = datetime.combine(on, time(12)) + timedelta(minutes=line)
    n = N_ITEMS[instrument]
    if rng.random() < 0.15:
        return Form(patient, instrument, on, _time(rng), None, min(level, 3 * n), recorded, line)
    items: list[int | None] = [0] * n
    for _ in range(min(level, 3 * n)):
        items[int(rng.choice([i for i, item in enumerate(items) if item < 3]))] += 1
    if instrument == "PHQ-9" and rng.random() < 0.6:
        items[8] = 0
    for blank in rng.choice(n, size=int(rng.choice([0, 0, 0, 0, 1, 2, 3])), replace=False):
        items[int(blank)] = None
    if instrument == "PHQ-9" and rng.random() < 0.1:
        items[8] = None
    if all(item is None for item in items):
        items[0] = 1
    return Form(patient, instrument, on, _time(rng), tuple(items), None, recorded, line)
