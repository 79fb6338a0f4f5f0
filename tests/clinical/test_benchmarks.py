"""Published figures: each as the evidence has it, whole, with what it was seen in; a vendor's claim is compared with nothing."""

import re

import pytest

from lib import settings
from lib.clinical.benchmarks import STUDY, VENDOR_CLAIM, BenchmarkError, parse_benchmarks
from lib.clinical.intervals import Share

FILE = settings.BENCHMARKS_FILE
TEXT = FILE.read_text("utf-8")
FIGURES = parse_benchmarks(TEXT.encode(), FILE.name)

# Typed from abstracts, tables and company pages, apart from the file: source, n analysed ("-" where none was seen), values in the
# order of the file.
EVIDENCE = """
hull-2022          1247   62.8 32.6 0.9 62.9 31.3 0.6 79.3 11.4 9.3 1.61 1.56
hassan-2022        664    47.6 47.6
mathai-2024        11441  55.8 18.1
swanson-2024       431    18.8 92.1
field-trip         1806   5.2
mcinnes-2022       537    53.6 28.9 8.4 73.0 6.0
arias-chart-review 424    50 20 72 38
hietamies-2023     714    1.56 1.17
lii-2023           20     60
zheng-2019         77     13.0 67.5 7.8 48.1
glue-2024          231    72.7
sustain-1          -      26.7 25.8
transform-pooled   -      17.3 58.7
kads               -      19.6
mathai-2024-press  11441  62 28 84
mindbloom-summary  1247   89
joyous             45968  48.4 51.5
"""
TREATED = {"hull-2022": 4334, "mcinnes-2022": 9016, "hietamies-2023": 2758}
COUNTS = {6384, 2070, 397, 94, 12, 168}


def test_every_value_and_every_n_is_in_the_evidence():
    said = {}
    for name, n, *values in map(str.split, EVIDENCE.strip().splitlines()):
        said[name] = (n, [float(value) for value in values])
    names = list(dict.fromkeys(one.source.name for one in FIGURES))
    assert names == list(said)
    for name, (n, values) in said.items():
        own = [one for one in FIGURES if one.source.name == name]
        assert [one.value for one in own] == values
        assert {one.n_analysed for one in own} - {None} == ({int(n)} if n != "-" else set())
    assert {one.source.name: one.source.n_treated for one in FIGURES if one.source.n_treated} == TREATED
    assert {one.n_met for one in FIGURES if one.n_met is not None} == COUNTS


def test_a_count_of_the_source_agrees_with_its_per_cent_and_others_are_the_nearest():
    for one in FIGURES:
        if one.share:
            assert abs(100 * one.share.n / one.share.total - one.value) <= 0.06
    assert FIGURES[0].share == Share(783, 1247)
    low, high = FIGURES[0].share.interval
    # clinical.md 3.2 has them from its own calculation.
    assert (round(100 * low, 1), round(100 * high, 1)) == (60.1, 65.4)


def test_every_figure_is_whole_and_says_why_it_is_not_the_same_thing():
    for one in FIGURES:
        source = one.source
        assert all(
            (one.definition, one.metric, source.route, source.design, source.read_in, source.difference)
        )
        assert source.kind in (STUDY, VENDOR_CLAIM) and source.evidence in ("read", "recalled")
        assert bool(one.ours) != bool(one.not_compared)
        # GAD-7 as well: a study's threshold, not ours of 8.
        assert one.ours is None or one.ours.caseness == 10
        assert one.ours is None or one.ours.caseness_seen == ("baseline 10 or more" in one.definition)
        assert one.n_analysed or "not seen" in one.definition
        assert source.kind == STUDY or (one.ours is None and one.not_compared == "a vendor's claim")


def test_a_figure_is_asked_of_our_courses_by_its_own_threshold(policy):
    asked = next(one for one in FIGURES if one.instrument == "GAD-7" and one.ours).ask(1, policy)
    assert (asked.at_caseness, asked.time_point) == (10, "session_4")
    with pytest.raises(ValueError, match="exact rule was not seen"):
        FIGURES[2].ask(0, policy)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('doi = "10.1016/j.jad.2022.07.004"', "doi = 7", "[hull-2022], key doi: 7 is not a text"),
        ('route = "sublingual, at home"\n', "", "[hull-2022]: key 'route' is missing"),
        ("value = 62.8,", "", "[hull-2022], figure 1: key 'value' is missing"),
        ("value = 62.8", "value = 628", "figure 1, key value: 628 is no share"),
        ('kind = "study"', 'kind = "target"', "key kind: write study or vendor claim"),
        ("n_treated = 4334", "treated = 4334", "key 'treated' is unknown"),
        ("n_met = 6384", "n_met = 16384", "key n_met: is more than were analysed"),
        ("session_3", "session_9", "'session_9' is no measure of ours"),
        (', not_compared = "the study\'s exact rule was not seen"', "", "write either ours or not_compared"),
        ('kind = "study"', 'kind = "vendor claim"', "a vendor's claim is compared with nothing"),
        ("[hull-2022]", "[hull-2022", "is not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(wrong, right, said):
    assert wrong in TEXT
    with pytest.raises(BenchmarkError, match=re.escape(said)):
        parse_benchmarks(TEXT.replace(wrong, right, 1).encode(), FILE.name)
