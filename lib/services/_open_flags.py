"""The table of open flags, and the log of what each refresh changed in it."""

import numpy as np
import pandas as pd

from lib.clinical.flag_keeping import derive_changes, keep_critical
from lib.clinical.instruments import BY_CODE
from lib.clinical.segments import NONE
from lib.services import _clock
from lib.store import derived, flag_life
from lib.store.derived_tables import open_flag
from lib.store.engine import Transaction
from lib.store.review_marks import last_import_key


def save_open_flags(
    connection: Transaction,
    chosen: list[int] | None,
    flags: tuple[pd.DataFrame, pd.DataFrame],
    as_of: int,
    policy_version: int,
) -> None:
    """Put what is open in place of what was, of these patients (None: of everyone), and write down what that changed.

    flags: what the rules find, with the columns of open_flag, and what `keep_critical` calls followed."""
    if not flag_life.holds_log(connection):
        # A store of an earlier release: what is open is where its log begins.
        every = flag_life.read_open_rows(connection, None)
        _log(connection, every.iloc[:0], every, as_of, policy_version)
    found, followed = flags
    before = flag_life.read_open_rows(connection, chosen)
    after = keep_critical(found, before, followed, flag_life.read_closed_findings(connection, chosen), as_of)
    put_open_flags(connection, chosen, (before, after), as_of, policy_version)


def put_open_flags(
    connection: Transaction,
    chosen: list[int] | None,
    flags: tuple[pd.DataFrame, pd.DataFrame],
    as_of: int,
    policy_version: int,
) -> None:
    """The same, where it is known what was open and what is: flags."""
    before, after = flags
    derived.replace_rows(connection, open_flag, chosen, after)
    _log(connection, before, after, as_of, policy_version)


def name_triggers(flags: pd.DataFrame) -> list[str]:
    """The record that a flag goes back to, in words. flags: instrument (code, NONE for rules on sessions), since (day)."""
    names = np.array([one.name for one in BY_CODE] + ["dosing session"])
    name = names[np.where(flags["instrument"] == NONE, len(BY_CODE), flags["instrument"]).astype(int)]
    since = flags["since"].to_numpy().astype("datetime64[D]").astype(str)
    return [f"{word} {day}" for word, day in zip(name, since, strict=True)]


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
