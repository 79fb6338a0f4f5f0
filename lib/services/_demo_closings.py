"""The demo's clinicians have closed item-9 flags after their risk assessments: files carry records, not closings."""

import pandas as pd

from lib.clinical.instruments import PHQ9
from lib.demo.planted import CASES
from lib.services._closing_event import ASSESSED, closing_event
from lib.store import bulk, derived
from lib.store.engine import Transaction
from lib.store.records import read_patients, read_record_table

_NOTE = "safety plan reviewed with the patient; next dosing session confirmed by telephone beforehand"


def close_assessed_flags(connection: Transaction) -> None:
    """Close what each patient's last risk assessment came after; planted patients keep what they are there to show."""
    forms = bulk.read_form_versions(connection, None)
    forms = forms[(forms["instrument"] == PHQ9.code) & (forms["item_9"] >= 1)]
    for assessment in _last_assessments(connection).to_dict("records"):
        key, on_day = int(assessment["patient_key"]), int(assessment["assessed_at_day"])
        covered = forms.loc[(forms["patient"] == key) & (forms["day"] <= on_day), "id"]
        if covered.empty:
            continue
        event = closing_event(
            connection,
            actor=str(assessment["clinician_id"]),
            reason_code=ASSESSED,
            note=f"{assessment['tool']}: {assessment['result']}. {_NOTE}",
            on_day=on_day,
        )
        about = {"patient_key": key, "clinic_key": int(assessment["clinic_key"])}
        # Written down when they assessed, so that the demo can be looked back at.
        about["happened_at"] = on_day * 86_400 + int(assessment["assessed_at_second"] or 0)
        derived.add_flag_event(connection, event | about | {"covers_assessment_id": int(covered.max())})


def _last_assessments(connection: Transaction) -> pd.DataFrame:
    columns = ("assessed_at_day", "assessed_at_second", "tool", "result", "clinician_id")
    rows = read_record_table(connection, "risk_assessments", None, columns)
    people = read_patients(connection)
    planted = people.loc[people["patient_id"].isin(list(CASES)), "patient_key"]
    rows = rows[~rows["patient_key"].isin(planted)].sort_values(["assessed_at_day", "assessed_at_second"])
    return rows.drop_duplicates("patient_key", keep="last")
