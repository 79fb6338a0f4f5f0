"""CDISC's codes for the answers, the difficulty and the totals of PHQ-9 and GAD-7 (evidence/clinical.md 6.2)."""

from dataclasses import dataclass

from lib.clinical.instruments import BY_CODE, GAD7, PHQ9

# Places of a form's values: its items, the question after them, which is in no total, and the total.
N_ITEMS = PHQ9.n_items
DIFFICULTY, TOTAL = N_ITEMS, N_ITEMS + 1
N_VALUES = N_ITEMS + 2
# QSCAT, and the stem of the test codes: PHQ-9 as PHQ01, GAD-7 in its second version.
CATEGORIES = {PHQ9.code: ("PHQ-9", "PHQ01"), GAD7.code: ("GAD-7 V2", "GAD02")}


@dataclass(frozen=True)
class Parameter:
    code: str
    name: str
    category: str
    number: int
    is_derived: bool = False


def _parameters(instrument: int) -> dict[int, Parameter]:
    """By place. PHQ0111 and GAD02TS are totals; PHQ0110 is the difficulty, and belongs to none."""
    form, (category, stem) = BY_CODE[instrument], CATEGORIES[instrument]
    found = {
        place: Parameter(
            f"{stem}{place + 1:02}", f"{form.name} item {place + 1}: {name}", category, place + 1
        )
        for place, name in enumerate(form.item_names)
    }
    if instrument == PHQ9.code:
        found[DIFFICULTY] = Parameter(f"{stem}10", "PHQ-9 difficulty, in no total", category, 10)
        found[TOTAL] = Parameter(f"{stem}11", "PHQ-9 total", category, 11, is_derived=True)
    else:
        found[TOTAL] = Parameter(f"{stem}TS", "GAD-7 total", category, 8, is_derived=True)
    return found


PARAMETERS = tuple(_parameters(one.code) for one in BY_CODE)
EVERY = tuple(parameter for of_form in PARAMETERS for parameter in of_form.values())
