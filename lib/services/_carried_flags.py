"""Critical flags when two identities become one person, and two again: none of them ends by that, as none ends by itself."""

from datetime import date

import pandas as pd

from lib.clinical.flag_keeping import KEY, can_outlast, read_finding
from lib.clinical.rules.catalogue import CRITICAL
from lib.services import _clock
from lib.services._open_flags import name_triggers, put_open_flags
from lib.services._refresh import current_policy
from lib.store import flag_life
from lib.store import merges as store_merges
from lib.store.engine import Transaction
from lib.store.merges import Merge

_WHERE = ["rule", "instrument"]
_LOG = "flag_log"
# The limit of a flag is not in the log; its finding names the number that was over it.
_THRESHOLD = "as when it was found"


def carry_flags(connection: Transaction, merge: Merge, as_of: date) -> None:
    """Critical flags of the identity that is gone are the remaining one's; what each had is noted under the merge."""
    before = _read_open(connection, merge)
    outlasting = before[can_outlast(before)]
    if outlasting.empty:
        return
    log = flag_life.read_flag_log(connection, [merge.from_key, merge.into_key])
    last = log.drop_duplicates(KEY, keep="last").merge(outlasting[KEY], on=KEY)
    store_merges.note_ids(connection, merge, _LOG, last["id"].tolist())
    own = before[before["patient_key"] == merge.into_key].set_index(_WHERE)
    carried = outlasting[outlasting["patient_key"] == merge.from_key].assign(patient_key=merge.into_key)
    carried = carried.set_index(_WHERE)
    for where in carried.index.intersection(own.index):
        if own.loc[where, "severity"] == CRITICAL:
            said = (own.loc[where, "evidence"], carried.loc[where, "evidence"])
            carried.loc[where, "evidence"] = _say_both(*said)
    _put(connection, merge, pd.concat([own.drop(index=carried.index, errors="ignore"), carried]), as_of)


def take_flags_back(connection: Transaction, merge: Merge, as_of: date) -> None:
    """Each has the critical flags again that it had, also where they were closed while the two were one person; those that came
    since stay with the remaining one, until the records say whose they are."""
    now = _read_open(connection, merge).set_index(_WHERE)
    noted = _read_noted(connection, merge, now)
    if noted.empty:
        return
    gone = noted[noted["patient_key"] == merge.from_key].set_index(_WHERE)
    own = noted[noted["patient_key"] == merge.into_key].set_index(_WHERE)
    found = read_finding(now["evidence"])
    of_gone = read_finding(gone["evidence"]).reindex(now.index)
    of_own = read_finding(own["evidence"]).reindex(now.index)
    is_only_gone = (found == of_gone) & (found != of_own)
    both = [_say_both(*pair) for pair in zip(of_own.fillna(""), of_gone.fillna(""), strict=True)]
    stays = now[~is_only_gone & (found != pd.Series(both, index=now.index, dtype="str"))]
    own = own.drop(index=stays.index, errors="ignore")
    _put(connection, merge, pd.concat([stays, own, gone]), as_of)


def _say_both(own: str, other: str) -> str:
    first, second = (text.split("; no longer found since ")[0] for text in (own, other))
    return first if first == second else f"{first}; also {second}"


def _read_open(connection: Transaction, merge: Merge) -> pd.DataFrame:
    return flag_life.read_open_rows(connection, [merge.from_key, merge.into_key])


def _read_noted(connection: Transaction, merge: Merge, now: pd.DataFrame) -> pd.DataFrame:
    """What the log said of critical flags at the merge, with the columns of open_flag."""
    log = flag_life.read_flag_log(connection, [merge.from_key, merge.into_key])
    noted = log[log["id"].isin(store_merges.read_noted(connection, merge, _LOG))]
    known = now["threshold"].to_dict()
    limits = [known.get(where, _THRESHOLD) for where in noted[_WHERE].itertuples(index=False, name=None)]
    described = noted.assign(threshold=limits, trigger_record=name_triggers(noted))
    return described.drop(columns=["id", "change", "on_day", "happened_at", "import_key"])


def _put(connection: Transaction, merge: Merge, flags: pd.DataFrame, as_of: date) -> None:
    version = current_policy(connection).version
    keys = [merge.from_key, merge.into_key]
    put_open_flags(connection, keys, flags.reset_index(), _clock.day_number(as_of), version)
