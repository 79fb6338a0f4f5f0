"""Where a number comes from: what has to be the same for it to come out the same."""

from dataclasses import dataclass

from lib.clinical.wording import say_day
from lib.research.cohort import Drawn


@dataclass(frozen=True)
class Provenance:
    """cohort: its criteria in words. filters: what was chosen beside them."""

    cohort: str
    filters: str
    drawn: Drawn
    software: str

    def say(self) -> str:
        drawn = self.drawn
        return (
            f"Cohort: {self.cohort}. Chosen: {self.filters}. Clinics: {', '.join(drawn.clinics)}. Data version "
            f"{drawn.data_version}, as of {say_day(drawn.as_of)}. Policy version {drawn.policy_version}. Software version "
            f"{self.software}."
        )
