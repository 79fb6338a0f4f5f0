"""Code that gives a number of Explore again from exported files: a few lines of Python, to be run beside the CSV files.

The files are the identified tidy export of the cohort (a de-identified one has no clinics, and study days for dates); the numbers
agree where the export is of the same day and data version. A test runs every one of them.
"""

from dataclasses import dataclass
from datetime import date

from lib.clinical.courses import COUNTING_STATUSES
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.clinical.outcomes.facts import instrument_name
from lib.research.explore.repeated import Repeated
from lib.research.explore.studied import band_edges

_READ = """import numpy as np
import pandas as pd

# One course a patient, as the cohort has it.
scores = pd.read_csv("derived/course_scores.csv")
scores = scores[scores["instrument"] == "{instrument}"]
person = ["clinic_id", "patient_id"]
of_person = scores.groupby(person)["course"]
scores = scores[scores["course"] == of_person.transform("{which}")].reset_index(drop=True)
"""
_DUE = """
# Due: so many days after the first dose ({days}), on the day of the export.
first = pd.to_datetime(scores["first_dose_on"])
due = (first + pd.Timedelta(days={days}) <= pd.Timestamp("{as_of}")){daily}
"""
_STALE = """scores["latest_total"] = scores["latest_total"].mask(
    pd.Timestamp("{as_of}") - pd.to_datetime(scores["latest_on"]) > pd.Timedelta(days={current})
)
"""
_TABLE_1 = """
for name in ("baseline_total", "n_sessions"):
    known = scores[name].dropna()
    quartiles = known.quantile([0.25, 0.5, 0.75]).round(1).tolist()
    print(name, len(known), scores[name].isna().sum(), round(known.mean(), 1), round(known.std(), 1), quartiles)
patients = scores[person].merge(pd.read_csv("records/patients.csv"), on=person, how="left")
print(patients["sex"].fillna("not recorded").value_counts().sort_index().to_string())
"""
_CHANGE = """
both = scores[due].dropna(subset=["baseline_total", "{at}"])
change = both["{at}"] - both["baseline_total"]
baseline_sd = both["baseline_total"].std()
pooled_sd = np.sqrt((baseline_sd**2 + both["{at}"].std() ** 2) / 2)
print(len(change), due.sum(), round(change.mean(), 2), round(change.mean() / baseline_sd, 2), round(change.mean() / pooled_sd, 2))
"""
_MODEL = """
import statsmodels.formula.api as smf

visits = {visits}
rows = scores[scores["is_daily"] == "no"].dropna(subset=["baseline_total"])
rows = rows.melt([*person, "baseline_total"], [f"session_{{k}}_total" for k in visits], "visit", "total").dropna()
rows["visit"] = rows["visit"].str.extract(r"(\\d+)", expand=False).astype(int)
rows["patient"] = rows[person].astype(str).agg("/".join, axis=1)
rows["change"] = rows["total"] - rows["baseline_total"]
each = rows.drop_duplicates("patient")
# Around the mean over patients, so that a visit's coefficient is its adjusted mean change.
rows["baseline"] = rows["baseline_total"] - each["baseline_total"].mean()
rows["time"] = rows["visit"] - rows["visit"].mean()
terms = ["change ~ 0 + C(visit)", "baseline"]
for number, site in enumerate({sites}):
    rows[f"site_{{number}}"] = (rows["clinic_id"] == site) - (each["clinic_id"] == site).mean()
    terms.append(f"site_{{number}}")
model = smf.mixedlm(" + ".join(terms), rows, groups="patient", re_formula="{random}")
fit = model.fit(reml=True, method=["lbfgs", "bfgs"])
print(fit.converged, len(rows), len(each))
print(pd.DataFrame({{"mean": fit.fe_params, "se": fit.bse_fe}}).round(2).to_string())
"""
_TIME = """
# Kaplan-Meier: days from the first dose to the {event}, or to the last form without it. Of baselines at caseness.
cases = scores[scores["baseline_total"] >= {caseness}].dropna(subset=["latest_on"])
start, event = (pd.to_datetime(cases[name]) for name in ("{origin}", "{event}_on"))
event = event.where(event > start) if "{event}" == "relapse" else event
last = pd.to_datetime(cases["latest_on"])
followed = start.notna() & (last >= start)
days = (event.fillna(last) - start)[followed].dt.days
had = event.notna()[followed]
survival = 1.0
for day in sorted(set(days[had])):
    survival *= 1 - (had & (days == day)).sum() / (days >= day).sum()
print(len(days), had.sum(), round(survival, 4))
"""
_MISSING = """
missing = scores["{at}"].isna()
print(missing[due].sum(), due.sum())
bands = pd.cut(scores["baseline_total"], {edges}, right=False)
print(missing[due].groupby(bands[due], observed=True).agg(["sum", "size"]).to_string())
sessions = pd.read_csv("records/dosing_sessions.csv").sort_values("started_at", kind="stable")
sessions = sessions[(sessions["dose_mg"] > 0) & sessions["status"].fillna("{counting}").isin({statuses})]
sessions["first_dose_on"] = sessions["started_at"].str[:10]
of_day = sessions.drop_duplicates([*person, "first_dose_on"])[[*person, "first_dose_on", "dose_mg"]]
dose = scores.merge(of_day, on=[*person, "first_dose_on"], how="left")["dose_mg"]
low, high = dose.quantile([1 / 3, 2 / 3], interpolation="lower")
thirds = pd.cut(dose, sorted({{-np.inf, low, high, np.inf}}))
print(missing[due].groupby(thirds[due], observed=True).agg(["sum", "size"]).to_string())
"""
_BOUNDS = """
# Everyone due whose baseline is at caseness or unknown; a provisional improvement is counted by nobody.
base, total = scores["baseline_total"], scores["{at}"]
firm = (scores["provisional"] // {bit}) % 2 == 0
counted = due & ~(base < {caseness})
met = counted & firm & (100 * total <= (100 - {percent}) * base)
missing = counted & (base.isna() | total.isna())
worst, best = met.sum() / counted.sum(), (met | missing).sum() / counted.sum()
print(met.sum(), counted.sum(), missing.sum(), round(worst, 4), round(best, 4))
"""
_RULES = """
# The worst total of the {window} days before the first dose, beside the last one.
forms = pd.read_csv("derived/assessments_wide.csv")[[*person, "assessed_on", "{stem}_total"]]
forms = scores[[*person, "first_dose_on", "baseline_on"]].merge(forms, on=person)
on, last, dose = (pd.to_datetime(forms[name]) for name in ("assessed_on", "baseline_on", "first_dose_on"))
window = forms[(on >= dose - pd.Timedelta(days={window})) & (on <= last)]
worst = window.groupby(person)["{stem}_total"].max().reindex(pd.MultiIndex.from_frame(scores[person])).to_numpy()
total, firm = scores["{at}"], (scores["provisional"] // {bit}) % 2 == 0
for base in (scores["baseline_total"], pd.Series(worst)):
    counted = due & ~(base < {caseness})
    print((counted & firm & (100 * total <= (100 - {percent}) * base)).sum(), counted.sum())
"""
_CARRIED = """
sessions = [f"session_{{k}}_total" for k in range(1, {session} + 1)]
carried = scores[sessions].ffill(axis=1).iloc[:, -1]
for total in (scores["{at}"], carried):
    change = (total - scores["baseline_total"])[due].dropna()
    print(len(change), round(change.mean(), 2))
"""


