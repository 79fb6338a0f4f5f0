"""What was read of the store, kept until somebody changes it: the ranges of a recomputation ask for the same again and again."""

from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from lib.store.engine import Transaction, count_changes

Key = TypeVar("Key")
Read = TypeVar("Read")


class Memory(Generic[Key, Read]):
    """By database. Of each the readings of its last state: of another one, of other clinics behind a wall, and by other rules
    everything is read anew. Only for transactions that read: what one writes is not counted as a change before its end."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[object, tuple[object, dict[Key, Read]]] = WeakKeyDictionary()

    def of_state(self, connection: Transaction, rules: object) -> dict[Key, Read]:
        """What is kept of this state, to be added to. rules: what the readings depend on beside the store."""
        # Behind the wall of a reader's clinics others' rows are not there.
        walls = connection.get_execution_options().get("clinics")
        state = (count_changes(connection), walls, rules)
        known_state, known = self._kept.get(connection.engine, (None, {}))
        if known_state != state:
            known = {}
            self._kept[connection.engine] = (state, known)
        return known
