"""What Explore is asked: a cohort, saved or built, an instrument and a time point; all of it in the address."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib import settings
from lib.clinical.instruments import BY_CODE, INSTRUMENTS
from lib.clinical.outcomes.asked import Asked, name_time_points
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.saying import Telling
from lib.research.criteria import Criteria
from lib.research.explore.provenance import Provenance
from lib.research.explore.snippets import Snippets
from lib.research.explore.studied import Studied
from lib.services import explore, saved_cohorts
from lib.services.errors import NotFoundError
from lib.ui.asking import ask, ask_alike
from lib.ui.choosing import choose_listed
from lib.ui.cohort import chosen
from lib.ui.display import escape
from lib.ui.operations.counted import limit_of

_SAVED, _BUILT = "saved", "As built on the page Cohort"


@dataclass(frozen=True)
class Choice:
    """name: of the cohort. limit: the largest count that is not told."""

    studied: Studied
    criteria: Criteria
    name: str
    asked: Asked
    limit: int

    @property
    def facts(self) -> Facts:
        """Of the people of whom the instrument is asked."""
        return self.studied.facts.of(self.asked.instrument)

    @property
    def telling(self) -> Telling:
        return Telling(self.limit, self.studied.policy.outcomes.min_coverage_percent)

    @property
    def key(self) -> tuple[object, ...]:
        """What a part that is drawn once depends on."""
        return self.asked.instrument, self.asked.time_point, self.limit

    def tell_source(self, filters: str) -> Provenance:
        """filters: what was chosen beside the cohort, in words."""
        words = f"{self.name} ({self.studied.words})"
        return Provenance(words, filters, self.studied.drawn, settings.software_version())

    @property
    def snippets(self) -> Snippets:
        lowest = self.asked.lowest_baseline(self.facts)
        return Snippets(self.asked, self.criteria.course, self.studied.drawn.as_of, lowest)


def choose() -> Choice | None:
    """The bar at the top of the page; None where the cohort of the address is not there."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="explore-choices"):
        name, saved = _choose_cohort()
        instrument = choose_listed(
            "Instrument", "instrument", {one.name: one.name for one in BY_CODE}, width=110
        )
        time_point = choose_listed("Time point", "at", name_time_points(), "session_4", width=220)
    try:
        criteria = _read_criteria(saved)
        studied: Studied = ask_alike(explore.read_studied, criteria)
    except NotFoundError as error:
        st.error(escape(error), icon=":material/search_off:")
        return None
    asked = Asked(INSTRUMENTS[instrument].code, time_point, studied.policy)
    return Choice(studied, criteria, name, asked, limit_of(studied.policy))


def _choose_cohort() -> tuple[str, str]:
    """Its name, and of a saved one its key."""
    listed: pd.DataFrame = ask(saved_cohorts.list_cohorts)
    titles = {"": _BUILT} | {
        str(key): f"{name}, version {version}"
        for key, name, version in zip(listed["cohort_key"], listed["name"], listed["version"], strict=True)
    }
    saved = choose_listed("Cohort", _SAVED, titles, width=230)
    return titles[saved], saved


def _read_criteria(saved: str) -> Criteria:
    """Of a saved cohort its own, with its day and clinics; who withdrew since is not in it."""
    if not saved:
        return chosen.read_criteria()
    loaded: saved_cohorts.LoadedCohort = ask(saved_cohorts.load_cohort, int(saved))
    if not (loaded.is_same_data and loaded.since.is_same):
        st.warning(
            "Since this cohort was saved, the data or the definitions have changed: what stands here is of now.",
            icon=":material/warning:",
        )
    return loaded.saved.cohort.criteria
