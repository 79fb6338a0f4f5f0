"""Generated clinics of weekly courses, begun over a few months: some fall behind the others, which random histories seldom do."""

from datetime import datetime, time, timedelta

import numpy as np
from generated import START
from slow_records import Clinic, Course, Form, Session

LATE = timedelta(days=120)


def generate_weekly_clinic(seed: int, n_patients: int = 45) -> Clinic:
    """Baselines 8–25; one in seven does not fall. Gaps, forms at the window's edges, daily courses and second ones among them."""
    rng = np.random.default_rng([seed, 7])
    forms: list[Form] = []
    sessions: list[Session] = []
    courses: list[Course] = []
    for number in range(n_patients):
        who = f"w{number:03d}"
        first = START + timedelta(days=int(rng.integers(0, 70)))
        step = int(rng.choice([2, 7, 7, 7, 7, 14]))
        days = [
            first + timedelta(days=step * n + int(rng.integers(0, 2))) for n in range(int(rng.integers(3, 9)))
        ]
        if rng.random() < 0.1:
            days.insert(0, first - LATE)
        if rng.random() < 0.1:
            courses.append(Course(who, first, first + timedelta(days=int(rng.integers(30, 90)))))
        sessions += [Session(who, day, None, 100.0, "", {}) for day in sorted(set(days))]
        baseline, fall = (
            int(rng.integers(8, 26)),
            float(rng.choice([-0.3, 0.0, 0.6, 0.75], p=[0.07, 0.08, 0.45, 0.4])),
        )
        totals = {first - timedelta(days=2): baseline}
        for place, day in enumerate(days):
            if rng.random() < 0.85:
                gone = fall * min(1, (place + 1) / 4)
                after = int(
                    rng.choice([2, 3, 5, 6, 6, 6, 28, 29], p=[0.05, 0.1, 0.2, 0.2, 0.2, 0.19, 0.03, 0.03])
                )
                total = int(np.clip(round(baseline * (1 - gone) + rng.normal(0, 2)), 0, 27))
                totals[day + timedelta(days=after)] = total
        recorded = datetime.combine(START - timedelta(days=20), time(8))
        for day, total in sorted(totals.items()):
            line = len(forms)
            recorded_at = recorded + timedelta(minutes=line)
            forms.append(Form(who, "PHQ-9", day, None, None, total, recorded_at, line))
    return Clinic(tuple(forms), tuple(sessions), tuple(courses), (), frozenset({"PHQ-9", "GAD-7"}))
