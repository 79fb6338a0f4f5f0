"""Generated records of care for a generated clinic, on and around every boundary of the further rules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np
from generated import START
from slow_care import Care, Event, Fill, Medicine, Observation, Order, Person, Practice, care_of
from slow_records import Clinic, Form, Session, by_id

TERMS = (
    *(
        "Nausea",
        "Dizziness",
        "Suicidal ideation",
        "Chest pain",
        "Loss of consciousness",
        "Dysuria",
        "Bladder pain",
    ),
    *("Headache", "Fall", "Mania", "Vomiting"),
)
SEVERITIES = ("", "mild", "moderate", "severe")
READINGS = {
    "hold_min": (9, 10, 12, 15, 16),
    "spo2_min_pct": (91, 92, 97),
    "heart_rate_pre_bpm": (70,),
    "supervisor_present": (0, 1, 1, 1, 1, 1),
    "has_contact": (1,),
    "effect_end_min": (90, 230, 231, 300, 301),
    "expected_end_min": (110, 180),
    "prescribed_mg": (100, 150),
}


def generate_care(clinic: Clinic, seed: int) -> tuple[Clinic, Care]:
    """The clinic with more recorded of its sessions, and its records of care; every number comes from the seed."""
    rng = np.random.default_rng([seed, 7])
    sessions = tuple(_enrich(rng, session) for session in clinic.sessions)
    care = [record for who, own in sorted(by_id(sessions).items()) for record in _care(rng, who, list(own))]
    forms = _flatten(rng, clinic.forms, by_id(sessions))
    return replace(clinic, sessions=sessions, forms=forms), care_of(care)


def _flatten(
    rng: np.random.Generator, forms: tuple[Form, ...], sessions: Mapping[str, tuple[Session, ...]]
) -> tuple[Form, ...]:
    """Some patients answer PHQ-9 once a week with totals that hardly move: partial, flat, or neither by a point or two."""
    chosen = [who for who in sorted(sessions) if len(sessions[who]) > 3 and rng.random() < 0.25]
    kept = [form for form in forms if form.patient_id not in chosen or form.instrument != "PHQ-9"]
    for who in chosen:
        first, baseline = min(one.on for one in sessions[who]), int(rng.choice([10, 16, 20]))
        level = baseline * int(rng.choice([55, 62, 70, 76, 90])) // 100
        days = [-1, *sorted(rng.choice([7, 13, 14, 16, 20, 21, 23, 28, 30, 35], size=5, replace=False))]
        totals = [baseline, *(level + int(rng.choice([-3, -2, -1, 0, 0, 1, 2, 3])) for _ in days[1:])]
        kept += [
            _total(who, first + timedelta(days=int(n)), total) for n, total in zip(days, totals, strict=True)
        ]
    return tuple(kept)


def _total(who: str, on: date, total: int) -> Form:
    return Form(who, "PHQ-9", on, None, None, min(max(total, 0), 27), datetime.combine(on, time(12)), 0)


def _enrich(rng: np.random.Generator, session: Session) -> Session:
    more = {name: float(rng.choice(values)) for name, values in READINGS.items() if rng.random() < 0.45}
    return replace(session, readings={**session.readings, **more})


def _days_near(rng: np.random.Generator, sessions: list[Session], n: int, *offsets: int) -> list[date]:
    return [
        sessions[int(rng.integers(len(sessions)))].on + timedelta(days=int(rng.choice(offsets)))
        for _ in range(int(rng.integers(0, n + 1)))
    ]


def _care(rng: np.random.Generator, who: str, sessions: list[Session]) -> list:
    ceiling = float(rng.choice([100, 150, 120])) if rng.random() < 0.3 else None
    seen_on = START + timedelta(days=int(rng.integers(-400, 60))) if rng.random() < 0.7 else None
    return [
        Person(who, ceiling, seen_on),
        *_events(rng, who, sessions),
        *_observations(rng, who, sessions),
        *_medicines(rng, who),
        *_supply(rng, who, sessions),
        *(Practice(who, on) for on in set(_days_near(rng, sessions, 4, 0, 1, 3, 4))),
    ]


def _events(rng: np.random.Generator, who: str, sessions: list[Session]) -> list[Event]:
    return [
        Event(
            who,
            on,
            str(rng.choice(TERMS)),
            str(rng.choice(SEVERITIES)),
            (None, True, False)[int(rng.choice([0, 1, 2], p=[0.5, 0.1, 0.4]))],
            on + timedelta(days=int(rng.choice([0, 1, 5, 40]))) if rng.random() < 0.4 else None,
        )
        for on in (_days_near(rng, sessions, 2, -30, 0, 1, 27, 28) if rng.random() < 0.5 else [])
    ]


def _observations(rng: np.random.Generator, who: str, sessions: list[Session]) -> list[Observation]:
    values = {
        "urinary_symptoms": ("no", "no", "yes", "unknown", "Frequency"),
        "alt_u_l": ("40", "120", "121", "150"),
        "ggt_u_l": ("40", "150", "151"),
        "alt_uln_u_l": ("40", "50"),
        "ggt_uln_u_l": ("50",),
    }
    return [
        Observation(who, on, kind, str(rng.choice(values[kind])))
        for kind in values
        for on in _days_near(rng, sessions, 3, -40, 0, 2, 30)
    ]


def _medicines(rng: np.random.Generator, who: str) -> list[Medicine]:
    found = []
    for name, of_class in (
        ("lorazepam", "benzodiazepine"),
        ("alprazolam", ""),
        ("sertraline", "ssri"),
        ("other", "benzodiazepine"),
    ):
        if rng.random() < 0.25:
            start = START + timedelta(days=int(rng.integers(0, 120))) if rng.random() < 0.8 else None
            end = (start or START) + timedelta(days=int(rng.integers(0, 90))) if rng.random() < 0.5 else None
            found.append(Medicine(who, name, of_class, start, end))
    return found


def _supply(rng: np.random.Generator, who: str, sessions: list[Session]) -> list[Fill | Order]:
    strength = None if rng.random() < 0.05 else 50.0
    fills = [
        Fill(who, on, float(rng.choice([2, 4, 8])), strength)
        for on in _days_near(rng, sessions, 4, -2, -1, 0)
    ]
    orders = {
        (on, at): Order(who, on, at, None if rng.random() < 0.2 else float(rng.choice([1, 3, 4, 7, 8])))
        for on in _days_near(rng, sessions, 3, -3, 0, 1)
        for at in [time(9) if rng.random() < 0.7 else None]
    }
    return [*fills, *orders.values()]
