"""Whose rows an actor may bring: those of the actor's own clinics, which a file of one clinic need not name."""

from dataclasses import replace

from lib.intake.people import normalise
from lib.intake.table import RawTable, UnreadableFile
from lib.intake.texts import Texts
from lib.services.access import Actor


def keep_to_clinics(actor: Actor, raw: RawTable) -> RawTable:
    """The table with the clinic filled in, where the actor has one only. Raises UnreadableFile for a row of another clinic."""
    if actor.clinics is None:
        return raw
    named = raw.column("clinic_id")
    if others := {name for name in named.distinct if name and normalise(name) not in actor.clinics}:
        line = next(line for line, name in zip(raw.lines, named, strict=True) if name in others)
        found = f"line {line} names a clinic in clinic_id for which you do not import"
        raise UnreadableFile(raw.file_name, found, "send the rows of each clinic in a file of its own")
    if len(actor.clinics) != 1:
        return raw
    (only,) = actor.clinics
    return replace(raw, cells=raw.cells | {"clinic_id": Texts.same(only, len(raw.lines))})
