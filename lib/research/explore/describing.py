"""Table 1: who is studied and how they were at baseline, in all and by group; small cells are not told."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lib.clinical.instruments import BY_CODE
from lib.clinical.means import measure_mean
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.small_cells import hide_in_list, hide_in_table, say_count
from lib.research.explore.studied import EVERYONE, Floats, Studied
from lib.research.people import UNKNOWN, Words, has_any, split_words

FEW = "too few"
_OF_NUMBERS = ("known; missing", "mean (SD)", "median [quartiles]")
Groups = Mapping[str, Bools]


def describe_people(studied: Studied, groups: Groups, limit: int) -> pd.DataFrame:
    """characteristic, level, and a column for each group, in words. groups: everyone first, then groups that have nobody in
    common. limit: the largest count that is not told; 0: all are."""
    is_told = _choose_groups(groups, limit)
    rows = [_say_sizes(groups, is_told, limit)]
    for name, values in _list_numbers(studied).items():
        rows += _describe_numbers(name, values, groups, limit)
    for name, words in _list_words(studied).items():
        rows += _describe_words(name, words, groups, limit)
    found = pd.DataFrame(rows, columns=["characteristic", "level", *groups])
    # Of a group that is small itself, or would tell one that is, nothing is told.
    found.loc[1:, [group for group in groups if not is_told[group]]] = FEW
    return found


def _choose_groups(groups: Groups, limit: int) -> dict[str, bool]:
    everyone, *others = [*groups]
    sizes = [int(groups[name].sum()) for name in others]
    hidden = hide_in_list(sizes, limit)[0].tolist() if others else []
    n = int(groups[everyone].sum())
    return {everyone: not 0 < n <= limit} | {
        name: not is_hidden for name, is_hidden in zip(others, hidden, strict=True)
    }


def _say_sizes(groups: Groups, is_told: Mapping[str, bool], limit: int) -> list[str]:
    sizes = {name: int(mask.sum()) for name, mask in groups.items()}
    return ["People", "n", *(say_count(n, not is_told[name], limit) for name, n in sizes.items())]


def _list_numbers(studied: Studied) -> dict[str, Floats]:
    people, facts = studied.people, studied.facts
    whole = {"Age at the first dose, years": people.age, "Earlier antidepressant trials": people.prior_trials}
    whole |= {f"{one.name} at baseline": facts.scores[one.code]["baseline_total"] for one in BY_CODE}
    whole |= {"Dosing sessions of the course": facts.n_sessions}
    return {name: _open(values) for name, values in whole.items()} | {
        "Dose of the first session, mg": studied.first_dose_mg
    }


def _open(values: Ints) -> Floats:
    """Missing is never a number."""
    return np.where(values == NONE, np.nan, values)


def _list_words(studied: Studied) -> dict[str, Words]:
    people = studied.people
    return {
        "Sex": people.sex,
        "Indication (several may hold)": people.indication,
        "Protocol": people.protocol,
        "Clinic": people.clinic,
    }


def _describe_numbers(name: str, values: Floats, groups: Groups, limit: int) -> list[list[str]]:
    known = ~np.isnan(values)
    counts = [[int((mask & one).sum()) for one in (known, ~known)] for mask in groups.values()]
    hidden = _hide(counts, limit)
    cells = []
    for mask, (n, n_missing), is_hidden in zip(groups.values(), counts, hidden, strict=True):
        said = [
            say_count(one, bool(hide), limit) for one, hide in zip((n, n_missing), is_hidden, strict=True)
        ]
        cells.append(["; ".join(said), *_say_numbers(values[mask & known], 0 < n <= limit)])
    return [[name, level, *(cell[at] for cell in cells)] for at, level in enumerate(_OF_NUMBERS)]


def _say_numbers(values: Floats, is_few: bool) -> tuple[str, str]:
    if is_few or not len(values):
        return (FEW, FEW) if is_few else ("–", "–")
    mean = measure_mean(values)
    low, middle, high = np.percentile(values, (25, 50, 75)).tolist()
    spread = "" if np.isnan(mean.sd) else f" ({mean.sd:.1f})"
    return f"{mean.value:.1f}{spread}", f"{middle:.1f} [{low:.1f}, {high:.1f}]"


def _describe_words(name: str, words: Words, groups: Groups, limit: int) -> list[list[str]]:
    levels = sorted({one for text in set(words.tolist()) for one in split_words(text)} - {UNKNOWN})
    rows = []
    members = {level: has_any(words, frozenset({level})) for level in [*levels, UNKNOWN]}
    is_parting = int(sum(mask.sum() for mask in members.values())) == len(words)
    shown = {level: mask for level, mask in members.items() if mask.any()}
    counts = np.array(
        [[int((group & mask).sum()) for mask in shown.values()] for group in groups.values()], dtype=np.int64
    ).reshape(len(groups), len(shown))
    sizes = np.array([int(mask.sum()) for mask in groups.values()])
    for at, level in enumerate(shown):
        # Levels that overlap do not sum to the group: each stands against those who are not of it.
        table = counts if is_parting else np.column_stack([counts[:, at], sizes - counts[:, at]])
        hidden = _hide(table.tolist(), limit)[:, at if is_parting else 0]
        cells = [
            _say_part(int(n), int(size), bool(hide), limit)
            for n, size, hide in zip(counts[:, at], sizes, hidden, strict=True)
        ]
        rows.append([name, level, *cells])
    return rows


def _say_part(n: int, size: int, is_hidden: bool, limit: int) -> str:
    if is_hidden or not size:
        return say_count(n, is_hidden, limit)
    return f"{n:,} ({100 * n / size:.0f} %)"


def _hide(counts: list[list[int]], limit: int) -> Bools:
    """Of groups (everyone first) and the parts that sum to each, which counts are not told."""
    everyone, *others = counts
    if not others:
        return np.array([hide_in_list(everyone, limit)[0]])
    hidden = hide_in_table(others, limit)
    return np.vstack([hidden.column_totals, hidden.cells])


__all__ = ["EVERYONE", "FEW", "describe_people"]
