"""One form as its answers come together, from resources or rows that each bring one; then rows of assessments.csv."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS, ITEM_9, PHQ9
from lib.intake.drafts import Draft, hold
from lib.intake.loinc import Slot
from lib.intake.table import Doubt

# An answer that was given and says nothing that can be read: no column takes it as a number.
UNREAD = "?"
_NAME = re.compile(
    r"(?<![a-z0-9])(?:(phq|gad)|patient[-_ ]?health[-_ ]?questionnaire)[-_ ]?0?([0-9]{1,2})"
    r"(?:[-_ ]?(m|a|modified|teens?|adolescents?))?(?![a-z0-9])"
)
# The places in `MyPHQ9Form` where a word begins.
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9])(?=[A-Z][a-z])")
_ITEM_9 = ITEM_COLUMNS[ITEM_9]
_WHICH_ITEM = "The form has answers whose questions nobody can tell (missing or unknown codes): find out which they are."
_ALONE = {_ITEM_9, "difficulty"}
# It may be a total by the wrong code.
_LONE_ITEM_9 = f"Item 9 of a {PHQ9.name} stands alone: find out whether the number is the form's total."
# So many answers on the scale of PHQ-9 and GAD-7 make a form that may be one of them.
_FEWEST = 7
# PHQ-2 asks PHQ-9's first two questions by the same codes.
_OF_PHQ2 = {"item_1", "item_2"}


def names_spoken(text: str) -> set[str]:
    """The questionnaires of the PHQ and GAD families that a name or an address speaks of: PHQ-9, GAD-7, PHQ-2, PHQ-9M …"""
    return {
        f"{(letters or 'phq').upper()}-{number}{'M' if suffix else ''}"
        for letters, number, suffix in _NAME.findall(_JOINED.sub("-", text).lower())
    }


@dataclass
class Form:
    """cells: what its rows share. named: the instrument that its questionnaire names, "" for none. slots: the points that each
    place was given; unplaced: points of questions that nobody can tell."""

    place: int
    cells: Mapping[str, str]
    named: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    slots: dict[Slot, list[str]] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)

    def add(self, slot: Slot, said: list[str]) -> None:
        known = self.slots.setdefault(slot, [])
        known += [points for points in said if points not in known]

    def rows(self) -> list[Draft]:
        """One for each instrument of which the form has an answer, or that its questionnaire names."""
        asked = list(dict.fromkeys(instrument for instrument, _ in self.slots if instrument))
        if not asked and (self.named or self.unplaced or self.slots):
            asked = [self.named]
        rows = [self._row(instrument, is_alone=len(asked) == 1) for instrument in asked]
        if asked and self.has_form_unplaced and not any(map(self._is_open, asked)):
            # Beside complete forms there is another one.
            rows.append(self._row("", is_alone=False))
        return rows

    @property
    def has_form_unplaced(self) -> bool:
        """Whether the answers that nobody can place may be a whole form's."""
        return self._n_on_scale >= _FEWEST

    @property
    def _n_on_scale(self) -> int:
        return sum(points in ("0", "1", "2", "3") for points in self.unplaced)

    def _exceeds(self, instrument: str) -> bool:
        """Whether the answers that nobody can place are more than the form asks, so that another one may be among them."""
        return self._n_on_scale > int(re.sub("[^0-9]", "", instrument) or len(ITEM_COLUMNS))

    def _is_open(self, instrument: str) -> bool:
        """Whether one of its questions has no answer yet."""
        n_items = INSTRUMENTS[instrument].n_items if instrument in INSTRUMENTS else len(ITEM_COLUMNS)
        return any(not self.slots.get((instrument, column)) for column in ITEM_COLUMNS[:n_items])

    def _row(self, instrument: str, *, is_alone: bool) -> Draft:
        given = {
            column: said
            for (own, column), said in self.slots.items()
            if said and (own == instrument or (not own and is_alone))
        }
        name, doubts = self._name(instrument, set(given))
        cells = {column: _write(said) for column, said in given.items()}
        doubts += [_contradiction(column, said) for column, said in given.items() if _is_doubtful(said)]
        if (
            instrument == PHQ9.name
            and set(given) <= _ALONE
            and _ITEM_9 in given
            and not self.named
            and not self.unplaced
        ):
            doubts.append(hold("code-of-an-item", "", _LONE_ITEM_9))
        if self.unplaced and self._is_open(instrument):
            has_item_9 = not instrument or instrument.startswith(PHQ9.name) or self._exceeds(instrument)
            doubts.append(hold("which-item", _ITEM_9 if has_item_9 else "", _WHICH_ITEM))
            # Any of them may be the answer to item 9.
            if has_item_9:
                cells.setdefault(_ITEM_9, f"{UNREAD} {' | '.join(self.unplaced[:9])}")
        return Draft(
            "assessments", self.place, {**self.cells, "instrument": name, **cells}, (*self.doubts, *doubts)
        )

    def _name(self, instrument: str, columns: set[str]) -> tuple[str, list[Doubt]]:
        """The instrument by its questions, and by its questionnaire: where both speak they have to agree."""
        items = columns & set(ITEM_COLUMNS)
        if not self.named:
            is_either = instrument == PHQ9.name and items and items <= _OF_PHQ2 and "total" not in columns
            return instrument, [_which_instrument()] * (is_either or not instrument)
        if self.named == instrument or not instrument:
            return self.named, []
        is_sister = self.named not in INSTRUMENTS and self.named[:3] == instrument[:3]
        if is_sister and _ITEM_9 not in columns:
            return self.named, []
        return instrument, [_which_instrument()]


def _is_doubtful(said: list[str]) -> bool:
    return len(said) > 1 or said[0].startswith(UNREAD)


def _write(said: list[str]) -> str:
    return " | ".join(said)


def _contradiction(column: str, said: list[str]) -> Doubt:
    if len(said) > 1:
        reason = f"{column} is more than one number by code, words, score or another resource: find out which is right."
        return hold("answers-disagree", column, reason)
    return hold(
        "unknown-answer",
        column,
        f"{column} has an answer that is none of the form's: find out which was meant.",
    )


def _which_instrument() -> Doubt:
    reason = "Nobody can tell which questionnaire this is, or its name and its questions differ: find out which it is."
    return hold("which-instrument", "instrument", reason)
