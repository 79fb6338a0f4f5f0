"""The hours after a dose, and which dose an adverse event belongs to: at the boundaries, and where a time of day is unknown."""

import numpy as np
import pytest

from lib import settings
from lib.clinical.integration import DAY_KNOWN_ONLY, IN_WINDOW, OUTSIDE, classify_practices
from lib.clinical.moments import Moments
from lib.clinical.protocols import parse_protocols
from lib.clinical.resolution import LATER, UNKNOWN, WITHIN, expected_resolution, judge_resolution
from lib.clinical.segments import NONE
from lib.clinical.session_events import find_sessions


def moments(*said: str) -> Moments:
    """`day hh:mm:ss`, or a day alone: its time is unknown."""
    days, seconds = [], []
    for text in said:
        day, _, time = text.partition(" ")
        parts = [int(part) for part in time.split(":")] if time else []
        days.append(int(day))
        seconds.append(sum(part * 60**place for place, part in enumerate(parts[::-1])) if parts else NONE)
    return Moments(np.array(days, dtype=np.int64), np.array(seconds, dtype=np.int64))


def place(practice: str, *sessions: str) -> tuple[str, int | None]:
    found = classify_practices(moments(practice), moments(*sessions), 24, 72)
    return str(found.place[0]), None if found.session[0] == NONE else int(found.session[0])


WINDOW = [
    ("a second before 24 h", "11 16:59:59", OUTSIDE),
    ("exactly 24 h", "11 17:00:00", IN_WINDOW),
    ("exactly 72 h", "13 17:00:00", IN_WINDOW),
    ("a second after 72 h", "13 17:00:01", OUTSIDE),
    ("before the dose", "9 17:00:00", OUTSIDE),
    ("a day that lies wholly inside", "12", IN_WINDOW),
    ("the day on which it begins, no time", "11", DAY_KNOWN_ONLY),
    ("the day on which it ends, no time", "13", DAY_KNOWN_ONLY),
    ("the day of the dose, no time", "10", OUTSIDE),
    ("the day after it ends, no time", "14", OUTSIDE),
]


@pytest.mark.parametrize(("practice", "said"), [row[1:] for row in WINDOW], ids=[row[0] for row in WINDOW])
def test_a_practice_after_a_dose_on_day_10_at_17_00(practice, said):
    assert place(practice, "10 17:00:00")[0] == said


UNKNOWN_DOSE = [
    ("inside whenever the dose was", "12 12:00:00", IN_WINDOW),
    ("inside only after an early dose", "11 12:00:00", DAY_KNOWN_ONLY),
    ("24 h after the last second of the dose's day", "11 23:59:59", IN_WINDOW),
    ("inside only after a late dose", "13 12:00:00", DAY_KNOWN_ONLY),
    ("72 h after the first second of the dose's day", "13 00:00:00", IN_WINDOW),
    ("a day, inside whenever both were", "12", IN_WINDOW),
    ("a day, perhaps", "11", DAY_KNOWN_ONLY),
    ("outside whenever the dose was", "14 00:00:00", OUTSIDE),
]


@pytest.mark.parametrize(
    ("practice", "said"), [row[1:] for row in UNKNOWN_DOSE], ids=[row[0] for row in UNKNOWN_DOSE]
)
def test_a_practice_after_a_dose_on_day_10_at_an_unknown_time(practice, said):
    assert place(practice, "10")[0] == said


def test_the_last_dose_in_whose_window_it_surely_fell_is_named():
    assert place("13 12:00:00", "10 17:00:00", "11 17:00:00", "12 17:00:00") == (IN_WINDOW, 1)
    assert place("13 12:00:00", "12 17:00:00", "11 17:00:00", "10 17:00:00") == (IN_WINDOW, 1)


def test_a_sure_window_goes_before_a_later_possible_one():
    assert place("13", "11 00:00:00", "12 12:00:00") == (IN_WINDOW, 0)


def test_without_a_dose_everything_is_outside():
    assert place("13 12:00:00") == (OUTSIDE, None)
    assert len(classify_practices(moments(), moments("10"), 24, 72).place) == 0


def test_many_at_once_are_placed_as_each_alone():
    rng = np.random.default_rng(7)
    said = [
        f"{day} {hour:02}:00:00" if hour < 24 else str(day) for day, hour in rng.integers(0, 30, (200, 2))
    ]
    doses = [f"{day} {hour:02}:00:00" if hour < 24 else str(day) for day, hour in rng.integers(0, 30, (8, 2))]
    together = classify_practices(moments(*said), moments(*doses), 24, 72)
    assert [str(one) for one in together.place] == [place(one, *doses)[0] for one in said]
    assert {IN_WINDOW, OUTSIDE, DAY_KNOWN_ONLY} == set(together.place)


def session_of(event: str, *sessions: str) -> int | None:
    found = int(find_sessions(moments(event), moments(*sessions))[0])
    return None if found == NONE else found


EVENTS = [
    ("at the very moment", "10 17:00:00", 0),
    ("after the dose", "10 17:45:00", 0),
    ("before the dose", "10 16:59:59", None),
    ("after midnight", "11 00:30:00", 1),
    ("two dates later", "12 00:30:00", None),
    ("between two doses of one day", "10 17:59:59", 0),
    ("after the second dose of the day", "10 18:00:00", 1),
    ("no time of day", "10", 1),
    ("the day before, no time", "9", None),
]


@pytest.mark.parametrize(("event", "session"), [row[1:] for row in EVENTS], ids=[row[0] for row in EVENTS])
def test_an_event_belongs_to_the_last_dose_begun_before_it(event, session):
    assert session_of(event, "10 17:00:00", "10 18:00:00") == session


def test_a_dose_of_unknown_time_has_the_events_of_its_date():
    assert session_of("10 08:00:00", "10") == 0
    assert session_of("10 08:00:00") is None


PROTOCOLS = parse_protocols(settings.PROTOCOLS_FILE.read_bytes(), "protocols.toml")
TABLET, ODT = PROTOCOLS["sublingual-tablet"], PROTOCOLS["odt-at-home"]


def test_the_expected_end_is_the_pages_own():
    """Page A: 2-3 hours, and resolved within 1-2 hours after the session. Page B: from 15-20 minutes on, 45-90 minutes."""
    found = {one.name: expected_resolution(one) for one in (TABLET, ODT)}
    assert {name: (one.low, one.high) for name, one in found.items() if one} == {
        "sublingual-tablet": (180, 300),
        "odt-at-home": (60, 110),
    }
    assert expected_resolution(None) is None


@pytest.mark.parametrize(
    ("onset", "duration", "protocol", "resolved", "verdict"),
    [
        (45, 255, TABLET, 300, WITHIN),
        (45, 256, TABLET, 301, LATER),
        (20, 90, ODT, 110, WITHIN),
        (20, 91, ODT, 111, LATER),
        (0, 0, TABLET, 0, WITHIN),
        (None, 30, TABLET, None, UNKNOWN),
        (45, None, TABLET, None, UNKNOWN),
        (45, 30, None, 75, UNKNOWN),
    ],
    ids=[
        "at the end of A",
        "a minute later",
        "at the end of B",
        "a minute later than B",
        "at once",
        "no onset",
        "no duration",
        "no protocol",
    ],
)
def test_time_to_resolution(onset, duration, protocol, resolved, verdict):
    found = judge_resolution(onset, duration, protocol)
    assert (found.resolved_min, found.verdict) == (resolved, verdict)
