"""Generated records of care for a generated clinic, on and around every boundary of the further rules."""

from dataclasses import replace
from datetime import date, time, timedelta

import numpy as np
from generated import START
from slow_care import Care, Event, Fill, Medicine, Observation, Order, Person, Practice, care_of
from slow_records import Clinic, Session, by_id

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
    return replace(clinic, sessions=sessions), care_of(care)


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
