"""A column of dates in whatever way it is written, as YYYY-MM-DD: what can be read in two ways is asked about, never guessed."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lib.intake.choices import AGAIN, Choices, Question, bind_answer
from lib.intake.doubt import Doubt
from lib.intake.texts import Texts
from lib.intake.written_dates import (
    CENTURY,
    DIGITS,
    MONTH_NAMES,
    MONTHS,
    NUMBER,
    OPTIONS,
    ORDER,
    WrittenDate,
    recognise,
)

_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)?")
_NO_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?")
# A way of writing is asked about from this share of a column's dates on; below it, it is a slip of single rows.
_ASKED_FROM = 0.1
_N_EXAMPLES = 4
_TEXTS = {
    ORDER: "{} has dates that can be read day first or month first. Say which.",
    CENTURY: "{} has years of two digits. Say in which century they are.",
    NUMBER: "{} has bare numbers where dates belong: Excel numbers? Say what they count from.",
    DIGITS: "{} has dates of eight digits. Say in which order year, month and day stand.",
    MONTHS: "{} has names of months that are not English. Say in which language they are.",
}


@dataclass(frozen=True)
class DateColumn:
    """texts: as YYYY-MM-DD with or without a time of day; a text that is no date stays as it was · questions: to be asked before
    anything is taken · read_as: how the column was read, in words"""

    texts: Texts
    doubts: tuple[Doubt, ...] = ()
    questions: tuple[Question, ...] = ()
    read_as: tuple[str, ...] = ()


def read_dates(column: str, texts: Texts, choices: Choices) -> DateColumn:
    """One column of dates or moments. choices: answers by `date_order:COLUMN`, `century:…`, `day_number:…`, `date_digits:…` and
    `month_names:…`; `date_order:COLUMN!` where the column contradicts what was said."""
    # Of days there are few, however many moments.
    if all(map(_ISO_DAY.fullmatch, {text[:10] for text in texts.distinct})):
        return DateColumn(texts)
    counts = Counter(text for text in texts if text)
    found = [(written, counts[text]) for text in counts if (written := _recognise(text))]
    answers = {
        key: answer for key in OPTIONS if (answer := choices.get(f"{key}:{column}", "")) in OPTIONS[key]
    }
    asked = [key for key in OPTIONS if key not in answers and _is_common(key, found, counts.total())]
    questions = [_ask(key, column, found) for key in asked]
    for key, said in tuple(answers.items()):
        if not _is_contradicted(key, said, found):
            continue
        again = {bind_answer(option, texts): option for option in OPTIONS[key]}
        if insisted := again.get(choices.get(f"{key}:{column}{AGAIN}", "")):
            answers[key] = insisted
        else:
            questions.append(_ask_again(key, column, found, said, again))
    if questions:
        return DateColumn(texts, questions=tuple(questions))
    spelled = {
        written.text: written.spell(answers) or written.text
        for written, _ in found
        if answers.keys() >= set(written.needs)
    }
    used = [key for key in answers if any(key in written.needs for written, _ in found)]
    return DateColumn(
        texts=texts.respelled(spelled),
        doubts=_find_other_order(column, texts, found, answers),
        read_as=tuple(f"{column}: {OPTIONS[key][answers[key]]}" for key in used),
    )


def _recognise(text: str) -> WrittenDate | None:
    return recognise(text) if not _ISO_DAY.fullmatch(text[:10]) else None


def has_local_times(texts: Texts) -> bool:
    """Whether any moment of a column has a time of day without an offset from UTC."""
    return any(map(_NO_OFFSET.fullmatch, texts.distinct))


def _is_common(key: str, found: Sequence[tuple[WrittenDate, int]], n_dates: int) -> bool:
    n_rows = sum(count for written, count in found if key in written.needs)
    return n_rows > 0 and n_rows >= _ASKED_FROM * n_dates


def _ask(key: str, column: str, found: Sequence[tuple[WrittenDate, int]]) -> Question:
    concerned = [(written, count) for written, count in found if key in written.needs]
    suggested, telling = _suggest(key, concerned)
    is_short = any(CENTURY in written.needs for written, _ in concerned)
    shown = sorted((written.text for written, _ in concerned), key=lambda text: text not in telling)
    return Question(
        key=f"{key}:{column}",
        text=_TEXTS[key].format(column),
        # The year may stand first only where it has two digits.
        options={option: words for option, words in OPTIONS[key].items() if option != "ymd" or is_short},
        suggested=suggested,
        examples=tuple(shown[:_N_EXAMPLES]),
    )


def _ask_again(
    key: str,
    column: str,
    found: Sequence[tuple[WrittenDate, int]],
    said: str,
    again: Mapping[str, str],
) -> Question:
    """What was said is for the file of which it was said; of this one a person says it, or something else, once more."""
    question = _ask(key, column, found)
    text = f"{column} was said to be {OPTIONS[key][said]}; more of its dates can only be read otherwise. Say it for this file."
    return replace(
        question,
        key=f"{question.key}{AGAIN}",
        text=text,
        options={
            bound: OPTIONS[key][option] + (", as said before" if option == said else "")
            for bound, option in again.items()
            if option in question.options
        },
        suggested=next((bound for bound, option in again.items() if option == question.suggested), ""),
    )


def _is_contradicted(key: str, said: str, found: Sequence[tuple[WrittenDate, int]]) -> bool:
    """Whether more dates can only be read in another way than can only be read as was said."""
    if key not in (ORDER, DIGITS):
        return False
    n_against = 0
    for written, count in found:
        if key in written.needs:
            is_so = _is_date_by(written, key, said)
            is_other = any(_is_date_by(written, key, option) for option in OPTIONS[key] if option != said)
            n_against += count * (is_other - is_so)
    return n_against > 0


def _suggest(key: str, concerned: Sequence[tuple[WrittenDate, int]]) -> tuple[str, set[str]]:
    """The answer that the column makes likely, and the texts that prove it."""
    if key == NUMBER:
        return "1900", set()
    if key not in (ORDER, DIGITS, MONTHS):
        return "", set()
    fits = {
        option: {written.text: count for written, count in concerned if _is_date_by(written, key, option)}
        for option in OPTIONS[key]
    }
    best, *others = sorted(fits, key=lambda option: sum(fits[option].values()), reverse=True)
    telling = set(fits[best]).difference(*(fits[option] for option in others))
    is_likelier = sum(fits[best].values()) > max(sum(fits[option].values()) for option in others)
    return (best if is_likelier else ""), telling


def _is_date_by(written: WrittenDate, key: str, option: str) -> bool:
    if key == MONTHS:
        return written.month_name in MONTH_NAMES[option]
    spelled = written.spell({CENTURY: "20", key: option})
    # Eight digits read in a wrong order give a year of no patient.
    return "1900" <= spelled[:4] <= "2100"


def _find_other_order(
    column: str, texts: Sequence[str], found: Sequence[tuple[WrittenDate, int]], answers: Mapping[str, str]
) -> tuple[Doubt, ...]:
    """Rows whose date can only be read in the order that was not chosen."""
    if ORDER not in answers:
        return ()
    others = OPTIONS[ORDER].keys() - {answers[ORDER]}
    turned = {
        written.text
        for written, _ in found
        if ORDER in written.needs
        and not _is_date_by(written, ORDER, answers[ORDER])
        and any(_is_date_by(written, ORDER, other) for other in others)
    }
    reason = f"{column} has day and month the other way round than the rest of the column: write YYYY-MM-DD."
    return tuple(
        Doubt(row, "held", "other-date-order", column, reason)
        for row, text in enumerate(texts)
        if text in turned
    )
