"""The two source pages as profiles: each in its own words, never averaged; what a page does not say is not made up."""

from pathlib import Path

import pytest

from lib.clinical.protocols import ProtocolError, find_protocol, parse_protocols

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (ROOT / "data" / "protocols.toml").read_text("utf-8")
PROTOCOLS = parse_protocols(SHIPPED.encode(), "protocols.toml")


def minutes(found):
    return found and (found.low, found.high)


def test_page_a_says_what_it_says_and_no_more():
    page = PROTOCOLS["sublingual-tablet"]
    assert minutes(page.onset_min) == (10, 20)
    assert minutes(page.peak_min) == (40, 60)
    assert minutes(page.duration_min) == minutes(page.end_min) == (120, 180)
    assert minutes(page.resolved_after_session_min) == (60, 120)
    assert page.hold_min is None and page.supervisor is None


def test_page_b_says_what_it_says_and_no_more():
    page = PROTOCOLS["odt-at-home"]
    assert minutes(page.hold_min) == (10, 15)
    assert minutes(page.onset_min) == (15, 20)
    assert minutes(page.duration_min) == (45, 90)
    assert page.supervisor == "A peer supervisor must be present throughout."
    assert page.peak_min is None and page.resolved_after_session_min is None


def test_a_duration_counted_from_the_onset_ends_after_both():
    """B: beginning within 15–20 and lasting 45–90 minutes, so the end lies 60–110 minutes after the dose."""
    assert minutes(PROTOCOLS["odt-at-home"].end_min) == (60, 110)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_each_number_is_in_the_words_that_stand_beside_it(name):
    page = PROTOCOLS[name]
    stated = [
        page.hold_min,
        page.onset_min,
        page.peak_min,
        page.duration_min,
        page.resolved_after_session_min,
    ]
    for said in filter(None, stated):
        in_hours = "hours" in said.quote and said.low >= 60 and "minutes, total" not in said.quote
        is_total = said is page.duration_min and page.duration_from == "dose"
        per = 60 if in_hours or is_total else 1
        numbers = said.quote.replace("–", "-")
        assert f"{said.low / per:g}-{said.high / per:g}" in numbers


def test_the_demo_names_protocols_that_are_known_here():
    sessions = (ROOT / "data" / "demo" / "dosing_sessions.csv").read_text("utf-8").splitlines()
    at = sessions[0].split(",").index("protocol")
    assert {line.split(",")[at] for line in sessions[1:]} == set(PROTOCOLS)


@pytest.mark.parametrize(
    "recorded", ["", None, "clinic-own", float("nan"), "sublingual tablet and odt-at-home"]
)
def test_an_unknown_protocol_is_compared_with_neither(recorded):
    assert find_protocol(PROTOCOLS, recorded) is None


def test_a_protocol_is_found_by_its_name():
    assert find_protocol(PROTOCOLS, " ODT-at-home") is PROTOCOLS["odt-at-home"]


HOLD = 'hold_min = {low = 10, high = 15, quote = "placing the tablet under the tongue for 10–15 minutes"}'
REFUSED = {
    "upside down": (
        SHIPPED.replace("low = 10, high = 15", "low = 15, high = 10"),
        ("odt-at-home", "hold_min"),
    ),
    "below 0": (SHIPPED.replace("low = 10, high = 15", "low = -1, high = 15"), ("odt-at-home", "hold_min")),
    "a word": (SHIPPED.replace("low = 10, high = 15", 'low = "ten", high = 15'), ("odt-at-home", "hold_min")),
    "without its words": (
        SHIPPED.replace(HOLD, "hold_min = {low = 10, high = 15}"),
        ("odt-at-home", "hold_min"),
    ),
    "empty words": (
        SHIPPED.replace("placing the tablet under the tongue for 10–15 minutes", " "),
        ("odt-at-home", "hold_min", "words"),
    ),
    "unknown key": (SHIPPED.replace("hold_min", "holding_min"), ("odt-at-home", "holding_min", "unknown")),
    "no source": (SHIPPED.replace("source = ", "supervisor = ", 1), ("sublingual-tablet", "source")),
    "a duration from nowhere": (
        SHIPPED.replace('duration_from = "dose"\n', ""),
        ("sublingual-tablet", "duration_from"),
    ),
    "a duration from elsewhere": (
        SHIPPED.replace('duration_from = "dose"', 'duration_from = "peak"'),
        ("sublingual-tablet", "duration_from"),
    ),
    "no table": ("x = 1\n" + SHIPPED, ("[x]",)),
    "not TOML": ("[x", ("not TOML",)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_meant_is_refused_by_name(case):
    text, named = REFUSED[case]
    with pytest.raises(ProtocolError) as refused:
        parse_protocols(text.encode(), "own.toml")
    assert str(refused.value).startswith("own.toml")
    assert all(word in str(refused.value) for word in named)
