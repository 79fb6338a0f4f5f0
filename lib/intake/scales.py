"""What a whole file of questionnaires shows of its scale: forms without an item 9, and answers that are counted from 1."""

from dataclasses import replace

import numpy as np

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS, ITEM_9, MAX_ANSWER, PHQ9
from lib.intake.answer_labels import parse_answer
from lib.intake.assessments import fold_instruments
from lib.intake.choices import Choices, NeedsChoice, Question
from lib.intake.findings import BoolArray
from lib.intake.grid import Grid
from lib.intake.table import Doubt, RawTable
from lib.intake.texts import Texts

FORM, SCALE = "phq_form", "item_scale"
_PHQ8 = "PHQ-8"
_FORMS = {
    _PHQ8: "PHQ-8: the questionnaire without the question about death and self-harm",
    PHQ9.name: "PHQ-9, of which the answer to item 9 was not exported",
}
_SCALES = {"0-3": "0 to 3, as printed", "1-4": "1 to 4: one is taken from every answer"}
_FEWEST_FORMS = 2
_TOTAL_ALONE = "The form has a total alone, and answers of its file count from 1: find out what it is with answers from 0."


def settle_scales(raw: RawTable, choices: Choices, grid: Grid | None = None) -> RawTable:
    """Assessments as their instrument has them; every other kind as it is. Raises NeedsChoice where the file leaves a doubt."""
    if raw.kind.name != "assessments":
        return raw
    names = fold_instruments(raw.cells["instrument"])
    questions = []
    lacks_item_9 = _lacks_item_9(raw, names)
    if lacks_item_9 and choices.get(FORM) not in _FORMS:
        text = "Its forms are called PHQ-9 and have items 1 to 8 only. Say which questionnaire it is."
        questions.append(Question(FORM, text, _FORMS))
    shifted = [name for name in INSTRUMENTS if _is_counted_from_1(raw, names, name)]
    if shifted and choices.get(SCALE) not in _SCALES:
        text = f"Its answers to {' and '.join(shifted)} have no 0 and a 4. Say whether they are counted from 0 or from 1."
        questions.append(Question(SCALE, text, _SCALES, "1-4"))
    if questions:
        raise NeedsChoice(raw.file_name, *questions, grid=grid)
    if lacks_item_9 and choices[FORM] == _PHQ8:
        renamed = names.mapped(lambda name: _PHQ8 if name == PHQ9.name else name)
        raw = _say(
            replace(raw, cells=raw.cells | {"instrument": renamed}), "forms without item 9 read as PHQ-8"
        )
    if shifted and choices[SCALE] == "1-4":
        raw = doubt_totals(raw, names.are(shifted.__contains__))
        raw = _say(_count_from_0(raw, names, set(shifted)), "answers counted from 1: one was taken from each")
    return raw


def doubt_totals(raw: RawTable, is_shifted: BoolArray) -> RawTable:
    """Of forms that count from 1, those with a total alone: it may be higher than ours by as many points as there are items."""
    if "total" not in raw.cells:
        return raw
    answered = [raw.cells[name].is_given for name in ITEM_COLUMNS if name in raw.cells]
    is_alone = np.logical_and.reduce([raw.cells["total"].is_given, is_shifted, *(~item for item in answered)])
    alone = np.flatnonzero(is_alone).tolist()
    doubts = (Doubt(row, "held", "total-from-1", "total", _TOTAL_ALONE) for row in alone)
    return replace(raw, doubts=(*raw.doubts, *doubts))


def _say(raw: RawTable, words: str) -> RawTable:
    return replace(raw, read_as=(*raw.read_as, words))


def _lacks_item_9(raw: RawTable, names: Texts) -> bool:
    before, item_9 = ITEM_COLUMNS[:ITEM_9], ITEM_COLUMNS[ITEM_9]
    return (
        item_9 not in raw.cells and all(name in raw.cells for name in before) and PHQ9.name in names.distinct
    )


def _is_counted_from_1(raw: RawTable, names: Texts, instrument: str) -> bool:
    """Whether no form of an instrument has a 0, and one has an answer above the highest."""
    items = [raw.cells[name] for name in ITEM_COLUMNS if name in raw.cells]
    if not any(MAX_ANSWER + 1 in map(_count, item.distinct) for item in items):
        return False
    rows = np.flatnonzero(names.are(instrument.__eq__))
    # Codes off the scale (99) say nothing of where it begins.
    answers = {_count(text) for item in items for text in item.take(rows).distinct}
    return len(rows) >= _FEWEST_FORMS and 0 not in answers and MAX_ANSWER + 1 in answers


def _count(text: str) -> int | None:
    """The points that a cell says, in figures or in words; None for a cell that says none."""
    try:
        return int(text)
    except ValueError:
        return parse_answer(text)


def _count_from_0(raw: RawTable, names: Texts, instruments: set[str]) -> RawTable:
    """Words and codes off the scale stay as they are."""
    is_shifted = names.are(instruments.__contains__).tolist()
    texts = {text for name in ITEM_COLUMNS for text in raw.column(name).distinct}
    shifted = {
        text: str(points - 1)
        for text in texts
        if (points := _count(text)) and 0 < points <= MAX_ANSWER + 1 and parse_answer(text) is None
    }
    items = {
        name: Texts.of(
            shifted.get(text, text) if is_one else text
            for text, is_one in zip(raw.cells[name], is_shifted, strict=True)
        )
        for name in ITEM_COLUMNS
        if name in raw.cells
    }
    return replace(raw, cells=raw.cells | items)
