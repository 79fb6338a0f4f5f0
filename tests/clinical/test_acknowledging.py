"""How long urgent flags waited: each line of the table is a flag, named after its case."""

import pandas as pd
import pytest

from lib.clinical.operations.acknowledging import (
    IN_TIME,
    LATE,
    NEVER,
    TOO_NEW,
    derive_local_hours,
    derive_urgent,
    summarise_hours,
)
from lib.clinical.operations.ageing import derive_ages, summarise_ages

HOUR, HIGH, CRITICAL = 3600, 3, 4
NOW, LIMIT = 1_000 * HOUR, 24
# Log: (hour, change, severity); events: (hour, event); how each run of urgency stands: (opened at hour, state).
ITEM_9 = {
    "never seen": ([(900, "opened", HIGH)], [], [(900, NEVER)]),
    "seen at 24 h": ([(900, "opened", HIGH)], [(924, "seen")], [(900, IN_TIME)]),
    "seen a moment late": ([(900, "opened", HIGH)], [(924.01, "seen")], [(900, LATE)]),
    "seen before it was raised": ([(900, "opened", HIGH)], [(899, "seen")], [(900, NEVER)]),
    "closed": ([(900, "opened", HIGH), (910, "ended", HIGH)], [(910, "closed")], [(900, IN_TIME)]),
    "handed to somebody else": ([(900, "opened", HIGH)], [(901, "handed")], [(900, NEVER)]),
    "taken over": ([(900, "opened", HIGH)], [(901, "taken")], [(900, IN_TIME)]),
    "called": ([(900, "opened", HIGH)], [(901, "contact")], [(900, IN_TIME)]),
    "raised an hour ago": ([(999, "opened", HIGH)], [], [(999, TOO_NEW)]),
    "raised an hour ago and seen": ([(999, "opened", HIGH)], [(999.5, "seen")], [(999, IN_TIME)]),
    "ended unseen": ([(900, "opened", HIGH), (905, "ended", HIGH)], [(910, "seen")], [(900, NEVER)]),
    "came back": (
        [(900, "opened", HIGH), (905, "ended", HIGH), (950, "opened", HIGH)],
        [(901, "seen")],
        [(900, IN_TIME), (950, NEVER)],
    ),
    "more severe is the same alert": (
        [(900, "opened", HIGH), (950, "more severe", CRITICAL)],
        [],
        [(900, NEVER)],
    ),
}
PRESSURE = {
    "high is not urgent": ([(900, "opened", HIGH)], [], []),
    "became critical": (
        [(900, "opened", HIGH), (950, "more severe", CRITICAL)],
        [(951, "seen")],
        [(950, IN_TIME)],
    ),
    "was seen while high": (
        [(900, "opened", HIGH), (950, "more severe", CRITICAL)],
        [(901, "seen")],
        [(950, NEVER)],
    ),
    "milder again": (
        [(900, "opened", CRITICAL), (905, "less severe", HIGH)],
        [(906, "seen")],
        [(900, NEVER)],
    ),
    "says something else": ([(900, "opened", CRITICAL), (905, "changed", CRITICAL)], [], [(900, NEVER)]),
}
CASES = [("suicidality_item_9", *case) for case in ITEM_9.values()]
CASES += [("blood_pressure", *case) for case in PRESSURE.values()]


@pytest.fixture(scope="module")
def urgent():
    log, events = [], []
    for patient, (rule, changes, acts, _) in enumerate(CASES):
        key = {"patient_key": patient, "rule": rule, "instrument": 0, "clinic_key": patient % 2}
        log += [
            {**key, "happened_at": at * HOUR, "change": change, "severity": severity}
            for at, change, severity in changes
        ]
        for at, act in acts:
            to_actor = {"handed": "Dr Cole", "taken": "Dr Abebe"}.get(act)
            event = "owner" if to_actor else act
            events.append(
                {
                    **key,
                    "happened_at": round(at * HOUR),
                    "event": event,
                    "actor": "Dr Abebe",
                    "to_actor": to_actor,
                }
            )
    log.sort(key=lambda row: row["happened_at"])
    return derive_urgent(pd.DataFrame(log), pd.DataFrame(events), NOW, LIMIT)


def test_every_case_is_as_its_name_says(urgent):
    found = [
        [
            (row["opened_at"] // HOUR, row["state"])
            for row in urgent[urgent["patient_key"] == patient].to_dict("records")
        ]
        for patient in range(len(CASES))
    ]
    assert dict(zip([*ITEM_9, *PRESSURE], found, strict=True)) == {
        name: case[2] for name, case in {**ITEM_9, **PRESSURE}.items()
    }


def test_hours_are_those_of_the_clinics_clock(urgent):
    """Hour 900 is Saturday 7 February 1970, 12:00 UTC: 13:00 in Berlin, and 7:00 in New York."""
    local = derive_local_hours(urgent, {0: "Europe/Berlin", 1: "America/New_York"})
    at_900 = local[local["opened_at"] == 900 * HOUR]
    assert set(zip(at_900["clinic_key"], at_900["weekday"], at_900["hour"], strict=True)) == {
        (0, 5, 13),
        (1, 5, 7),
    }
    hours = summarise_hours(local)
    assert hours["n_opened"].sum() == len(urgent) - (urgent["state"] == TOO_NEW).sum()
    assert hours["n_waited"].sum() == urgent["state"].isin([LATE, NEVER]).sum()


def test_nothing_urgent(urgent):
    columns = ["patient_key", "rule", "instrument", "clinic_key", "happened_at", "change", "severity"]
    events = pd.DataFrame(
        columns=["patient_key", "rule", "instrument", "event", "actor", "to_actor", "happened_at"]
    )
    empty = derive_urgent(pd.DataFrame(columns=columns), events, NOW, LIMIT)
    assert empty.empty and summarise_hours(derive_local_hours(empty, {})).empty
    assert list(empty) == list(urgent)


def test_ages():
    flags = pd.DataFrame({"since": [101, 100, 94, 93, 87, 45, 44], "severity": [3] * 7})
    aged = derive_ages(flags, 100)
    assert aged["age_days"].tolist() == [0, 0, 6, 7, 13, 55, 56] and aged["age"].tolist() == [
        0,
        0,
        0,
        1,
        1,
        3,
        4,
    ]
    assert summarise_ages(aged)["n"].tolist() == [3, 2, 1, 1]
