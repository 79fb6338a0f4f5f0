"""Rules on PHQ-9 item 9: every stored form and version is read, and a blank is never a 0."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, HIGH
from lib.clinical.segments import NONE, Bools, Ints, reduce_over

_ORDER = ["patient", "day", "second", "recorded_at", "item_9"]


def flag_suicidality(forms: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Open item-9 flags, one row a patient.

    forms: every stored PHQ-9 form and version, held and rejected ones too: patient, day, second (NONE: unknown), recorded_at,
    item_9 (NONE: blank), is_closed (a named person has closed it). Ties of time go by value, so that row order cannot matter.
    Returns patient, severity, since, n_forms (open ones), highest, latest_item_9, latest_on (of the open ones).
    Critical at 2 and above, or above the previous answered item 9 (Simon 2013, 2016); else high.
    """
    forms = forms[forms["item_9"] != NONE].sort_values(_ORDER, kind="stable")
    previous = forms["item_9"].shift(1).where(forms["patient"] == forms["patient"].shift(1))
    is_critical = (forms["item_9"] >= policy.suicidality_item_9.critical_at) | (forms["item_9"] > previous)
    severity = pd.Series(np.where(is_critical, CRITICAL, HIGH), index=forms.index)
    is_open = (forms["item_9"] >= 1) & ~forms["is_closed"]
    return _one_row_a_patient(forms.assign(severity=severity)[is_open])


def _one_row_a_patient(forms: pd.DataFrame) -> pd.DataFrame:
    """Of open forms, sorted by patient and time: patient, severity, since, n_forms, highest, latest_item_9, latest_on."""
    patient, day, item_9 = (forms[name].to_numpy() for name in ("patient", "day", "item_9"))
    first = np.flatnonzero(np.diff(patient, prepend=patient[:1] - 1))
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
    is_first = np.diff(patient, prepend=patient[:1] - 1) != 0
    is_last = np.append(is_first[1:], True)[: len(patient)]
    begins = holds & (is_first | ~np.append(False, holds)[: len(holds)])
    run_start = np.maximum.accumulate(np.where(begins, np.arange(len(patient)), 0))
    found = np.flatnonzero(is_last & holds)
    return pd.DataFrame({"patient": patient[found], "since": day[run_start[found]]})
