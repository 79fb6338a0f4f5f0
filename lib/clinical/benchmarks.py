"""Published figures with their study, route, design, n and definition, parsed from bytes that are handed in.

None of them is a target. A vendor's claim is a kind of its own, and is compared with nothing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.clinical.intervals import Share
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.clinical.outcomes.response_measures import TITLES
from lib.clinical.policy import Policy

STUDY, VENDOR_CLAIM = "study", "vendor claim"
PER_CENT, EFFECT_SIZE = "%", "d"
_CHOICES = {"kind": (STUDY, VENDOR_CLAIM), "evidence": ("read", "recalled"), "unit": (PER_CENT, EFFECT_SIZE)}
# Of every source and of every figure: its keys, and whether each must be there.
_SOURCE = {
    **dict.fromkeys(
        ("title", "citation", "kind", "evidence", "read_in", "route", "design", "difference"), True
    ),
    "figures": True,
    "doi": False,
    "n_treated": False,
}
_FIGURE = {
    **dict.fromkeys(("instrument", "time_point", "metric", "value", "definition"), True),
    **dict.fromkeys(("n_analysed", "n_met", "unit", "ours", "not_compared"), False),
}
_NUMBERS = {"n_treated": (int,), "n_analysed": (int,), "n_met": (int,), "value": (int, float)}


class BenchmarkError(ValueError):
    """A file of published figures that cannot be used; the sentence names file, source and key."""


@dataclass(frozen=True)
class Source:
    """Where figures were published. n_treated: None where the source does not say; read_in: what of it was read."""

    name: str
    title: str
    citation: str
    kind: str
    evidence: str
    read_in: str
    route: str
    design: str
    difference: str
    doi: str = ""
    n_treated: int | None = None


@dataclass(frozen=True)
class Counterpart:
    """Our measure that is asked in the same way. time_point: of course_scores; caseness: the lowest baseline that counts;
    caseness_seen: whether it is the source's own."""

    measure: str
    time_point: str
    caseness: int
    caseness_seen: bool = True


@dataclass(frozen=True)
class Published:
    """A figure. value: in unit; n_met: a count that the source gives itself. ours or not_compared: one of them."""

    source: Source
    instrument: str
    time_point: str
    metric: str
    value: float
    definition: str
    unit: str = PER_CENT
    n_analysed: int | None = None
    n_met: int | None = None
    ours: Counterpart | None = None
    not_compared: str = ""

    @property
    def share(self) -> Share | None:
        """The count behind a share; where only the per cent are published, the nearest whole number."""
        if self.unit != PER_CENT or not self.n_analysed:
            return None
        met = self.n_met if self.n_met is not None else round(self.value * self.n_analysed / 100)
        return Share(met, self.n_analysed)

    def ask(self, instrument: int, policy: Policy) -> Asked:
        """What our own courses are asked, by the figure's definition. Raises ValueError where nothing of ours is like it."""
        if self.ours is None:
            raise ValueError(f"{self.source.title}, {self.metric}: {self.not_compared}")
        return Asked(instrument, self.ours.time_point, policy, self.ours.caseness)


def parse_benchmarks(data: bytes, file_name: str) -> tuple[Published, ...]:
    """Every figure in the order of the file. Raises BenchmarkError for what is missing, unknown or impossible."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BenchmarkError(f"{file_name} is not TOML: {error}") from error
    return tuple(
        one for name, said in document.items() for one in _parse_source(f"{file_name}, [{name}]", name, said)
    )


def _parse_source(place: str, name: str, said: Any) -> list[Published]:
    _check(place, said, _SOURCE)
    figures = said["figures"]
    if not isinstance(figures, list) or not figures:
        raise BenchmarkError(f"{place}, key figures: is not a list of figures.")
    source = Source(name=name, **{key: value for key, value in said.items() if key != "figures"})
    return [_parse_figure(f"{place}, figure {n}", source, one) for n, one in enumerate(figures, 1)]


def _parse_figure(place: str, source: Source, said: Any) -> Published:
    _check(place, said, _FIGURE)
    if ("ours" in said) == ("not_compared" in said):
        raise BenchmarkError(f"{place}: write either ours or not_compared.")
    if source.kind == VENDOR_CLAIM and "ours" in said:
        raise BenchmarkError(f"{place}: a vendor's claim is compared with nothing.")
    if said.get("unit", PER_CENT) == PER_CENT and said["value"] > 100:
        raise BenchmarkError(f"{place}, key value: {said['value']} is no share in per cent.")
    if "n_met" in said and not said["n_met"] <= said.get("n_analysed", 0):
        raise BenchmarkError(f"{place}, key n_met: is more than were analysed.")
    ours = _parse_counterpart(f"{place}, key ours", said["ours"]) if "ours" in said else None
    return Published(source=source, **{**said, "ours": ours})


def _parse_counterpart(place: str, said: Any) -> Counterpart:
    if not isinstance(said, Mapping) or set(said) - {"caseness_seen"} != {
        "measure",
        "time_point",
        "caseness",
    }:
        raise BenchmarkError(f"{place}: write {{measure = …, time_point = …, caseness = …}}.")
    if said["measure"] not in TITLES or said["time_point"] not in TIME_POINTS:
        raise BenchmarkError(f"{place}: {said['measure']!r} at {said['time_point']!r} is no measure of ours.")
    if type(said["caseness"]) is not int or said["caseness"] < 1:
        raise BenchmarkError(f"{place}: {said['caseness']!r} is no total.")
    if not isinstance(said.get("caseness_seen", True), bool):
        raise BenchmarkError(f"{place}: write caseness_seen = true or false.")
    return Counterpart(**said)


def _check(place: str, said: Any, known: Mapping[str, bool]) -> None:
    """Every key known, those that must be there present, each of its type."""
    if not isinstance(said, Mapping):
        raise BenchmarkError(f"{place}: is not a table.")
    for key, is_needed in known.items():
        if is_needed and key not in said:
            raise BenchmarkError(f"{place}: key {key!r} is missing.")
    for key, value in said.items():
        if key not in known:
            raise BenchmarkError(f"{place}: key {key!r} is unknown; known: {', '.join(sorted(known))}.")
        _check_value(f"{place}, key {key}", key, value)


def _check_value(place: str, key: str, value: Any) -> None:
    if key in ("figures", "ours"):
        return
    if key in _NUMBERS:
        if type(value) not in _NUMBERS[key] or value <= 0:
            raise BenchmarkError(f"{place}: {value!r} is not a number above 0.")
    elif not isinstance(value, str) or not value.strip():
        raise BenchmarkError(f"{place}: {value!r} is not a text that says something.")
    elif key in _CHOICES and value not in _CHOICES[key]:
        raise BenchmarkError(f"{place}: write {' or '.join(_CHOICES[key])}.")
