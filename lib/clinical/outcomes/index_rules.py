"""What CMS159 and HEDIS DRR-E follow up in a measurement year, a calendar year (evidence/clinical.md 2.3)."""

from datetime import date

from lib.clinical.outcomes.diagnosis_groups import BIPOLAR, DEVELOPMENTAL, LABILE, PERSONALITY, PSYCHOTIC
from lib.clinical.outcomes.followed import FollowUp
from lib.clinical.segments import NONE

HEDIS_GROUPS = (BIPOLAR, PERSONALITY, PSYCHOTIC, DEVELOPMENTAL)
_CMS_GROUPS = (BIPOLAR, LABILE, PSYCHOTIC, DEVELOPMENTAL)
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return on.toordinal() - _EPOCH


def date_of(day: int) -> date:
    return date.fromordinal(day + _EPOCH)


def earliest_day(year: int) -> int:
    """No form before it is of interest to any measure of the year."""
    return twelve_month_rule(year).encounters[0] - twelve_month_rule(year).days_before


def twelve_month_rule(year: int) -> FollowUp:
    """CMS159: the encounter from 14 months before the year to 2 months before it, that day not among them; the index score from 7
    days before the encounter to its day; the follow-up 12 months after the score, 60 days before and after."""
    return FollowUp(
        encounters=(day_number(date(year - 2, 11, 1)), day_number(date(year - 1, 10, 31))),
        forms=None,
        days_before=7,
        days_after=0,
        months=12,
        low=-60,
        high=60,
        age_on=None,
        excluded_from=NONE,
        excluded_to=None,
        groups=_CMS_GROUPS,
    )


def eight_month_rule(year: int) -> FollowUp:
    """HEDIS DRR-E: encounter and index score in the intake, 1 May before the year to 30 April of it, at most 15 days apart; the
    follow-up 120 to 240 days after the score; an exclusion on any day from the intake's first to the year's last."""
    intake = day_number(date(year - 1, 5, 1)), day_number(date(year, 4, 30))
    return FollowUp(
        encounters=intake,
        forms=intake,
        days_before=15,
        days_after=15,
        months=0,
        low=120,
        high=240,
        age_on=day_number(date(year, 1, 1)),
        excluded_from=intake[0],
        excluded_to=day_number(date(year, 12, 31)),
        groups=HEDIS_GROUPS,
    )
