"""Body weights: a number that a living person can have, and that is not the person's weight in pounds."""

import numpy as np
import pandas as pd

from lib.clinical.frames import Column
from lib.intake.distinct import read_distinct
from lib.intake.findings import Findings
from lib.intake.people import Directory, People
from lib.intake.persons import look_up
from lib.intake.table import RawTable
from lib.intake.texts import Texts
from lib.intake.values import parse_cell
from lib.intake.weights import HIGHEST_KG, LOWEST_KG

WEIGHT = "weight_kg"
_WEIGHT = Column("value", "number", low=LOWEST_KG, high=HIGHEST_KG)
# Ours: above it a person has to look.
_LOOKED_AT_KG = 250
# A pound is 0.45 kg: a weight in pounds is 2.2 times the person's weight in kilograms.
_MOST_TIMES = 1.8


def check_weights(raw: RawTable, people: People, directory: Directory, findings: Findings) -> None:
    """Rows of observations that are a weight."""
    if raw.kind.name != "observations":
        return
    texts = Texts.of(
        value if kind == WEIGHT else ""
        for kind, value in zip(raw.cells["kind"], raw.cells["value"], strict=True)
    )
    read = read_distinct(texts, lambda text: float(parse_cell(_WEIGHT, text)))
    read.reject_faults("value", findings)
    weights = np.array([np.nan if value is None else value for value in read.values], np.float64)[read.codes]
    if raw.is_confirmed:
        return
    is_heavy = weights > _LOOKED_AT_KG
    reason = (
        f"A weight above {_LOOKED_AT_KG} kg: is it in pounds? Correct it, or enter it on the patient's page."
    )
    findings.hold(is_heavy, "implausible-weight", "value", reason)
    known = look_up(WEIGHT, directory, people)
    lowest = (
        pd.Series(np.where(is_heavy, np.nan, weights)).groupby(people.known_as).transform("min").to_numpy()
    )
    is_double = (weights > _MOST_TIMES * np.fmin(lowest, known)) | (weights * _MOST_TIMES < known)
    reason = (
        "The weight is far from this patient's other weights: is one of them in pounds? Correct it, or enter it on the "
        "patient's page."
    )
    findings.hold(is_double & ~is_heavy, "implausible-weight", "value", reason)
