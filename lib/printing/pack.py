"""A pack for a board or a payer as finished words, and the word that tells whether two packs say the same."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Rate:
    """A row of the table of rates. before: the same of the period before."""

    instrument: str
    measure: str
    rate: str
    counts: str
    interval: str
    coverage: str
    bounds: str
    before: str


@dataclass(frozen=True)
class Picture:
    """said: the figure in words. digest: of what is drawn, whichever browser draws it."""

    title: str
    caption: str
    said: str
    digest: str

    @property
    def words(self) -> str:
        """What stands under it."""
        return f"{self.caption} {self.said}"


@dataclass(frozen=True)
class Definition:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """about: names and words, of whom and by which state of the data. mark: empty, or that patients are made up."""

    title: str
    period: str
    mark: str
    about: tuple[tuple[str, str], ...]
    rates: tuple[Rate, ...]
    sentences: tuple[str, ...]
    safety: tuple[str, ...]
    pictures: tuple[Picture, ...]
    definitions: tuple[Definition, ...]
    caveats: tuple[str, ...]
    standing_line: str

    @property
    def sha256(self) -> str:
        """Of everything that it says and shows."""
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(said.encode()).hexdigest()


RATE_HEADINGS = (
    "Instrument",
    "Measure",
    "Rate",
    "Counts",
    "95 % interval",
    "Coverage",
    "Bounds",
    "The period before",
)
WHAT_SHA_SAYS = (
    "The last line is the SHA-256 of everything that is said and shown here. The same records, period and policy give the same "
    "pack, byte by byte, on the same server; where a browser draws otherwise, this word stays."
)
