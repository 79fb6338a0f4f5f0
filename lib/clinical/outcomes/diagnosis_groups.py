"""Which diagnoses the quality measures ask about, by the beginning of their ICD-10-CM codes.

The measures name value sets of single codes, which are their owners' to give out. These are whole categories of the
classification under the same names: near to the value sets, and not them, which is one reason why our figures are "-like".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.clinical.segments import Ints

VERSION = "ICD-10-CM 2026"


@dataclass(frozen=True)
class Group:
    """Diagnoses that a measure takes together. codes: beginnings of ICD-10-CM codes. words: as a sentence names them."""

    name: str
    words: str
    codes: tuple[str, ...]


# Without F32.8 (premenstrual dysphoric disorder, other episodes) and F32.A (depression, unspecified), which are no major
# depression; F34.1 is dysthymia.
DEPRESSION = Group(
    "depression",
    "major depression or dysthymia",
    ("F32.0", "F32.1", "F32.2", "F32.3", "F32.4", "F32.5", "F32.9", "F33", "F34.1"),
)
# F30: a manic episode.
BIPOLAR = Group("bipolar", "bipolar disorder", ("F30", "F31"))
# CMS159 leaves out the emotionally labile; of those categories F60.3, borderline, is the one that the evidence names.
LABILE = Group("personality", "borderline personality disorder", ("F60.3",))
PERSONALITY = Group("personality", "personality disorder", ("F60",))
PSYCHOTIC = Group(
    "psychotic",
    "schizophrenia or psychotic disorder",
    ("F20", "F21", "F22", "F23", "F24", "F25", "F28", "F29"),
)
DEVELOPMENTAL = Group("developmental", "pervasive developmental disorder", ("F84",))
# An encounter for palliative care; hospice itself stands in patients.csv.
PALLIATIVE = Group("hospice", "palliative care", ("Z51.5",))
GROUPS = (DEPRESSION, BIPOLAR, LABILE, PERSONALITY, PSYCHOTIC, DEVELOPMENTAL, PALLIATIVE)


def classify(codes: Sequence[str]) -> tuple[Ints, Ints]:
    """(position in codes, number in GROUPS), once for each group that a code belongs to. A code may be in small letters, and
    without its point."""
    plain = np.array([code.strip().upper().replace(".", "") for code in codes], dtype=np.str_)
    distinct, which = np.unique(plain, return_inverse=True)
    belongs = np.array(
        [
            [code.startswith(tuple(one.replace(".", "") for one in group.codes)) for group in GROUPS]
            for code in distinct
        ],
        dtype=bool,
    ).reshape(len(distinct), len(GROUPS))
    position, group = np.nonzero(belongs[which])
    return position, group
