"""The table of open flags, and the log of what each refresh changed in it."""

import pandas as pd

from lib.clinical.flag_keeping import derive_changes, keep_critical
from lib.services import _clock
from lib.store import derived, flag_life
from lib.store.derived_tables import open_flag
from lib.store.engine import Transaction
from lib.store.review_marks import last_import_key


def save_open_flags(
    connection: Transaction, chosen: list[int] | None, found: pd.DataFrame, as_of: int, policy_version: int
) -> None:
    """Put what is open in place of what was, of these patients (None: of everyone), and write down what that changed.

    found: what the rules find, with the columns of open_flag."""
    if not flag_life.holds_log(connection):
        # A store of an earlier release: what is open is where its log begins.
        every = flag_life.read_open_rows(connection, None)
        _log(connection, every.iloc[:0], every, as_of, policy_version)
    before = flag_life.read_open_rows(connection, chosen)
    after = keep_critical(found, before, flag_life.read_closed_findings(connection, chosen), as_of)
    derived.replace_rows(connection, open_flag, chosen, after)
    _log(connection, before, after, as_of, policy_version)


def _log(
    connection: Transaction, before: pd.DataFrame, after: pd.DataFrame, as_of: int, policy_version: int
) -> None:
    changes = derive_changes(before, after).assign(
        on_day=as_of,
        happened_at=_clock.seconds(_clock.now()),
        policy_version=policy_version,
        import_key=last_import_key(connection),
    )
    flag_life.add_log_rows(connection, changes)
