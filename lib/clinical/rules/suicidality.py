"""Rules on PHQ-9 item 9: every stored form and version is read, and a blank is never a 0."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, HIGH
from lib.clinical.segments import NONE, Bools, Ints, begins_run, reduce_over

# The reason of a closing that says that somebody assessed the patient, with which tool and with what result.
ASSESSED = "assessed"
PERSISTING_COLUMNS = ("patient", "n_forms", "n_positive", "latest_item_9", "latest_on", "assessed_on")
_ORDER = ["patient", "day", "second", "recorded_at", "item_9"]
# Only an answer of 0 or 1 can add to what was assessed; 2 never does, whatever the policy calls critical.
_MOST_PERSISTING = 1


def flag_suicidality(forms: pd.DataFrame, closings: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """Open item-9 flags, one row a patient.

    forms: every stored PHQ-9 form and version, held and rejected ones too: patient, day, second (NONE: unknown), recorded_at,
    item_9 (NONE: blank), is_closed (a named person has closed it). Ties of time go by value, so that row order cannot matter.
    closings: of item-9 flags up to the day as_of, the oldest first: patient, on_day, is_assessed.
    Returns patient, severity, since, n_forms (open ones), highest, latest_item_9, latest_on (of the open ones).
    Critical at 2 and above, or above the previous answered item 9 (Simon 2013, 2016); else high.
    """
    judged = _judge(forms, closings, as_of, policy)
    return _one_row_a_patient(judged[judged["is_open"] & ~judged["is_persisting"]])


def _one_row_a_patient(forms: pd.DataFrame) -> pd.DataFrame:
    """Of open forms, sorted by patient and time: patient, severity, since, n_forms, highest, latest_item_9, latest_on."""
    patient, day, item_9 = (forms[name].to_numpy() for name in ("patient", "day", "item_9"))
    first = np.flatnonzero(begins_run(patient))
    stop = np.append(first[1:], len(forms))[: len(first)]
    return pd.DataFrame(
        {
            "patient": patient[first],
            "severity": reduce_over(np.maximum, forms["severity"].to_numpy(), first, stop, NONE),
            "since": day[first],
            "n_forms": stop - first,
            "highest": reduce_over(np.maximum, item_9, first, stop, NONE),
            "latest_item_9": item_9[stop - 1],
            "latest_on": day[stop - 1],
        }
    )


def summarise_persisting(
    forms: pd.DataFrame, closings: pd.DataFrame, as_of: int, policy: Policy
) -> pd.DataFrame:
    """Patients whose forms since the last closing add to it instead of opening the flag again, at least one of them at 1:
    PERSISTING_COLUMNS, n_forms being those answered since the closing. Arguments as above."""
    judged = _judge(forms, closings, as_of, policy)
    added = judged[judged["is_persisting"] & ~judged["is_closed"]]
    added = added[added["patient"].isin(added.loc[added["is_open"], "patient"])]
    found = added.groupby("patient", sort=True).agg(
        n_forms=("item_9", "size"),
        n_positive=("is_open", "sum"),
        latest_item_9=("item_9", "last"),
        latest_on=("day", "last"),
        assessed_on=("assessed_on", "max"),
    )
    return found.reset_index().astype("int64")


def _judge(forms: pd.DataFrame, closings: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """Answered forms in the order of what was said, with severity, is_open (1 or more, and not closed), assessed_on (NaN) and
    is_persisting, which is the same for all forms of a patient: all that is open adds to an assessment that is recent."""
    forms = forms[forms["item_9"] != NONE].sort_values(_ORDER, kind="stable")
    item_9, patient = forms["item_9"], forms["patient"]
    previous = item_9.shift(1).where(patient == patient.shift(1))
    is_critical = (item_9 >= policy.suicidality_item_9.critical_at) | (item_9 > previous)
    is_open = (item_9 >= 1) & ~forms["is_closed"]
    assessed_on = patient.map(_last_assessments(closings))
    is_recent = as_of - assessed_on <= policy.flag_life.reassess_days
    # Without an answer before it nobody knows whether it rose.
    adds = (item_9 <= _MOST_PERSISTING) & (item_9 <= previous)
    opens_again = patient[is_open & ~(adds & is_recent)]
    return forms.assign(
        severity=np.where(is_critical, CRITICAL, HIGH),
        is_open=is_open,
        assessed_on=assessed_on,
        is_persisting=is_recent & ~patient.isin(opens_again),
    )


def _last_assessments(closings: pd.DataFrame) -> "pd.Series[int]":
    """By patient the day of the last closing, where that one was an assessment. Of one day the one written last."""
    last = closings.sort_values("on_day", kind="stable").drop_duplicates("patient", keep="last")
    return last[last["is_assessed"].astype(bool)].set_index("patient")["on_day"]


def flag_item_9_not_answered(forms: pd.DataFrame) -> pd.DataFrame:
    """Patients whose latest PHQ-9 has items but no answer to item 9: patient, severity, since.

    forms: current versions of PHQ-9, valid or not: patient, day, second, has_items, item_9.
    """
    forms = forms.sort_values(["patient", "day", "second"], kind="stable")
    is_blank = forms["has_items"] & (forms["item_9"] == NONE)
    since = start_of_last_run(forms["patient"].to_numpy(), is_blank.to_numpy(), forms["day"].to_numpy())
    return since.assign(severity=HIGH)


def start_of_last_run(patient: Ints, holds: Bools, day: Ints) -> pd.DataFrame:
    """Of patients for whom it holds at their last record: patient, since (the day from which it held without a break).

    Rows sorted by patient and time; a day is judged at its end, as as_of does.
    """
    is_end_of_day = np.append((np.diff(patient) != 0) | (np.diff(day) != 0), True)[: len(patient)]
    patient, holds, day = patient[is_end_of_day], holds[is_end_of_day], day[is_end_of_day]
    is_first = begins_run(patient)
    is_last = np.append(is_first[1:], True)[: len(patient)]
    begins = holds & (is_first | ~np.append(False, holds)[: len(holds)])
    run_start = np.maximum.accumulate(np.where(begins, np.arange(len(patient)), 0))
    found = np.flatnonzero(is_last & holds)
    return pd.DataFrame({"patient": patient[found], "since": day[run_start[found]]})
