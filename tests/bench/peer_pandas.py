"""Plain pandas: the columns of `status` with sort_values, groupby and merge."""

from pathlib import Path

import numpy as np
import pandas as pd

PAIR = ["patient", "instrument"]
FORM = [*PAIR, "moment"]


class Peer:
    def __init__(self, folder: Path, numbers: dict[str, int]):
        self.forms, self.sessions = (
            pd.read_parquet(folder / f"{name}.parquet") for name in ("forms", "sessions")
        )
        self.numbers = numbers

    def derive_status(self) -> pd.DataFrame:
        current = current_courses(self.sessions, self.numbers)
        valid = self.forms[(self.forms["total"] >= 0) & (self.forms["day"] <= self.numbers["as_of"])]
        valid = valid.merge(current[["patient", "day_0", "second_0"]], on="patient", how="left")
        valid["moment"] = valid["day"].astype("int64") * 100_000 + valid["second"]
        is_later = (valid["second_0"] >= 0) & (valid["second"] >= valid["second_0"])
        valid["is_after"] = (valid["day"] > valid["day_0"]) | ((valid["day"] == valid["day_0"]) & is_later)
        valid = valid.sort_values(FORM)
        in_force = valid.drop_duplicates([*PAIR, "day", "is_after"], keep="last")
        found = describe(in_force, self.numbers)
        baselines = found[[*PAIR, "baseline_total"]].rename(columns={"baseline_total": "baseline"})
        follow_up = in_force[in_force["is_after"]].merge(baselines, on=PAIR)
        judged = judge(follow_up, found, self.numbers)
        counted = valid.groupby(PAIR).size().rename("n_assessments").reset_index()
        treated = current[["patient"]].merge(
            pd.DataFrame({"instrument": np.array([0, 1], dtype="int8")}), how="cross"
        )
        rows = pd.concat([counted[PAIR], treated]).drop_duplicates()
        as_latest = judged[[*FORM, "as_latest", "is_provisional"]].rename(columns={"moment": "latest_moment"})
        rows = rows.merge(current, on="patient", how="left").merge(counted, on=PAIR, how="left")
        rows = rows.merge(found, on=PAIR, how="left").merge(
            as_latest, on=[*PAIR, "latest_moment"], how="left"
        )
        return in_words(
            rows.merge(confirm(follow_up, judged, self.numbers), on=PAIR, how="left"), self.numbers
        )


