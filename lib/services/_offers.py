"""A readable file as it is offered, and on which terms."""

from collections.abc import Collection
from dataclasses import dataclass

from lib.intake.choices import Choices
from lib.services._taking import Offer


@dataclass(frozen=True)
class FileOffer:
    """A readable file: its tables, patients first, and the answers that it was read with. names: of a mapped table's columns."""

    file_name: str
    offers: tuple[Offer, ...]
    choices: Choices
    names: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        return sum(len(offer.raw.lines) for offer in self.offers)


@dataclass(frozen=True)
class Terms:
    """On which files are taken, as Offer has them. previewed: SHA-256 of the files that somebody has looked at, None where nobody
    did: others are not taken in their place. is_upload: they come through the browser, which takes no larger ones."""

    create_patients: bool
    measured_to: int
    previewed: Collection[str] | None = None
    is_upload: bool = False
