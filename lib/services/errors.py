"""What floors above hold and catch without knowing lib.store: the store, and errors that a person can mend."""

from lib.store.engine import Store, StoreError


class NotFoundError(StoreError):
    """Not there, or not in the actor's clinics: the words are the same."""


__all__ = ["NotFoundError", "Store", "StoreError"]
