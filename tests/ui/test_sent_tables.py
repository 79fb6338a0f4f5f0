"""A table of texts is sent as the same rows of a frame would be; what tables share, no table changes."""

from copy import deepcopy
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from lib.ui import display
from lib.ui.columns import text_column
from lib.ui.wording import is_known

SAID = {"When": ["20 Nov 2026", "21 Nov 2026"], "Note": [None, "seen"]}


@pytest.mark.parametrize("said", [SAID, {"Only": ["one"]}, {"When": [], "Note": []}])
def test_texts_are_sent_as_the_same_frame_is(said):
    frame = pd.DataFrame(said, dtype="str")
    sent, same = display.texts_as_sent(said), display.as_sent(frame, list(said))
    assert sent.schema.equals(same.schema, check_metadata=True) and sent.equals(same)


def test_a_text_that_turns_the_direction_is_marked():
    sent = display.texts_as_sent({"Name": iter(["left \u202eright"])})
    assert sent.to_pydict() == {"Name": ["left ⟨U+202E⟩right"]}


def test_what_is_added_to_a_copy_of_a_column_is_not_in_the_next_table():
    column = text_column("Dose", 80, "Taken")
    deepcopy(column)["hidden"] = True
    assert "hidden" not in text_column("Dose", 80, "Taken")
    assert text_column("Dose", 80) != column


@pytest.mark.parametrize(
    "value", [None, pd.NA, pd.NaT, float("nan"), np.float64("nan"), np.datetime64("NaT")]
)
def test_every_way_of_saying_not_recorded_is_unknown(value):
    assert is_known(value) is False


@pytest.mark.parametrize(
    "value", [0, "", False, np.int64(0), np.bool_(False), datetime(2026, 3, 3), pd.Timestamp(0)]
)
def test_a_zero_an_empty_text_and_a_no_are_known(value):
    assert is_known(value) is True
