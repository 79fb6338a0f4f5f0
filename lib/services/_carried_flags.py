"""Critical flags when two identities become one person, and two again: none of them ends by that, as none ends by itself."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from lib.clinical.flag_keeping import DATED, KEY, can_outlast, join_findings, join_flags, split_findings
from lib.clinical.rules.catalogue import CRITICAL
from lib.clinical.rules.reading_flags import find_followed
from lib.services import _clock
from lib.services._derived_rows import flags_on
from lib.services._histories import load_histories
from lib.services._open_flags import name_triggers, put_open_flags
from lib.services._refresh import current_policy
from lib.store import flag_life
from lib.store import merges as store_merges
from lib.store.bulk_care import read_care_records
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
    _join_onto(carried, own[own["severity"] == CRITICAL], (*DATED, "evidence"))
    _put(connection, merge, pd.concat([own.drop(index=carried.index, errors="ignore"), carried]), as_of)


def take_flags_back(connection: Transaction, merge: Merge, as_of: date) -> None:
    """Each has the critical flags again that it had, also where they were closed while the two were one person; those that came
    since stay with the remaining one, until the records say whose they are."""
    now = _read_open(connection, merge).set_index(_WHERE)
    noted = _read_noted(connection, merge, now)
    found = _find_by_records(connection, merge.from_key, as_of)
    if noted.empty and found.empty:
        return
    gone = noted[noted["patient_key"] == merge.from_key].set_index(_WHERE)
    own = noted[noted["patient_key"] == merge.into_key].set_index(_WHERE)
    # Also what came under the name of who is gone, and went back with it.
    stays = now.assign(evidence=_without_gone(now, pd.concat([gone, found]), own))
    stays = _date_anew(connection, merge, stays[stays["evidence"] != ""], own)
    # What it said at the merge began when it said so then: since, the other's sessions have counted too.
    _join_onto(own, stays[can_outlast(stays.reset_index()).to_numpy()], ("evidence",))
    _put(connection, merge, pd.concat([stays.drop(index=own.index, errors="ignore"), own, gone]), as_of)


def _date_anew(connection: Transaction, merge: Merge, stays: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """A flag that came while the two were one person began when what it says was said first, by the log, and not when something
    of who is gone did; a rule that finds it says so better."""
    log = flag_life.read_flag_log(connection, [merge.into_key]).set_index(_WHERE).sort_values("id")
    dated = stays.copy()
    for where in stays.index.difference(own.index):
        left = split_findings(stays.loc[where, "evidence"]).keys()
        said = log[log.index == where]
        days = said.loc[[not left.isdisjoint(split_findings(text)) for text in said["evidence"]], "on_day"]
        if len(days):
            dated.loc[where, "since"] = days.iloc[0]
    return dated.assign(trigger_record=name_triggers(dated.reset_index())) if len(dated) else dated


def _join_onto(older: pd.DataFrame, newer: pd.DataFrame, names: Sequence[str]) -> None:
    """Give older ones what the newer ones say beside them. names: the columns that are joined."""
    for where in older.index.intersection(newer.index):
        joined = join_flags(newer.loc[where].to_dict(), older.loc[where].to_dict())
        for name in names:
            older.loc[where, name] = joined[name]


def _without_gone(now: pd.DataFrame, gone: pd.DataFrame, own: pd.DataFrame) -> "pd.Series[str]":
    """What flags say without the findings that only the other identity had; empty where that is all."""
    of_gone, of_own = _list_findings(gone), _list_findings(own)
    said = []
    for where, evidence in now["evidence"].items():
        findings = split_findings(evidence)
        left = {
            one: day for one, day in findings.items() if (where, one) in of_own or (where, one) not in of_gone
        }
        said.append(evidence if len(left) == len(findings) else join_findings(left))
    return pd.Series(said, index=now.index, dtype="str")


def _list_findings(flags: pd.DataFrame) -> set[tuple]:
    """flags: evidence, by _WHERE."""
    said = flags["evidence"].items()
    return {(where, finding) for where, evidence in said for finding in split_findings(evidence)}


def _find_by_records(connection: Transaction, patient_key: int, as_of: date) -> pd.DataFrame:
    """The critical findings of a patient's records, whatever is open: evidence, by _WHERE."""
    policy, day = current_policy(connection), _clock.day_number(as_of)
    loaded = load_histories(connection, policy, [patient_key])
    care = read_care_records(connection, [patient_key], len(loaded.clinic_of))
    sessions = loaded.sessions[loaded.sessions["day"] <= day]
    found = pd.concat([flags_on(loaded, care, day, policy), find_followed(sessions, day, policy)])
    return found[found["severity"] == CRITICAL].set_index(_WHERE)


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
    before, after = _read_open(connection, merge), flags.reset_index()
    put_open_flags(connection, keys, (before, after), _clock.day_number(as_of), version)
