"""Generated closings of item-9 flags: some cover all that was said by then, some leave forms open."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from slow_records import Clinic, Closing, Form, by_id


def with_closings(clinic: Clinic, seed: int) -> Clinic:
    """The same clinic, of some of whose patients a named person has closed the item-9 flag once or more often. Item 9 is
    answered with 0 or 1 more often than elsewhere: what only adds to a closing is seldom otherwise."""
    rng = np.random.default_rng(seed)
    clinic = replace(clinic, forms=tuple(_milder(rng, form) for form in clinic.forms))
    closings: list[Closing] = []
    for who, forms in sorted(by_id(clinic.forms).items()):
        asked = [form for form in forms if form.instrument == "PHQ-9"]
        for place in sorted(
            rng.integers(len(asked) // 2, len(asked), size=int(rng.integers(0, 3)) if asked else 0)
        ):
            covered = frozenset(asked[: place + 1])
            day = asked[place].on + timedelta(days=int(rng.choice([0, 1, 3, 7])))
            closings.append(Closing(who, day, covered, bool(rng.random() < 0.75)))
    return replace(clinic, closings=tuple(closings))


def _milder(rng: np.random.Generator, form: Form) -> Form:
    if form.instrument != "PHQ-9" or form.items is None or form.items[8] is None or rng.random() < 0.2:
        return form
    return replace(form, items=(*form.items[:8], int(rng.choice([0, 1], p=[0.15, 0.85]))))


def days_around(clinic: Clinic, seed: int, n: int = 6) -> list[date]:
    """Days on which what was closed may persist, or may just have opened again."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(clinic.closings), size=n)
    return [clinic.closings[i].on + timedelta(days=int(rng.choice([0, 7, 14, 28, 29]))) for i in chosen]
