"""Effects as recorded beside the protocol of the session: earlier, within, later, or not comparable."""

from pathlib import Path

import pandas as pd
import pytest

from lib.clinical.effect_times import compare_effects
from lib.clinical.protocols import parse_protocols

PROTOCOLS = parse_protocols(
    (Path(__file__).resolve().parents[2] / "data" / "protocols.toml").read_bytes(), "protocols.toml"
)
A, B = PROTOCOLS["sublingual-tablet"], PROTOCOLS["odt-at-home"]

# (protocol, onset, peak, end) -> how each compares.
CASES = {
    "all within A": ((A, 10, 60, 180), ("within", "within", "within")),
    "all outside A": ((A, 9, 61, 181), ("earlier", "later", "later")),
    "B states no peak": ((B, 15, 45, 60), ("within", "", "within")),
    "B ends 110 min after the dose at the latest": ((B, 21, None, 111), ("later", "", "later")),
    "no protocol": ((None, 15, 45, 150), ("", "", "")),
    "nothing recorded": ((A, None, pd.NA, float("nan")), ("", "", "")),
    "an onset at once": ((A, 0, 40, 120), ("earlier", "within", "within")),
}


@pytest.mark.parametrize("case", CASES)
def test_recorded_beside_stated(case):
    (protocol, onset, peak, end), compared = CASES[case]
    session = {"onset_min": onset, "peak_min": peak, "effect_end_min": end}
    assert tuple(one.compared for one in compare_effects(session, protocol)) == compared


def test_what_is_unknown_says_so():
    onset, peak, end = compare_effects({"onset_min": 12.0, "peak_min": None, "effect_end_min": None}, B)
    assert (onset.recorded_words, onset.stated_words) == ("recorded 12 min", "15–20 min")
    assert (peak.recorded_words, peak.stated_words) == ("not recorded", "not stated")
    assert (end.recorded_words, end.stated_words) == ("not recorded", "60–110 min")
    assert {one.stated_words for one in compare_effects({}, None)} == {"no named protocol"}
