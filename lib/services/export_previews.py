"""What an export would hold, before it is made: rows, columns, about how large, and its first rows for who may see patients."""

from dataclasses import dataclass, replace
from itertools import islice

import pandas as pd

from lib.research.choices import Privacy
from lib.research.dictionary import describe_tables
from lib.research.file_forms import make_files
from lib.research.files import DICTIONARY
from lib.research.table import ExportTable
from lib.services._export_ground import Ground, prepare_ground
from lib.services._export_tables import make_tables
from lib.services._held_back import count_held_back, say_what_is_held
from lib.services.access import Actor, Permission, can, permitted
from lib.services.errors import Store
from lib.services.exports import Order

# Of a table: so many rows are shown, and so many are written to see how many bytes a row takes.
N_SHOWN, _N_MEASURED = 20, 200


@dataclass(frozen=True)
class TablePreview:
    """n_bytes: about, before packing. first: the first rows; None for who may not see patients, and for another class than
    identified, whose rows are made only when they leave."""

    name: str
    label: str
    n_rows: int
    n_bytes: int
    first: pd.DataFrame | None


@dataclass(frozen=True)
class Preview:
    """Of n_patients of n_in_scope. dictionary: columns of lib.research.dictionary.DICTIONARY_COLUMNS, before anything is taken
    out. held: of the rows that wait and will be in no file, in words; may_lose_item_9: some of them may hold an item 9."""

    tables: tuple[TablePreview, ...]
    dictionary: pd.DataFrame
    n_patients: int
    n_in_scope: int
    held: str
    may_lose_item_9: bool

    @property
    def n_bytes(self) -> int:
        return sum(table.n_bytes for table in self.tables)


@permitted(Permission.EXPORT_RECORDS)
def preview_export(actor: Actor, store: Store, order: Order) -> Preview:
    """Raises StoreError for a table that the form cannot hold. Of counts there is nothing to choose, and no table before they are
    made."""
    shows_rows = order.privacy is Privacy.IDENTIFIED and can(actor, Permission.SEE_PATIENTS)
    with store.read() as connection:
        ground = prepare_ground(connection, actor, order.patients)
        is_counts = order.privacy is Privacy.AGGREGATE
        tables = () if is_counts else make_tables(ground, order.topics, order.form)
        previews = tuple(_preview(ground, table, order, shows_rows=shows_rows) for table in tables)
        held = count_held_back(connection, actor, ground.people.index)
        return Preview(
            previews,
            describe_tables(tables),
            len(ground.people),
            ground.n_in_scope,
            say_what_is_held(held, order.privacy, ground.policy),
            held.may_hold_item_9 if order.privacy is Privacy.IDENTIFIED else held.n_item_9 > 0,
        )


def _preview(ground: Ground, table: ExportTable, order: Order, *, shows_rows: bool) -> TablePreview:
    blocks = table.read()
    first = next(islice(blocks, 1), None)
    blocks.close()  # type: ignore[attr-defined]
    if first is None:
        return TablePreview(table.name, table.label, 0, 0, None)
    few = first.head(_N_MEASURED)
    sample = replace(table, read=lambda: iter([few]), n_rows=len(few))
    files = make_files((sample,), order.form, ground.zones)
    n_bytes = sum(len(block) for file in files if file.name != DICTIONARY for block in file.write())
    size = n_bytes * table.n_rows // len(few)
    shown = few.head(N_SHOWN) if shows_rows else None
    return TablePreview(table.name, table.label, table.n_rows, size, shown)
