"""What only questionnaires know: names of instruments, answers, totals, and where an item 9 may hide."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS, ITEM_9, MAX_ANSWER, PHQ9, Instrument
from lib.intake.columns import Typed
from lib.intake.distinct import read_distinct
from lib.intake.findings import BoolArray, Findings, IntArray
from lib.intake.table import RawTable
from lib.intake.texts import Texts

# The highest answer that an item of any questionnaire may have.
_MAX_OTHER_ANSWER = 10
_SEPARATORS = re.compile(r"[\s_.,:;'’()\[\]\-‐‑‒–—−]+")
# A PHQ-9 by nearly its name. Its sisters with another number (PHQ-2, PHQ-8, PHQ-15) are other questionnaires.
_NEARLY_PHQ9 = re.compile(r"(phq|patienthealthquestionnaire)(0*9|(?!0*[0-9]))")
# The same letters in another order, and the sisters: with an answer to a ninth item they are not what their name says.
_LIKE_PHQ = re.compile(r"([phq]{3}|patienthealthquestionnaire)[0-9]*")


@dataclass(frozen=True)
class Forms:
    """Which rows are of which instrument; unclear where the name is empty or nearly PHQ-9, like_phq where it is a sister's."""

    by_name: dict[str, BoolArray]
    is_unclear: BoolArray
    is_like_phq: BoolArray
    has_name: BoolArray


@dataclass(frozen=True)
class ItemNine:
    """Row by row: the answer to item 9 of a PHQ-9, whether it could be read, and whether one may hide in the row."""

    answer: IntArray
    is_read: BoolArray
    may_hide: BoolArray


def fold_instruments(texts: Texts) -> Texts:
    """`PHQ9`, `phq-9` and `PHQ 9` are PHQ-9; GAD-7 likewise; other names stay as they are."""
    return texts.mapped(lambda text: _fold_instrument(text) if text else "")


def recognise_forms(raw: RawTable) -> Forms:
    names = read_distinct(raw.cells["instrument"], _fold_instrument)
    unclear = [not name or _is_nearly_phq9(name) for name in names.values]
    return Forms(
        by_name={
            instrument: np.array([name == instrument for name in names.values], np.bool_)[names.codes]
            for instrument in INSTRUMENTS
        },
        is_unclear=np.array(unclear, np.bool_)[names.codes],
        is_like_phq=np.array([_is_like_phq(name) for name in names.values], np.bool_)[names.codes],
        has_name=names.has_value,
    )


def check_forms(raw: RawTable, forms: Forms, columns: Mapping[str, Typed], findings: Findings) -> None:
    """Answers and totals of every form; one whose total contradicts its items is held."""
    reason = "The name is nearly PHQ-9: correct it to PHQ-9, or to the full name of another questionnaire."
    is_ninth_given = forms.is_like_phq & _says_something(columns[ITEM_COLUMNS[ITEM_9]])
    is_named_alike = (forms.is_unclear | is_ninth_given) & forms.has_name
    findings.hold(is_named_alike, "which-instrument", "instrument", reason)
    is_other = np.logical_and.reduce([~rows for rows in forms.by_name.values()])
    if not raw.is_confirmed:
        _hold_what_looks_like_phq9(is_other & forms.has_name & ~is_named_alike, columns, findings)
    _refuse_answers_above(_MAX_OTHER_ANSWER, is_other, columns, findings)
    is_given = {name: raw.column(name).is_given for name in (*ITEM_COLUMNS, "total")}
    for name, rows in forms.by_name.items():
        _refuse_answers_above(MAX_ANSWER, rows, columns, findings)
        _refuse_what_is_not_the_form(INSTRUMENTS[name], rows, is_given, findings)
        _check_total(INSTRUMENTS[name], rows, columns, findings)


def no_item_9(n_rows: int) -> ItemNine:
    """Of the kinds of record that have no answers."""
    nothing = np.zeros(n_rows, np.bool_)
    return ItemNine(np.zeros(n_rows, np.int64), nothing, nothing)


