"""How many people share the traits by which somebody could be found: k, counted over patients and never over rows.

Samarati and Sweeney 1998 (k); Machanavajjhala 2007 (l); order of local suppression: lib/research/plan.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lib.research.plan import SUPPRESSED

# Patients of a class of whom a reader who finds somebody's class would know the sensitive answer: l-diversity of 2.
DIVERSITY = 2


@dataclass(frozen=True)
class Protected:
    """people: who may leave, with suppressed traits. n_left_out: for whom no class was large enough. n_suppressed: by trait,
    of those who may leave. k: patients of the smallest class, 0 where nobody is left. n_alike: classes whose sensitive answer is
    one and the same."""

    people: pd.DataFrame
    n_left_out: int
    n_suppressed: Mapping[str, int]
    k: int
    n_classes: int
    n_alike: int


def count_alike(people: pd.DataFrame, traits: Sequence[str]) -> "pd.Series[int]":
    """By row of people: how many have the same traits, themselves among them; a missing trait is one like any other."""
    if not len(people) or not traits:
        return pd.Series(len(people), index=people.index)
    return people.groupby(list(traits), dropna=False, observed=True)[traits[0]].transform("size")


def protect(people: pd.DataFrame, traits: Sequence[str], k: int, sensitive: str | None = None) -> Protected:
    """people: a row each, with the traits in the order in which they are suppressed.

    Trait by trait, whoever stands in a class of fewer than k, or in one whose members all have the same sensitive answer, has it
    suppressed. Classes that are large enough lose nobody, so none becomes small by it. Who is still in a class below k is left
    out. One answer of all (item 9 is positive in nobody of the file) is nothing to hide: then only k counts.
    """
    kept = people.copy()
    is_varied = sensitive is not None and kept[sensitive].nunique(dropna=False) >= DIVERSITY
    for trait in traits:
        is_small = count_alike(kept, traits) < k
        if is_varied:
            is_small |= _are_one_answer(kept, traits, str(sensitive))
        kept[trait] = kept[trait].astype("object").mask(is_small, SUPPRESSED)
    is_kept = count_alike(kept, traits) >= k
    kept = kept[is_kept]
    sizes = kept.groupby(list(traits), dropna=False).size()
    n_alike = 0
    if is_varied and len(kept):
        n_alike = int(
            (kept.groupby(list(traits), dropna=False)[sensitive].nunique(dropna=False) < DIVERSITY).sum()
        )
    return Protected(
        kept,
        int((~is_kept).sum()),
        {trait: int((kept[trait] == SUPPRESSED).sum()) for trait in traits},
        int(sizes.min()) if len(sizes) else 0,
        len(sizes),
        n_alike,
    )


def _are_one_answer(people: pd.DataFrame, traits: Sequence[str], sensitive: str) -> "pd.Series[bool]":
    by_class = people.groupby(list(traits), dropna=False)[sensitive]
    return by_class.transform(lambda answers: answers.nunique(dropna=False)) < DIVERSITY
