"""What floors above hold and catch without knowing lib.store: the store, and its errors that a person can mend."""

from lib.store.engine import Store, StoreError

__all__ = ["Store", "StoreError"]
