"""What is open for a patient before a dosing session: facts from the record, by patient key; what is not recorded is NA."""

import numpy as np
import pandas as pd

from lib.clinical.care_records import CareRecords
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.medicines import select_benzodiazepines
from lib.clinical.segments import NONE
from lib.services._histories import Loaded

_OF_SESSION = ("sbp_pre_mmhg", "dbp_pre_mmhg", "supervisor_present", "ae_asked")
_FLAGS = {
    "suicidality_item_9": "item_9_flag",
    "blood_pressure": "pressure_flag",
    "tolerability": "adverse_flag",
}


def describe_last_session(loaded: Loaded) -> pd.DataFrame:
    """_OF_SESSION of the last counting session, as recorded."""
    rows = loaded.sessions.sort_values(["day", "second"], kind="stable")
    last = rows.drop_duplicates("patient", keep="last").set_index("patient")
    return last[list(_OF_SESSION)]


def describe_item_9(loaded: Loaded) -> pd.DataFrame:
    """Of the latest PHQ-9 form in force: item_9 (NA: blank, or not sent), item_9_day, has_items."""
    forms = loaded.phq9_forms
    forms = forms[forms["is_current_version"].astype(bool)].sort_values(["day", "second"], kind="stable")
    last = forms.drop_duplicates("patient", keep="last").set_index("patient")
    answer = last["item_9"].astype("Int64")
    return pd.DataFrame(
        {"item_9": answer.mask(answer == NONE), "item_9_day": last["day"], "has_items": last["has_items"]}
    )


def describe_flags(flags: pd.DataFrame) -> pd.DataFrame:
    """item_9_flag, pressure_flag, adverse_flag: the evidence of the open flag. other_flags: what else is open on safety."""
    found = {
        name: flags[flags["rule"] == rule].set_index("patient_key")["evidence"]
        for rule, name in _FLAGS.items()
    }
    is_other = [RULES[rule].is_safety and rule not in _FLAGS for rule in flags["rule"]]
    others = flags[np.array(is_other, dtype=bool)]
    labels = others["rule"].map({name: rule.label for name, rule in RULES.items()})
    return pd.DataFrame({**found, "other_flags": labels.groupby(others["patient_key"]).agg("; ".join)})


def describe_events(care: CareRecords, last_day: "pd.Series[int]") -> "pd.Series[str]":
    """Adverse events on or after the last session: term and severity, in the order in which they came."""
    events = care.adverse_events.sort_values("day", kind="stable")
    since = events[events["day"] >= events["patient"].map(last_day)]
    said = since["term"] + ", " + since["severity"].where(since["severity"] != "", "severity not recorded")
    return said.groupby(since["patient"]).agg("; ".join)


def describe_medicines(care: CareRecords, last_day: "pd.Series[int]", as_of: int) -> pd.DataFrame:
    """new_medicines: begun on or after the last session. sedatives: benzodiazepines that go on, of these those begun before."""
    going_on = care.medications[
        (care.medications["ended_on"] == NONE) | (care.medications["ended_on"] > as_of)
    ]
    is_new = going_on["started_on"] >= going_on["patient"].map(last_day)
    is_sedative = going_on.index.isin(select_benzodiazepines(going_on).index)
    kind = going_on["class"].where(going_on["class"] != "", "class not recorded")
    said = going_on["name"] + " (" + kind.mask(is_sedative, "benzodiazepine") + ")"

    def join(which: "pd.Series[bool]") -> "pd.Series[str]":
        return said[which].groupby(going_on.loc[which, "patient"]).agg("; ".join)

    return pd.DataFrame({"new_medicines": join(is_new), "sedatives": join(is_sedative & ~is_new)})
