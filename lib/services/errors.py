"""What floors above hold and catch without knowing lib.store: the store, and errors that a person can mend."""

from lib.store.engine import BusyError, DamagedError, Store, StoreError, UnwritableError


class NotFoundError(StoreError):
    """Not there, or not in the actor's clinics: the words are the same."""


class MergedAwayError(NotFoundError):
    """No patient of its own any more. patient_key: of the one that has its records now."""

    def __init__(self, patient_key: int, gone: str, remains: str) -> None:
        super().__init__(f"{gone} was merged into {remains}: the records are on that page.")
        self.patient_key = patient_key


__all__ = [
    "BusyError",
    "DamagedError",
    "MergedAwayError",
    "NotFoundError",
    "Store",
    "StoreError",
    "UnwritableError",
]