def current_courses(sessions: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    ordered = sessions[sessions["day"] <= numbers["as_of"]].sort_values(["patient", "day", "second"])
    is_new = ordered.groupby("patient")["day"].diff() > numbers["gap_days"]
    ordered["course"] = 1 + is_new.groupby(ordered["patient"]).cumsum()
    courses = ordered.groupby(["patient", "course"], as_index=False).agg(
        day_0=("day", "first"), second_0=("second", "first"), n_sessions=("day", "size")
    )
    return courses.drop_duplicates("patient", keep="last")


def describe(in_force: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    """Baseline, latest and nadir of each patient and instrument with a valid form."""
    is_window = ~in_force["is_after"] & (in_force["day"] >= in_force["day_0"] - numbers["window_days"])
    baseline = in_force[is_window].drop_duplicates(PAIR, keep="last")[[*PAIR, "total", "day"]]
    after = in_force[in_force["is_after"]]
    latest = after.drop_duplicates(PAIR, keep="last")[[*FORM, "total", "day"]]
    nadir = after.groupby(PAIR)["total"].min().rename("nadir_total").reset_index()
    found = in_force[PAIR].drop_duplicates()
    for frame, name in ((baseline, "baseline"), (latest, "latest")):
        names = {"total": f"{name}_total", "day": f"{name}_on", "moment": f"{name}_moment"}
        found = found.merge(frame.rename(columns=names), on=PAIR, how="left")
    return found.merge(nadir, on=PAIR, how="left")


def responded(total: pd.Series, baseline: pd.Series, numbers: dict[str, int]) -> pd.Series:
    return 100 * total <= (100 - numbers["response_percent"]) * baseline


def judge(follow_up: pd.DataFrame, found: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    """Category, and whether it is provisional, of each latest and of each prorated response, as if it were the latest."""
    latest = found.dropna(subset=["baseline_total", "latest_total"])
    is_prorated = follow_up["low"] < follow_up["high"]
    is_response = (follow_up["baseline"] > 0) & responded(follow_up["total"], follow_up["baseline"], numbers)
    asked = pd.concat(
        [
            latest[[*PAIR, "latest_moment"]]
            .rename(columns={"latest_moment": "moment"})
            .astype({"moment": "int64"}),
            follow_up.loc[is_prorated & is_response, FORM],
        ]
    ).drop_duplicates()
    asked = asked.merge(follow_up, on=FORM)
    pairs = asked[[*FORM, "day"]].merge(follow_up[[*FORM, "day", "total"]], on=PAIR, suffixes=("", "_other"))
    pairs = pairs[pairs["moment_other"] < pairs["moment"]]
    is_look = pairs["day_other"] <= pairs["day"] - numbers["confirm_days"]
    looks = pairs[is_look].groupby(FORM)["moment_other"].max().rename("look").reset_index()
    pairs = pairs.merge(looks, on=FORM)
    for name, mask in (
        ("before_look", pairs["moment_other"] < pairs["look"]),
        ("since_look", pairs["moment_other"] >= pairs["look"]),
    ):
        lowest = pairs[mask].groupby(FORM)["total"].min().rename(name).reset_index()
        asked = asked.merge(lowest, on=FORM, how="left")
    for name, total in (("as_latest", "total"), ("at_low", "low"), ("at_high", "high")):
        asked[name] = category_of(asked, asked[total], numbers)
    is_open = (asked["at_low"] != asked["as_latest"]) | (asked["at_high"] != asked["as_latest"])
    asked["is_provisional"] = is_open | (asked["is_blank"] & (asked["as_latest"] == "remission"))
    return asked


def by_instrument(rows: pd.DataFrame, name: str, numbers: dict[str, int]) -> np.ndarray:
    return np.where(rows["instrument"] == 1, numbers[f"gad7_{name}"], numbers[f"phq9_{name}"])


def category_of(rows: pd.DataFrame, total: pd.Series, numbers: dict[str, int]) -> np.ndarray:
    """Of follow-ups, the first definition that holds."""
    baseline, lowest = rows["baseline"], rows["before_look"]
    at_caseness = baseline >= by_instrument(rows, "caseness", numbers)
    least = np.fmin(total, rows["since_look"])
    back_up = least >= np.fmax(
        by_instrument(rows, "relapse_total", numbers), lowest + by_instrument(rows, "relapse_rise", numbers)
    )
    tests = {
        "not assessable": baseline.isna(),
        "relapse": lowest.notna() & at_caseness & responded(lowest, baseline, numbers) & back_up,
        "worse": total - baseline >= by_instrument(rows, "reliable_change", numbers),
        "below caseness": ~at_caseness,
        "remission": total < numbers["remission_below"],
        "response": responded(total, baseline, numbers),
        "too early": rows["day"] - rows["day_0"] < numbers["too_early_days"],
        "partial": 100 * total <= (100 - numbers["partial_percent"]) * baseline,
    }
    words = ["not assessable" if word == "too early" else word for word in tests]
    return np.select(list(tests.values()), words, "no response")


def confirm(follow_up: pd.DataFrame, judged: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    """The first response that is not provisional, and whether the first follow-up a week later is one too."""
    is_response = (follow_up["baseline"] > 0) & responded(follow_up["total"], follow_up["baseline"], numbers)
    provisional = judged.loc[judged["is_provisional"] & (judged["low"] < judged["high"]), FORM]
    firm = follow_up.loc[is_response, [*FORM, "day"]].merge(provisional, on=FORM, how="left", indicator=True)
    firm = firm.loc[firm["_merge"] == "left_only", [*FORM, "day"]]
    first = firm.groupby(PAIR)["day"].min().rename("first_on").reset_index()
    later = follow_up[[*FORM, "day"]].merge(first, on=PAIR)
    later = later[later["day"] >= later["first_on"] + numbers["confirm_days"]]
    later = later.groupby(PAIR)["moment"].min().reset_index()
    later = later.merge(firm[FORM], on=FORM, how="left", indicator="is_firm")
    later["is_response_confirmed"] = (later["is_firm"] == "both").astype("boolean")
    return first.merge(later[[*PAIR, "is_response_confirmed"]], on=PAIR, how="left")


def in_words(rows: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    baseline, latest = rows["baseline_total"], rows["latest_total"]
    change, limit = latest - baseline, by_instrument(rows, "reliable_change", numbers)
    age = numbers["as_of"] - rows["latest_on"]
    reasons = {
        "no dosing session": rows["course"].isna(),
        "no baseline": baseline.isna(),
        "no follow-up": latest.isna(),
        "too early": rows["as_latest"] == "not assessable",
    }
    changes = {"improved": change <= -limit, "deteriorated": change >= limit, "none": change.notna()}

    def date(name: str) -> pd.Series:
        return pd.to_datetime(rows[name], unit="D")

    def yes_no(values: pd.Series, is_known: pd.Series) -> pd.Series:
        return values.astype("boolean").where(is_known)

    columns = {
        "patient": rows["patient"],
        "course": rows["course"],
        "instrument": np.where(rows["instrument"] == 1, "GAD-7", "PHQ-9"),
        "category": rows["as_latest"].fillna("not assessable"),
        "reason": np.select(list(reasons.values()), list(reasons), None),
        "is_provisional": rows["is_provisional"].astype("boolean").fillna(False),
        "baseline_total": baseline,
        "baseline_on": date("baseline_on"),
        "is_baseline_stale": yes_no(
            rows["day_0"] - rows["baseline_on"] > numbers["stale_after_days"], baseline.notna()
        ),
        "latest_total": latest,
        "latest_on": date("latest_on"),
        "days_since_latest": age,
        "is_current": yes_no(age <= numbers["current_days"], latest.notna()),
        "change": change,
        "percent_change": (100.0 * change / baseline).where(baseline > 0),
        "reliable_change": np.select(list(changes.values()), list(changes), None),
        "nadir_total": rows["nadir_total"],
        "first_response_on": date("first_on"),
        "is_response_confirmed": rows["is_response_confirmed"],
        "n_assessments": rows["n_assessments"].fillna(0),
        "n_dosing_sessions": rows["n_sessions"].fillna(0),
        "first_dose_on": date("day_0"),
    }
    return pd.DataFrame(columns)
