"""How files of one source are read, as somebody said; each saying is kept, the newest is in force."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from lib.store.tables import source_choice


@dataclass(frozen=True)
class SourceChoices:
    """choices: answers by the key of their question; columns: the header that they were given for, () where none was mapped;
    actor, saved_at (seconds since 1970): who said so, and when."""

    choices: Mapping[str, str]
    columns: tuple[str, ...]
    actor: str = field(default="", compare=False)
    saved_at: int | None = field(default=None, compare=False)


def read_source_choices(connection: Connection, names: Sequence[str]) -> dict[str, SourceChoices]:
    """What is in force for these sources, by name; a source that nobody spoke of is left out."""
    said = source_choice.c
    query = select(said.name, said.choices, said.columns, said.actor, said.saved_at)
    rows = connection.execute(query.where(said.name.in_(names)).order_by(said.id))
    return {
        name: SourceChoices(json.loads(choices), tuple(json.loads(columns)), actor, saved_at)
        for name, choices, columns, actor, saved_at in rows
    }


def save_source_choices(
    connection: Connection, name: str, said: SourceChoices, actor: str, saved_at: int
) -> None:
    """Adds a saying, unless the one in force is the same."""
    if read_source_choices(connection, [name]).get(name) == said:
        return
    row = {
        "name": name,
        "choices": json.dumps(dict(said.choices), ensure_ascii=False),
        "columns": json.dumps(list(said.columns), ensure_ascii=False),
        "actor": actor,
        "saved_at": saved_at,
    }
    connection.execute(insert(source_choice).values(row))
