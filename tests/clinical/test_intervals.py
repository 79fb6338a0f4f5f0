"""Intervals of shares, against figures that others published."""

import pytest

from lib.clinical.intervals import Share, say_share

# Newcombe 1998 (Statistics in Medicine 17:857), table I: score method without continuity correction.
PUBLISHED = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0, 0.1611),
    (1, 29): (0.0061, 0.1718),
}


@pytest.mark.parametrize(("counts", "interval"), PUBLISHED.items(), ids=str)
def test_shares_have_the_published_intervals(counts, interval):
    assert Share(*counts).interval == pytest.approx(interval, abs=5e-5)


def test_of_nobody_nothing_is_known():
    assert Share(0, 0).interval == (0.0, 1.0) and say_share(Share(0, 0)) == "0/0, nobody to count"


def test_a_share_is_said_with_its_denominator_and_interval():
    assert say_share(Share(81, 263)) == "81/263, 31 % (26 to 37 %)"