@dataclass(frozen=True)
class Snippets:
    """which: of a patient's courses, as the criteria say (lib.research.people). as_of: the day of the cohort."""

    asked: Asked
    which: str
    as_of: date
    caseness: int

    def read(self) -> str:
        which = "min" if self.which == "first" else "max"
        return _READ.format(instrument=instrument_name(self.asked.instrument), which=which)

    @property
    def at(self) -> str:
        return f"{self.asked.time_point}_total"

    @property
    def _response(self) -> dict[str, object]:
        """What a rate of response is asked with."""
        bit = 1 << TIME_POINTS.index(self.asked.time_point)
        percent = self.asked.policy.categories.response_percent
        return {"at": self.at, "bit": bit, "caseness": self.caseness, "percent": percent}

    def due(self) -> str:
        daily = ' & (scores["is_daily"] == "no")' if self.asked.session else ""
        current = self.asked.policy.categories.current_days
        stale = _STALE.format(as_of=self.as_of, current=current) if self.asked.time_point == "latest" else ""
        return self.read() + _DUE.format(days=self.asked.due_days, as_of=self.as_of, daily=daily) + stale

    def table_1(self) -> str:
        return self.read() + _TABLE_1

    def change(self) -> str:
        return self.due() + _CHANGE.format(at=self.at)

    def model(self, repeated: Repeated, sites: tuple[str, ...], *, has_slope: bool) -> str:
        random = "~time" if has_slope else "1"
        return self.read() + _MODEL.format(visits=list(repeated.visits), sites=list(sites), random=random)

    def time(self, event: str) -> str:
        origin = "response_on" if event == "relapse" else "first_dose_on"
        return self.read() + _TIME.format(event=event, origin=origin, caseness=self.caseness)

    def missing(self) -> str:
        return self.due() + _MISSING.format(
            at=self.at,
            edges=band_edges(self.asked.instrument),
            counting=COUNTING_STATUSES[0],
            statuses=list(COUNTING_STATUSES),
        )

    def bounds(self) -> str:
        return self.due() + _BOUNDS.format(**self._response)

    def rules(self) -> str:
        stem = self.asked.name.lower().replace("-", "")
        window = self.asked.policy.baseline.window_days
        return self.due() + _RULES.format(stem=stem, window=window, **self._response)

    def carried(self) -> str:
        return self.due() + _CARRIED.format(at=self.at, session=self.asked.session)
