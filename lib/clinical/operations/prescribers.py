"""Doses by prescriber: what each one's patients took last, in mg and mg/kg. In alphabetical order: patients differ, and nobody is
ranked."""

import numpy as np
import pandas as pd

NOT_RECORDED = "not recorded"
QUARTILES = {"low": 0.25, "median": 0.5, "high": 0.75}
_KEYS = ["prescriber", "drug"]


def derive_last_doses(
    doses: pd.DataFrame, orders: pd.DataFrame, clinicians: "pd.Series[str]", weights: pd.DataFrame
) -> pd.DataFrame:
    """One row a patient, the last counting session: patient, day, dose_mg, mg_per_kg (NaN: no weight by then), drug, prescriber.

    The prescriber is whoever made the last order by the session's date; where that is not recorded, whose patient it is; else
    "not recorded". doses: patient, day, second, dose_mg, drug ("": not recorded). orders: patient, day, clinician_id (""), the
    oldest first; weights: patient, day, weight_kg, the same. clinicians: by patient key.
    """
    last = doses.sort_values(["patient", "day", "second"], kind="stable").drop_duplicates(
        "patient", keep="last"
    )
    last = last.sort_values("day", kind="stable", ignore_index=True)
    ordered = _last_by(last, orders.rename(columns={"clinician_id": "found"}))
    kilograms = _last_by(last, weights.rename(columns={"weight_kg": "found"}))
    kilograms = kilograms.to_numpy(dtype=float, na_value=np.nan)
    ordered, own = ordered.astype(object), last["patient"].map(clinicians).astype(object)
    prescriber = ordered.where(ordered.notna() & (ordered != ""), own).fillna(NOT_RECORDED)
    return pd.DataFrame(
        {
            "patient": last["patient"],
            "day": last["day"],
            "dose_mg": last["dose_mg"],
            "mg_per_kg": last["dose_mg"] / kilograms,
            "drug": last["drug"].where(last["drug"] != "", NOT_RECORDED),
            "prescriber": prescriber,
        }
    )


def _last_by(rows: pd.DataFrame, dated: pd.DataFrame) -> pd.Series:
    """What was found last by each row's day, of the same patient. rows: sorted by day."""
    # Of no rows at all pandas would not know that a column holds whole numbers.
    dated = dated[["patient", "day", "found"]].astype({"patient": "int64", "day": "int64"})
    dated = dated.sort_values("day", kind="stable")
    return pd.merge_asof(rows[["patient", "day"]], dated, on="day", by="patient")["found"]


def summarise_prescribers(last: pd.DataFrame) -> pd.DataFrame:
    """One row a prescriber and drug, alphabetical: n_patients, n_weighed, mg_low, mg_median, mg_high, kg_low, kg_median, kg_high
    (quartiles of mg and mg/kg, NaN where nobody's is known), n_above: of n_weighed those above the upper quartile of everybody
    who took the drug (what a funnel plot is drawn of)."""
    upper = last.groupby("drug")["mg_per_kg"].transform(lambda kg: kg.quantile(0.75))
    rows = last.assign(is_above=last["mg_per_kg"] > upper)
    by = rows.groupby(_KEYS)
    counts = by.agg(
        n_patients=("dose_mg", "size"), n_weighed=("mg_per_kg", "count"), n_above=("is_above", "sum")
    )
    for name, prefix in (("dose_mg", "mg"), ("mg_per_kg", "kg")):
        counts = counts.assign(
            **{f"{prefix}_{word}": by[name].quantile(part) for word, part in QUARTILES.items()}
        )
    counts = counts.reset_index()
    # "not recorded" is no name, and stands last.
    is_nobody = counts["prescriber"] == NOT_RECORDED
    order = np.lexsort((counts["drug"], counts["prescriber"].str.casefold(), is_nobody))
    return counts.iloc[order].reset_index(drop=True)