def find_item_9(raw: RawTable, forms: Forms, columns: Mapping[str, Typed], is_known: BoolArray) -> ItemNine:
    """What a row that is not accepted says, or may say, about suicidality; `is_known`: its patient is known."""
    name = ITEM_COLUMNS[ITEM_9]
    answer, is_given = columns[name], raw.column(name).is_given
    can_be_read = ~answer.is_missing & (answer.values >= 0) & (answer.values <= MAX_ANSWER)
    is_phq9 = forms.by_name[PHQ9.name]
    hides = is_phq9 & ((is_given & ~can_be_read) | ~is_known)
    # Another instrument with an answer there other than 0 may be a PHQ-9 by the wrong name, or in the wrong column.
    is_mislabelled = ~is_phq9 & is_given & ~(can_be_read & (answer.values == 0))
    return ItemNine(
        answer=answer.values,
        is_read=is_phq9 & can_be_read,
        may_hide=hides | forms.is_unclear | is_mislabelled,
    )


def _fold(name: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name).casefold())


_FOLDED_NAMES = {_fold(name): name for name in INSTRUMENTS}


def _fold_instrument(text: str) -> str:
    return _FOLDED_NAMES.get(_fold(text), text)


def _is_nearly_phq9(name: str) -> bool:
    return name != PHQ9.name and _NEARLY_PHQ9.search(_fold(name)) is not None


def _is_like_phq(name: str | None) -> bool:
    return bool(name) and name != PHQ9.name and _LIKE_PHQ.fullmatch(_fold(name or "")) is not None


def _says_something(answer: Typed) -> BoolArray:
    """Neither blank nor 0."""
    return np.asarray(~answer.is_missing & (answer.values != 0), np.bool_)


def _hold_what_looks_like_phq9(rows: BoolArray, columns: Mapping[str, Typed], findings: Findings) -> None:
    """A name with a slip in it is no name that is known, and the answers, however many, can be those of a PHQ-9."""
    items = [columns[name] for name in ITEM_COLUMNS]
    fit = np.logical_and.reduce(
        [item.is_missing | ((item.values >= 0) & (item.values <= MAX_ANSWER)) for item in items]
    )
    reason = (
        "The name is none that is known, and the answers may be those of a PHQ-9: correct it to PHQ-9, or confirm "
        "the full name of another questionnaire."
    )
    is_found = rows & fit & _says_something(items[ITEM_9])
    findings.hold(is_found, "which-instrument", "instrument", reason)


def _refuse_answers_above(
    highest: int, rows: BoolArray, columns: Mapping[str, Typed], findings: Findings
) -> None:
    for name in ITEM_COLUMNS:
        is_above = rows & ~columns[name].is_missing & (columns[name].values > highest)
        reason = f"{name} must be from 0 to {highest}: correct it, or leave it empty if it was not answered."
        findings.reject(is_above, "item-off-scale", name, reason)


def _refuse_what_is_not_the_form(
    instrument: Instrument, rows: BoolArray, is_given: Mapping[str, BoolArray], findings: Findings
) -> None:
    for name in ITEM_COLUMNS[instrument.n_items :]:
        reason = f"{instrument.name} has no {name}: empty the cell, or correct the instrument's name."
        findings.reject(rows & is_given[name], "item-of-another-form", name, reason)
    is_empty = rows & ~np.logical_or.reduce(list(is_given.values()))
    reason = "The form has neither items nor a total: fill in one of them, or remove the row."
    findings.reject(is_empty, "empty-form", "total", reason)


def _check_total(
    instrument: Instrument, rows: BoolArray, columns: Mapping[str, Typed], findings: Findings
) -> None:
    """Where any item is given, the items make the total: a file's total that differs holds a complete form, and decides nothing
    on another (definitions.md 3)."""
    total, items = columns["total"], [columns[name] for name in ITEM_COLUMNS[: instrument.n_items]]
    has_total = rows & ~total.is_missing
    is_alone = np.logical_and.reduce([item.is_missing for item in items])
    is_off_scale = has_total & is_alone & (total.values > instrument.max_total)
    reason = f"total must be from 0 to {instrument.max_total} for {instrument.name}: correct it."
    findings.reject(is_off_scale, "total-off-scale", "total", reason)
    is_complete = ~np.logical_or.reduce([item.is_missing for item in items])
    differs = has_total & is_complete & (np.sum([item.values for item in items], axis=0) != total.values)
    reason = "total is not the sum of the items: find out which of them is right."
    findings.hold(differs, "total-differs", "total", reason)
