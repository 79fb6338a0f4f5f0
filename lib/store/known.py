"""A store as it was known at a moment: a copy of what had been recorded by then, held in memory alone, to which nothing is added.

Patients' records are never written to a second file: the copy is gone with the process, or with the last who looks at it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable

from lib.clinical.wording import say_day
from lib.store._known_merges import undo_later_merges
from lib.store._known_quarantine import undo_later_dealings
from lib.store._known_rows import COPIED, SOURCE, Knowledge, copy_known_rows
from lib.store._known_versions import (
    put_logged_flags_in_place,
    put_versions_in_force,
    take_out_unknown_patients,
)
from lib.store._known_waiting import reopen_what_waited
from lib.store._sqlite import driver_of
from lib.store.columns import metadata
from lib.store.engine import Store, StoreError, seeing_every_clinic
from lib.store.records import read_frame
from lib.store.saving import insert_rows
from lib.store.tables import RECORDS, import_

__all__ = ["Knowledge", "StoreAsKnown", "count_first_load"]


class StoreAsKnown(Store):
    """What had been recorded by a moment: records, imports, closings, policy versions and the rest, each as it stood then."""

    known_on: date

    def __init__(self, source: Store, knowledge: Knowledge):
        self._source = source
        # One name for all connections of this process; nobody outside of it can open it.
        super().__init__(f"sqlite:///file:/known-{uuid4().hex}?vfs=memdb&uri=true")
        self.known_on = knowledge.on
        # A database in memory lives as long as somebody is connected to it.
        self._keeper = self.engine.raw_connection()
        try:
            self._copy(source, knowledge)
        except OperationalError as error:
            raise StoreError(
                f"This store could not be shown as it was known on {say_day(knowledge.on)}: {error.orig}."
            ) from error

    @property
    def path(self) -> Path | None:
        """None: it is in no file."""
        return None

    @property
    def audited(self) -> Store:
        """The store of today: who looked back is found there."""
        return self._source

    @property
    def refusal(self) -> str:
        return f"This is how it was known on {say_day(self.known_on)}; nothing can be recorded here."

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Raises StoreError: the past takes no records."""
        raise StoreError(self.refusal)
        yield

    @contextmanager
    def trial(self) -> Iterator[Connection]:
        """Raises StoreError, as write does."""
        raise StoreError(self.refusal)
        yield

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """For working out, once, what follows from the records."""
        with super().write() as connection:
            yield connection

    def _copy(self, source: Store, knowledge: Knowledge) -> None:
        # Read-only in the words of the engine: a plain BEGIN, which takes no lock on the store that is read.
        with self.engine.connect().execution_options(is_read_only=True) as connection:
            driver = driver_of(connection)
            # Rows are copied whole and then taken out in any order.
            driver.execute("PRAGMA foreign_keys = OFF")
            key = f"x'{source.key}'" if source.key else ""
            driver.execute("ATTACH DATABASE ? AS source KEY ?", (_address_of(source.path), key))
            try:
                with connection.begin():
                    if source.path is None:
                        _bring_whole(connection, source)
                    metadata.create_all(connection)
                    copy_known_rows(connection, knowledge)
                    undo_later_merges(connection, knowledge)
                    reopen_what_waited(connection, knowledge)
                    undo_later_dealings(connection)
                    take_out_unknown_patients(connection, knowledge)
                    put_versions_in_force(connection)
                    put_logged_flags_in_place(connection)
            finally:
                driver.execute("DETACH DATABASE source")
                driver.execute("PRAGMA foreign_keys = ON")


def count_first_load(connection: Connection, patient_key: int) -> int:
    """The patient's records that came in the first load of their kind: they count as known since their events."""
    first = select(import_.c.id).where(import_.c.is_back_loaded == 1)
    return sum(
        connection.execute(
            select(func.count()).where(table.c.patient_key == patient_key, table.c.import_key.in_(first))
        ).scalar_one()
        for table in RECORDS.values()
    )


def _bring_whole(connection: Connection, source: Store) -> None:
    """Every row of a store in another database, of every clinic: the copy is everybody's."""
    with source.read() as there, seeing_every_clinic(there):
        for table in COPIED:
            copy = SOURCE[table.name]
            connection.execute(CreateTable(copy))
            insert_rows(connection, copy, read_frame(there, select(table)), with_ids=True)


def _address_of(path: Path | None) -> str:
    """Of a file: what is attached would else be looked for in memory, where the first database lies. Without one, memory."""
    if path is None:
        return ":memory:"
    return f"{path.resolve().as_uri()}?mode=rw&vfs={'win32' if os.name == 'nt' else 'unix'}"
