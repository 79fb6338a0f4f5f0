"""What words say of PHQ-9 and GAD-7: which question they are, and whether they may be one that nobody can place."""

import re
from functools import lru_cache

from lib.intake import alias_words
from lib.intake.answer_labels import fold_words
from lib.intake.loinc import PANELS, SLOTS, Slot

_DIFFICULTY = "how difficult have these problems"
_ITEM_9 = re.compile(
    r"better off dead|(hurt|harm)(ing)? (yourself|myself|oneself|themselves|self)|self (harm|hurt)"
)
_SUICIDE = re.compile(r"suicid|selfharm|wish to be dead")
_FORMS = re.compile(r"phq|patient health questionnaire|generali[sz]ed anxiety disorder 7|\bgad ?0?7")
# Sisters without an item 9.
_SISTERS = re.compile(r"(phq|patient health questionnaire) ?(0?[248]|15)\b( item)?s?( phq ?(0?[248]|15)\b)?")

_STEMS = {code[:-2] for code in (*SLOTS, *PANELS)}


@lru_cache(maxsize=4096)
def find_question(text: str) -> Slot | None:
    """The place of the one whole question that a text has, whatever stands around it; of two questions it is none."""
    said = fold_words(text)
    found = {meant for question, meant in alias_words.QUESTIONS.items() if question in said}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4096)
def find_place(text: str) -> Slot | None:
    """As find_question; also the question after the items, which both forms have."""
    return find_question(text) or (("", "difficulty") if _DIFFICULTY in fold_words(text) else None)


@lru_cache(maxsize=4096)
def speaks_of_item_9(text: str, *, of_suicide: bool = True) -> bool:
    """Whether a name or a question may be item 9's. of_suicide: also where it speaks of suicide in other words."""
    said = fold_words(text)
    return bool(_ITEM_9.search(said) or (of_suicide and _SUICIDE.search(said)))


@lru_cache(maxsize=4096)
def speaks_of_forms(text: str, *, of_suicide: bool = True) -> bool:
    """Whether a name, a code or a question may be of PHQ-9 or GAD-7, or of item 9."""
    said = _SISTERS.sub(" ", fold_words(text))
    # The digit after the hyphen is LOINC's check digit: with another one it is a slip.
    is_coded = text[-2:-1] == "-" and text[:-2] in _STEMS
    return is_coded or bool(_FORMS.search(said)) or speaks_of_item_9(text, of_suicide=of_suicide)


def agree(by_code: set[Slot], by_words: Slot | None) -> set[Slot]:
    """The places that a question's code and its words name: more than one where they contradict each other. PHQ-2 asks PHQ-9's
    questions, so that the same column of the same family is one place."""
    if by_words is None or not by_code:
        return by_code or ({by_words} if by_words else set())
    columns = {(name[:3], column) for name, column in by_code}
    return by_code if (by_words[0][:3], by_words[1]) in columns else by_code | {by_words}
