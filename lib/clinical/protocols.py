"""The named session protocols: what each source page says of a session, parsed from bytes that are handed in.

The pages disagree, so a session is compared with the protocol that its record names, and with no other.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Literal

NO_PROTOCOL = "no named protocol"
NOT_STATED = "not stated"


class ProtocolError(ValueError):
    """A file of protocols that cannot be used; the sentence names file, protocol and key."""


@dataclass(frozen=True)
class MinuteRange:
    """low and high in minutes, and the page's own words."""

    low: float
    high: float
    quote: str


@dataclass(frozen=True)
class Protocol:
    """A session as one page describes it; None: the page does not say. page: its title. supervisor: its own words.

    duration_from: "dose" (A's "total duration") or "onset" (B's effects "beginning within … and lasting …").
    """

    name: str
    title: str
    source: str
    page: str
    hold_min: MinuteRange | None = None
    onset_min: MinuteRange | None = None
    peak_min: MinuteRange | None = None
    duration_min: MinuteRange | None = None
    duration_from: Literal["dose", "onset"] | None = None
    resolved_after_session_min: MinuteRange | None = None
    supervisor: str | None = None

    @property
    def end_min(self) -> MinuteRange | None:
        """Minutes from the dose to the end of the effects; a duration that is counted from the onset is added to it."""
        duration, onset = self.duration_min, self.onset_min
        if duration is None or self.duration_from == "dose":
            return duration
        if onset is None:
            return None
        return MinuteRange(onset.low + duration.low, onset.high + duration.high, duration.quote)


Protocols = Mapping[str, Protocol]
_RANGES = ("hold_min", "onset_min", "peak_min", "duration_min", "resolved_after_session_min")


def parse_protocols(data: bytes, file_name: str) -> Protocols:
    """The protocols of a TOML file by name. Raises ProtocolError for what is missing, unknown or upside down."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProtocolError(f"{file_name} is not TOML: {error}") from error
    return MappingProxyType(
        {name: _parse(f"{file_name}, [{name}]", name, said) for name, said in document.items()}
    )


def find_protocol(protocols: Protocols, recorded: object) -> Protocol | None:
    """The protocol that a session's record names, or None where it names none that is known here."""
    return protocols.get(recorded.strip().lower()) if isinstance(recorded, str) else None


def _parse(place: str, name: str, said: Any) -> Protocol:
    known = {field.name for field in fields(Protocol)} - {"name"}
    if not isinstance(said, Mapping):
        raise ProtocolError(f"{place}: is not a table.")
    for key in said:
        if key not in known:
            raise ProtocolError(f"{place}: key {key!r} is unknown; known: {', '.join(sorted(known))}.")
    values: dict[str, Any] = {
        key: _parse_range(f"{place}, key {key}", said[key]) for key in _RANGES if key in said
    }
    words = {key: value for key, value in said.items() if key not in _RANGES}
    for key in ("title", "source", "page"):
        words.setdefault(key, "")
    for key, text in words.items():
        if not isinstance(text, str) or not text.strip():
            raise ProtocolError(f"{place}, key {key}: {text!r} is not a text that says something.")
    if words.get("duration_from", "dose") not in ("dose", "onset"):
        raise ProtocolError(f"{place}, key duration_from: write dose or onset.")
    if ("duration_min" in values) != ("duration_from" in words):
        raise ProtocolError(f"{place}: duration_min and duration_from go together.")
    return Protocol(name=name, **values, **words)


def _parse_range(place: str, said: Any) -> MinuteRange:
    if not isinstance(said, Mapping) or set(said) != {"low", "high", "quote"}:
        raise ProtocolError(f"{place}: write {{low = …, high = …, quote = …}}; found {said!r}.")
    low, high, quote = said["low"], said["high"], said["quote"]
    if {type(low), type(high)} - {int, float} or not 0 <= low <= high < float("inf"):
        raise ProtocolError(f"{place}: {low!r} to {high!r} is not a range of minutes.")
    if not isinstance(quote, str) or not quote.strip():
        raise ProtocolError(f"{place}: the page's words are missing.")
    return MinuteRange(float(low), float(high), quote)
