"""What is done to rows before they leave: the numbers, and which column of a table speaks of which trait of a person."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lib.clinical.adverse_terms import classify_term

STUDY_DAYS = "study days"
SHIFTED_DATES = "shifted dates"
SUPPRESSED = "suppressed"
OTHER = "other"
# Whose rows they are; the second ones are CDISC's and REDCap's names for it.
PERSON, CLINIC = "patient_id", "clinic_id"
PERSON_NAMES = (PERSON, "usubjid", "subjid", "record_id")
RESEARCH_ID = "research_id"
# Traits of a person by which somebody could be found, in the order in which they are suppressed where a class is too small:
# first what a study needs least, last what it can least do without.
SUPPRESSION_ORDER = ("start_year", "indication", "age_band", "sex")
# By a column's name in small letters the trait that it tells.
TRAITS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("sex", "gender"), "sex"),
        # A code of diagnosis (diagnoses.csv) tells what is treated.
        **dict.fromkeys(("indication", "indic", "diagnosis", "code"), "indication"),
        **dict.fromkeys(("age", "age_years", "birth_year", "birth_date", "brthdt", "brthdtc"), "age_band"),
    }
)
# Words that tell somebody's sex, in whatever column they stand.
TELLS_SEX = re.compile(r"pregnan|contracept|menstru|menopaus|menorrh|prostat|erectile", re.IGNORECASE)
# By a column's name in small letters what tells the class of its texts, for those that few people have.
CLASSES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    dict.fromkeys(("term", "aeterm"), classify_term)
)


@dataclass(frozen=True)
class Plan:
    """smallest_class: k, patients who share all traits, and who share a value. dates: STUDY_DAYS or SHIFTED_DATES.
    has_start_year: whether the year of the first dose is among the traits. band_years, oldest_band: of ages, in years."""

    smallest_class: int
    dates: str = STUDY_DAYS
    has_start_year: bool = False
    band_years: int = 10
    oldest_band: int = 90

    @property
    def traits(self) -> tuple[str, ...]:
        """In the order of suppression. A shifted date would tell its year."""
        return SUPPRESSION_ORDER if self.has_start_year else SUPPRESSION_ORDER[1:]

    def __post_init__(self) -> None:
        if self.dates not in (STUDY_DAYS, SHIFTED_DATES):
            raise ValueError(f"Dates are {STUDY_DAYS} or {SHIFTED_DATES}, not {self.dates!r}.")
        if self.has_start_year and self.dates == SHIFTED_DATES:
            raise ValueError(
                "A shifted date beside the year of the first dose would tell how far it was shifted."
            )
