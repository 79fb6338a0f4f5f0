"""What codes of LOINC mean here: totals, items and answers of questionnaires, and body weight."""

import re
from types import MappingProxyType

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import ANSWER_CODES, INSTRUMENTS, PHQ9

# A place in a form: the instrument and the column of assessments.
Slot = tuple[str, str]
DIFFICULTY = "69722-7"
BODY_WEIGHT = "29463-7"
# LOINC 89204-2 is the total of the PHQ-9 modified for teens, which is not a PHQ-9, and 55758-7 that of the PHQ-2.
_OTHER_TOTALS = {"89204-2": "Teen depression form (LOINC 89204-2)", "55758-7": "PHQ-2"}
TOTALS = MappingProxyType({form.loinc_total: name for name, form in INSTRUMENTS.items()} | _OTHER_TOTALS)
PANELS = MappingProxyType({form.loinc_panel: name for name, form in INSTRUMENTS.items()})
ITEM_9 = PHQ9.loinc_items[8]
SLOTS = MappingProxyType(
    {
        code: (name, column)
        for name, form in INSTRUMENTS.items()
        for code, column in zip(form.loinc_items, ITEM_COLUMNS, strict=False)
    }
    | {code: (name, "total") for code, name in TOTALS.items()}
    # Both forms end with the same question.
    | {DIFFICULTY: ("", "difficulty")}
)
# SNOMED CT's observable entities for the same totals.
SNOMED_TOTALS = MappingProxyType({"720433000": ("PHQ-9", "total"), "445455005": ("GAD-7", "total")})
ANSWERS = MappingProxyType({code: points for points, code in enumerate(ANSWER_CODES)})
# LOINC answer list LL359-1, of the question after the items.
DIFFICULTY_ANSWERS = MappingProxyType({"LA6572-7": 0, "LA6573-5": 1, "LA6575-0": 2, "LA6574-3": 3})


def whole_text(number: str) -> str:
    """`2.0`, as systems write points, as `2`; another text as it is."""
    return re.sub(r"(?<=[0-9])\.0+$", "", number)


def is_score(unit: str) -> bool:
    """Whether a unit (UCUM) is that of points: none, or words in braces."""
    return unit in ("", "1", "score", "points") or (unit.startswith("{") and unit.endswith("}"))
