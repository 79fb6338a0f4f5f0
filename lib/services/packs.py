"""Packs for a board or a payer: made, kept with their bytes, and made again to see whether they come out the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd

from lib.charts.picture import draw_pictures
from lib.printing.pack import Pack
from lib.printing.pack_html import write_html
from lib.printing.pack_pdf import write_pdf
from lib.services import _clock
from lib.services._audit import Act, write_entry
from lib.services._pack_ground import Asked, read_ground
from lib.services._pack_words import describe_pack
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import packs
from lib.store.engine import Store

__all__ = ["Asked"]
PACK_COLUMNS = (
    "pack_key",
    "made_at",
    "made_by",
    "clinics",
    "first",
    "last",
    "as_of",
    "policy_version",
    "content_sha256",
)


@dataclass(frozen=True)
class Made:
    """A pack and its bytes. values: what is kept of it beside them."""

    pack: Pack
    html: bytes
    pdf: bytes
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """For a file, without its ending."""
        first, last = (_clock.day_of(self.values[name]) for name in ("first_day", "last_day"))
        return f"monthly-pack-{first}-to-{last}-{self.pack.sha256[:12]}"


@dataclass(frozen=True)
class Again:
    """A pack made again of today's records by its own period, day and policy version."""

    is_same_content: bool
    is_same_data: bool
    is_same_bytes: bool

    def say(self) -> str:
        if self.is_same_bytes:
            return "It comes out the same again, byte by byte."
        if self.is_same_content:
            return "It says and shows the same; this server's browser draws the pictures with other bytes."
        if self.is_same_data:
            return "It does not come out the same: the records are the same, and this release says it in another way."
        return (
            "It does not come out the same: records of the time that it speaks of have changed since, or what waits in "
            "quarantine has."
        )


@permitted(Permission.SEE_OUTCOMES)
def read_today(actor: Actor, store: Store) -> date:
    """The last day that a pack can speak of."""
    with store.read() as connection:
        return today(connection)


@permitted(Permission.SEE_OUTCOMES)
def make_pack(actor: Actor, store: Store, asked: Asked, browser: str) -> Made:
    """Read, said and drawn now; nothing is kept. browser: draws the figures. Raises StoreError for a period that is not over."""
    with store.read() as connection:
        ground = read_ground(connection, actor, asked)
    pack, figures = describe_pack(ground)
    drawn = draw_pictures([figure.drawn[0] for figure in figures], browser)
    html, pdf = write_html(pack, drawn), write_pdf(pack, drawn, ground.as_of)
    days = {"first_day": ground.first, "last_day": ground.last, "as_of_day": ground.as_of}
    values = {
        "clinics": json.dumps(ground.clinics),
        **{name: _clock.day_number(day) for name, day in days.items()},
        "policy_version": ground.policy.version,
        "data_version": ground.data_version,
        "content_sha256": pack.sha256,
        "html_sha256": sha256(html).hexdigest(),
        "pdf_sha256": sha256(pdf).hexdigest(),
    }
    return Made(pack, html, pdf, values)


@permitted(Permission.SEE_OUTCOMES)
def keep_pack(actor: Actor, store: Store, asked: Asked, browser: str) -> int:
    """Make a pack and keep it with its bytes, who made it and when; its key."""
    made = make_pack(actor, store, asked, browser)
    values = {**made.values, "html": made.html, "pdf": made.pdf, "made_by": actor.name}
    with store.write() as connection:
        key = packs.add_pack(connection, {**values, "made_at": _clock.seconds(_clock.now())})
        write_entry(connection, actor, Act.MAKE_PACK, subject=f"pack:{key}")
    return key


@permitted(Permission.SEE_OUTCOMES)
def read_packs(actor: Actor, store: Store) -> pd.DataFrame:
    """PACK_COLUMNS, the newest first: of the actor's clinics and no others. made_at: UTC epoch seconds; clinics: a tuple; first,
    last, as_of: dates."""
    with store.read() as connection:
        rows = packs.read_packs(connection)
    clinics = [tuple(json.loads(said)) for said in rows["clinics"]]
    days = {name: [_clock.day_of(day) for day in rows[f"{name}_day"]] for name in ("first", "last", "as_of")}
    told = rows.rename(columns={"id": "pack_key"}).assign(clinics=pd.Series(clinics, dtype=object), **days)
    is_own = [_may_see(actor, one) for one in clinics]
    return told.loc[is_own, list(PACK_COLUMNS)].reset_index(drop=True)


@permitted(Permission.SEE_OUTCOMES)
def read_pack(actor: Actor, store: Store, pack_key: int) -> Mapping[str, Any]:
    """A pack as it was kept: columns of the table `pack`, html and pdf among them. Raises NotFoundError."""
    with store.read() as connection:
        kept = packs.read_pack(connection, pack_key)
    if kept is None or not _may_see(actor, tuple(json.loads(kept["clinics"]))):
        raise NotFoundError("No pack was found at this address.")
    return kept


@permitted(Permission.SEE_OUTCOMES)
def make_again(actor: Actor, store: Store, pack_key: int, browser: str) -> Again:
    """Whether the records give the same pack today. Raises NotFoundError."""
    kept = read_pack(actor, store, pack_key)
    first, last, as_of = (_clock.day_of(kept[name]) for name in ("first_day", "last_day", "as_of_day"))
    whose = Actor(actor.name, actor.permissions, frozenset(json.loads(kept["clinics"])))
    made = make_pack(whose, store, Asked(first, last, as_of, kept["policy_version"]), browser)
    same = {name for name, value in made.values.items() if value == kept[name]}
    return Again("content_sha256" in same, "data_version" in same, {"html_sha256", "pdf_sha256"} <= same)


def _may_see(actor: Actor, clinics: tuple[str, ...]) -> bool:
    return actor.clinics is None or set(clinics) <= actor.clinics
