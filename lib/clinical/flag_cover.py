"""Who looks after somebody's flags while they are away."""

import json

import pandas as pd


def find_cover(person: str, absences: pd.DataFrame, today: int) -> str:
    """Who stands in for a person on a day; the person, where they are there or nobody stands in. Whoever stands in may be away
    too: then it goes on to their cover, and never in a circle.

    absences: as they were entered, the oldest first: absent, cover ("": back, takes an earlier one back), from_day, to_day; both
    days belong to it."""
    away = absences[(absences["from_day"] <= today) & (today <= absences["to_day"])]
    cover_of = dict(zip(away["absent"], away["cover"], strict=True))
    asked, found = {person}, person
    while (cover := cover_of.get(found, "")) and cover not in asked:
        asked.add(cover)
        found = cover
    return found


def absences_of(clinics: frozenset[str], absences: pd.DataFrame) -> pd.DataFrame:
    """Those that somebody of one of these clinics entered, or somebody of all clinics: who is away in one clinic is not said by
    another one. absences: with clinics, the ids as JSON, or nothing for all of them."""
    said = absences["clinics"].astype(object).where(absences["clinics"].notna(), None)
    is_own = [one is None or bool(clinics & set(json.loads(one))) for one in said]
    return absences[pd.Series(is_own, index=absences.index, dtype=bool)]
