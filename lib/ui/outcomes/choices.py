"""What the page of outcomes is asked: period, instrument, time point, denominator, clinic; all of it in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType

import streamlit as st

from lib.clinical.instruments import BY_CODE, INSTRUMENTS
from lib.clinical.outcomes.asked import Asked, name_time_points
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import MISSING_FAILS, PAIRED, REACHED, STARTED
from lib.clinical.outcomes.periods import months_before
from lib.clinical.outcomes.saying import Telling
from lib.services.outcomes import Courses
from lib.ui import address, display, wording
from lib.ui.choosing import OWN_DAYS, choose_days, choose_listed
from lib.ui.display import escape
from lib.ui.outcomes import naming
from lib.ui.outcomes.reading import read_courses

# By its word in the address: months back from today, and what it is called. 0: since ever.
PERIODS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "12m": (12, "Last 12 months"),
        "6m": (6, "Last 6 months"),
        "3m": (3, "Last 3 months"),
        "all": (0, "All courses"),
        "own": (-1, "Own dates"),
    }
)
_TIME_POINT, _PX = "session_4", 205
# As the switch says it; measures.DENOMINATORS says it whole.
_COUNTED: Mapping[str, str] = MappingProxyType(
    {
        MISSING_FAILS: "Due, missing not met",
        REACHED: "Reached the time point",
        PAIRED: "Both scores known",
        STARTED: "All who started",
    }
)


@dataclass(frozen=True)
class Choice:
    """first, last: the days of first doses that are counted; first None: since ever. clinic: "" for all of the reader's."""

    courses: Courses
    asked: Asked
    denominator: str
    first: date | None
    last: date
    clinic: str
    is_named: bool = False

    @cached_property
    def facts(self) -> Facts:
        return self.begun(self.first, self.last)

    @cached_property
    def before(self) -> Facts | None:
        """As many days before the period; None where it has no beginning."""
        if self.first is None:
            return None
        days = (self.last - self.first).days + 1
        return self.begun(self.first - timedelta(days=days), self.first - timedelta(days=1))

    def begun(self, first: date | None, last: date) -> Facts:
        """Courses of the chosen clinic whose first dose lies in a period."""
        facts = self.courses.begun(first, last)
        return facts.select(facts.clinic_key == self.courses.clinics[self.clinic]) if self.clinic else facts

    @property
    def telling(self) -> Telling:
        """Whoever sees names may see small counts."""
        numbers = self.courses.policy.outcomes
        return Telling(0 if self.is_named else numbers.smallest_count - 1, numbers.min_coverage_percent)

    @property
    def key(self) -> tuple[object, ...]:
        """What a part that is drawn once depends on."""
        asked = (self.asked.instrument, self.asked.time_point, self.denominator)
        return (*asked, self.first, self.last, self.clinic, self.is_named)

    def say(self) -> str:
        """Whom the page speaks of."""
        since = f"from {wording.say_date(self.first)} " if self.first else ""
        n = len(self.facts)
        where = f" in {escape(self.clinic)}" if self.clinic else ""
        begun = f"{n:,} {'course' if n == 1 else 'courses'} with a first dose {since}to {wording.say_date(self.last)}"
        return f"{begun}{where}. As of {wording.say_date(self.courses.as_of)}."


def choose(courses: Courses) -> Choice:
    """The bar at the top of the page."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="outcome-choices"):
        instrument = choose_listed(
            "Instrument", "instrument", {one.name: one.name for one in BY_CODE}, width=_PX
        )
        time_point = choose_listed("Time point", "at", name_time_points(), _TIME_POINT, width=_PX)
        denominator = choose_listed("Counted", "of", _COUNTED, width=_PX)
        period = choose_listed(
            "Courses begun", "period", {name: words for name, (_, words) in PERIODS.items()}, width=_PX
        )
        clinic = _choose_clinic(courses)
    first, last = _choose_days(courses.as_of, period)
    asked = Asked(INSTRUMENTS[instrument].code, time_point, courses.policy)
    return Choice(courses, asked, denominator, first, last, clinic, is_named=naming.is_named())


def _choose_clinic(courses: Courses) -> str:
    """Where there are several."""
    if len(courses.clinics) < 2:
        return ""
    return choose_listed(
        "Clinic", "clinic", {"": "All clinics"} | {name: name for name in courses.clinics}, width=_PX
    )


def _choose_days(as_of: date, period: str) -> tuple[date | None, date]:
    months, _ = PERIODS[period]
    if months == 0:
        return None, as_of
    if months > 0:
        return months_before(as_of, months) + timedelta(days=1), as_of
    return choose_days(OWN_DAYS, (months_before(as_of, 12), as_of), as_of)


def take_choice() -> Choice:
    """The title, the bar, and what was chosen in it."""
    named = INSTRUMENTS.get(address.read("instrument"), BY_CODE[0])
    courses = read_courses(named.code)
    display.show_title("Clinic outcomes", "Every rate says of whom, how many, how sure, and how complete.")
    return choose(courses)
