"""Checks of forms: what is missing on them, and series of them that cannot be true."""

import re

import numpy as np
import pandas as pd

from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.quality_records import Found, QualityRecords, find, in_order, score
from lib.clinical.rules.wording import say_day_number
from lib.clinical.segments import NONE, Ints

_ITEMS = [f"item_{number}" for number in range(1, 10)]
_NOT_NAMED = re.compile(r"[\W_]+")
# Other questionnaires of the family, which are what they say.
_OTHERS = frozenset({"phq2", "phq4", "phq8", "phq15"})
_NEARLY = re.compile(r"phq0*9.*|p?hq0*9|ph?q0*9|pqh0*9|phq[gq]|patienthealthquestionnaire.*|phq")


def _phq9(records: QualityRecords) -> pd.DataFrame:
    return records.forms[records.forms["instrument"] == PHQ9.code]


def check_no_total(records: QualityRecords, policy: Policy) -> Found:
    """More than two items are missing, or neither items nor a total are there."""
    forms = _phq9(records)
    scores = score(forms, policy)
    fails = ~scores.is_valid
    what = [
        f"{n} of 9 items are missing" if has_items else "neither items nor a total"
        for n, has_items in zip(scores.n_missing[fails], scores.has_items[fails], strict=True)
    ]
    return find(forms, fails, "assessments", what)


def check_item_9_blank(records: QualityRecords, policy: Policy) -> Found:
    forms = _phq9(records)
    scores = score(forms, policy)
    asked, fails = forms[scores.has_items], scores.is_item_9_blank[scores.has_items]
    return find(asked, fails, "assessments", ["item 9 is blank, other items are answered"] * int(fails.sum()))


def check_prorated(records: QualityRecords, policy: Policy) -> Found:
    forms = records.forms
    scores = score(forms, policy)
    asked, fails = forms[scores.is_valid], scores.is_prorated[scores.is_valid]
    missing = scores.n_missing[scores.is_valid][fails]
    names = [BY_CODE[code].name for code in asked["instrument"].to_numpy()[fails]]
    what = [
        f"{name}: {n} item{'' if n == 1 else 's'} missing" for name, n in zip(names, missing, strict=True)
    ]
    return find(asked, fails, "assessments", what)


def check_total_only(records: QualityRecords, policy: Policy) -> Found:
    scores = score(records.forms, policy)
    asked, fails = records.forms[scores.is_valid], ~scores.has_items[scores.is_valid]
    names = [BY_CODE[code].name for code in asked["instrument"].to_numpy()[fails]]
    return find(asked, fails, "assessments", [f"{name}: a total without items" for name in names])


def check_near_name(records: QualityRecords, _policy: Policy) -> Found:
    """Forms kept under another name that is nearly PHQ-9, and those that wait for their name."""
    other, waiting = records.other_forms, records.waiting
    waiting = waiting[waiting["code"] == "which-instrument"]
    near = {name for name in other["name"].unique() if _is_nearly_phq9(name)}
    is_near = other["name"].isin(near).to_numpy()
    kept = find(other, is_near, "assessments", [f"kept as “{name}”" for name in other["name"][is_near]])
    held = find(
        waiting,
        np.ones(len(waiting), bool),
        "held_row",
        ["waits: its name is nearly PHQ-9"] * len(waiting),
    )
    asked = np.concatenate([records.forms["clinic_key"], kept.asked, held.asked]).astype(np.int64)
    return Found(asked, pd.concat([kept.failing, held.failing], ignore_index=True))


def _is_nearly_phq9(name: str) -> bool:
    folded = _NOT_NAMED.sub("", name.casefold())
    return folded not in _OTHERS and _NEARLY.fullmatch(folded) is not None


def check_outside_life(records: QualityRecords, _policy: Policy) -> Found:
    forms = records.forms
    about = records.people.drop_duplicates("patient").set_index("patient")[["born_on", "died_on"]]
    born_on, died_on = about.reindex(forms["patient"]).fillna(NONE).to_numpy(np.int64).T
    is_asked = (born_on != NONE) | (died_on != NONE)
    asked, day = forms[is_asked], forms["day"].to_numpy()[is_asked]
    born_on, died_on = born_on[is_asked], died_on[is_asked]
    is_before, is_after = (born_on != NONE) & (day < born_on), (died_on != NONE) & (day > died_on)
    fails = is_before | is_after
    what = [
        f"dated before the birth, {say_day_number(born)}"
        if early
        else f"dated after the death, {say_day_number(died)}"
        for early, born, died in zip(is_before[fails], born_on[fails], died_on[fails], strict=True)
    ]
    return find(asked, fails, "assessments", what)


def check_same_answers(records: QualityRecords, policy: Policy) -> Found:
    """One row a patient and instrument: its longest run of forms with the same answers, other than all 0."""
    longest = policy.quality.same_answers_forms
    forms = records.forms[score(records.forms, policy).has_items]
    forms = in_order(forms, "patient", "instrument")
    answers = np.maximum(forms[_ITEMS].to_numpy(np.int64), -1)
    series = _starts(forms[["patient", "instrument"]].to_numpy(np.int64))
    run = _starts(np.column_stack([series.cumsum(), answers])).cumsum()
    of_run = pd.DataFrame(
        {
            "series": series.cumsum(),
            "run": run,
            "says": answers.clip(0).sum(axis=1),
            "place": np.arange(len(run)),
        }
    )
    runs = of_run.groupby("run").agg(
        series=("series", "first"), says=("says", "first"), n=("place", "size"), last=("place", "last")
    )
    runs = runs[(runs["n"] >= longest) & (runs["says"] > 0)]
    runs = runs.sort_values("n", ascending=False, kind="stable").drop_duplicates("series")
    runs = runs.sort_values("last")
    ends = of_run.groupby("series")["place"].agg(["size", "last"])
    asked = forms.iloc[ends.loc[ends["size"] >= longest, "last"]]
    said = forms.iloc[runs["last"]]
    begun = forms["day"].to_numpy()[runs["last"] - runs["n"] + 1]
    what = [
        f"{BY_CODE[code].name}: the same answers in {n} forms in a row, from {say_day_number(first)} on"
        for code, n, first in zip(said["instrument"], runs["n"], begun, strict=True)
    ]
    failing = find(said, np.ones(len(said), bool), "assessments", what).failing
    return Found(asked["clinic_key"].to_numpy(np.int64), failing)


def check_big_jump(records: QualityRecords, policy: Policy) -> Found:
    """Of two valid PHQ-9 totals in a row; the later form is the row."""
    numbers = policy.quality
    forms = _phq9(records)
    scores = score(forms, policy)
    forms = in_order(forms[scores.is_valid].assign(scored=scores.total[scores.is_valid]), "patient")
    patient, day, total = (forms[name].to_numpy(np.int64) for name in ("patient", "day", "scored"))
    is_near = (patient[1:] == patient[:-1]) & (day[1:] - day[:-1] <= numbers.jump_days)
    asked, before, after = forms.iloc[1:][is_near], total[:-1][is_near], total[1:][is_near]
    days = (day[1:] - day[:-1])[is_near]
    fails = np.abs(after - before) >= numbers.jump_points
    what = [
        f"{first} → {second} within {n} day{'' if n == 1 else 's'}"
        for first, second, n in zip(before[fails], after[fails], days[fails], strict=True)
    ]
    return find(asked, fails, "assessments", what)


def _starts(rows: Ints) -> np.ndarray:
    """Whether each row differs from the one before it."""
    if not len(rows):
        return np.zeros(0, bool)
    return np.append(True, (rows[1:] != rows[:-1]).any(axis=1))
