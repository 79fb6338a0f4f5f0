"""What is recorded of dosing sessions: hand-made ones named after their case, and events placed once more by hand."""

import random

import numpy as np
import pandas as pd
from session_rows import readings, session_rows

from lib.clinical.moments import Moments
from lib.clinical.operations.process import NO, TOO_NEW, UNKNOWN, YES, derive_process, summarise_process
from lib.clinical.operations.session_rates import derive_session_rates, summarise_months
from lib.clinical.segments import NONE
from lib.clinical.session_events import find_sessions

AS_OF = 110
# The session; days of practices; pressure, supervisor, contact, integration.
PROCESS = {
    "nothing recorded": ({}, [], (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    "everything": (
        {**readings("118/76"), "supervisor_present": 1, "has_contact": 1},
        [101],
        (YES, YES, YES, YES),
    ),
    "half a pressure": (readings("118/?"), [], (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    "pressure after the dose only": (readings("", "120/80"), [], (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    "alone": ({"supervisor_present": 0}, [], (UNKNOWN, NO, UNKNOWN, UNKNOWN)),
    "practice on the day": ({}, [100], (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    "practice on day 3": ({}, [103], (UNKNOWN, UNKNOWN, UNKNOWN, YES)),
    "practice on day 4": ({}, [104], (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    "days end today": ({"day": 107}, [108], (UNKNOWN, UNKNOWN, UNKNOWN, TOO_NEW)),
    "days ended yesterday": ({"day": 106}, [107], (UNKNOWN, UNKNOWN, UNKNOWN, YES)),
}


def test_every_session_stands_as_its_name_says(policy):
    sessions = session_rows(case[0] for case in PROCESS.values())
    practices = [(key, day) for key, case in enumerate(PROCESS.values()) for day in case[1]]
    frame = pd.DataFrame(practices, columns=["patient", "day"])
    states = derive_process(sessions, frame, AS_OF, policy)
    found = list(zip(*states.values(), strict=True))
    assert dict(zip(PROCESS, found, strict=True)) == {name: case[2] for name, case in PROCESS.items()}
    counts = summarise_process(states)
    assert (counts[["n_yes", "n_no", "n_unknown"]].sum(axis=1) == counts["n_sessions"]).all()
    assert (counts["n_sessions"] + counts["n_too_new"] == len(PROCESS)).all()
    assert counts.set_index("measure").loc["supervisor"].tolist() == [10, 1, 1, 8, 0]
    empty = derive_process(sessions.iloc[:0], frame, AS_OF, policy)
    assert summarise_process(empty)["n_sessions"].sum() == 0


# The pressures; on record, after the dose, severe.
PRESSURES = {
    "none": (readings(), (False, False, False)),
    "half of one": (readings("150/?"), (False, False, False)),
    "before the dose": (readings("150/90"), (True, False, False)),
    "after it": (readings("", "150/90"), (True, True, False)),
    "179/109": (readings("", "179/109"), (True, True, False)),
    "180 alone": (readings("", "180/?"), (True, False, True)),
    "110 alone": (readings("", "", "?/110"), (True, False, True)),
    "before the dose, severe": (readings("180/100"), (True, False, True)),
}


def test_every_pressure_stands_as_its_name_says(policy):
    sessions = session_rows(case[0] for case in PRESSURES.values())
    events = pd.DataFrame({"patient": [], "day": [], "second": []}, dtype="int64")
    rated = derive_session_rates(sessions, events, policy)
    found = list(zip(rated["has_pressure"], rated["has_after"], rated["is_severe"], strict=True))
    assert dict(zip(PRESSURES, found, strict=True)) == {name: case[1] for name, case in PRESSURES.items()}


def test_events_of_sessions_that_nobody_asked_about_are_in_no_rate(policy):
    """Day 31 is 1 February 1970; no session lies in March."""
    asked = [{"day": 10, "ae_asked": 1}, {"day": 10}, {"day": 31, "ae_asked": 0}, {"day": 40, "ae_asked": 1}]
    sessions = session_rows(asked)
    events = pd.DataFrame({"patient": [0, 0, 1, 2, 3], "day": [10, 11, 10, 31, 42], "second": [NONE] * 5})
    months = summarise_months(derive_session_rates(sessions, events, policy), (10, 60))
    assert months["month"].tolist() == [0, 31, 59]
    names = ["n_sessions", "n_asked", "n_events", "n_events_unasked"]
    # The event two days after a session belongs to none.
    assert months[names].to_numpy().tolist() == [[2, 1, 2, 1], [2, 1, 0, 1], [0, 0, 0, 0]]


def test_events_are_placed_as_on_the_patients_page(policy):
    rng = random.Random(3)

    def moments(n: int) -> list[tuple[int, int, int]]:
        return [(rng.randrange(4), rng.randint(1, 12), rng.choice((NONE, 30_000, 60_000))) for _ in range(n)]

    for _ in range(60):
        names = ("patient", "day", "second")
        sessions = session_rows(dict(zip(names, one, strict=True)) for one in set(moments(9)))
        events = pd.DataFrame(moments(12), columns=names)
        found = derive_session_rates(sessions, events, policy)["n_events"]
        for patient in range(4):
            own, his = (rows[rows["patient"] == patient] for rows in (sessions, events))
            places = find_sessions(
                *(Moments(one["day"].to_numpy(), one["second"].to_numpy()) for one in (his, own))
            )
            days = own["day"].to_numpy()
            # Of two sessions of one day with the same start either may be meant: the day decides.
            n_of_day = [int((days[places[places != NONE]] == day).sum()) for day in np.unique(days)]
            assert found[own.index].groupby(days).sum().tolist() == n_of_day
