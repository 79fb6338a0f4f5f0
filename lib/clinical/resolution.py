"""How long an adverse event lasted, counted from the dose, against the end that the session's own protocol expects."""

from dataclasses import dataclass

from lib.clinical.protocols import MinuteRange, Protocol

WITHIN, LATER, UNKNOWN = "within the expected time", "later than expected", "not known"


@dataclass(frozen=True)
class Resolution:
    """resolved_min: minutes from the dose, None where onset or duration is not recorded. expected_min: the latest moment that
    the protocol's page names, None where it names none. verdict: one of WITHIN, LATER, UNKNOWN."""

    resolved_min: float | None
    expected: MinuteRange | None
    verdict: str


def expected_resolution(protocol: Protocol | None) -> MinuteRange | None:
    """Minutes from the dose to the resolution of effects: the end of the session by the protocol, and what its page adds to that
    ("resolve within 1-2 hours after the session"); a page without such words is taken at the end of its effects."""
    if protocol is None or protocol.end_min is None:
        return None
    end, after = protocol.end_min, protocol.resolved_after_session_min
    if after is None:
        return end
    return MinuteRange(end.low + after.low, end.high + after.high, after.quote)


def judge_resolution(
    onset_min: float | None, duration_min: float | None, protocol: Protocol | None
) -> Resolution:
    """onset_min, duration_min: as recorded. An event without both is not known to have resolved in time."""
    expected = expected_resolution(protocol)
    if onset_min is None or duration_min is None:
        return Resolution(None, expected, UNKNOWN)
    resolved = onset_min + duration_min
    if expected is None:
        return Resolution(resolved, None, UNKNOWN)
    return Resolution(resolved, expected, WITHIN if resolved <= expected.high else LATER)
