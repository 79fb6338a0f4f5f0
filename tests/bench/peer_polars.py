"""Polars: the columns of `status` from data frames in memory."""

from pathlib import Path

import polars as pl

PAIR = ["patient", "instrument"]


class Peer:
    def __init__(self, folder: Path, numbers: dict[str, int]):
        self.forms, self.sessions = (
            pl.read_parquet(folder / f"{name}.parquet") for name in ("forms", "sessions")
        )
        self.numbers = numbers

    def derive_status(self) -> pl.DataFrame:
        current = current_courses(self.sessions, self.numbers)
        valid = self.forms.filter(pl.col("total") >= 0, pl.col("day") <= self.numbers["as_of"])
        valid = valid.join(current.select("patient", "day_0", "second_0"), on="patient", how="left")
        valid = valid.with_columns(
            moment=pl.col("day").cast(pl.Int64) * 100_000 + pl.col("second"),
            is_after=(
                (pl.col("day") > pl.col("day_0"))
                | (pl.col("day") == pl.col("day_0"))
                & (pl.col("second_0") >= 0)
                & (pl.col("second") >= pl.col("second_0"))
            ).fill_null(False),
        )
        valid = valid.sort([*PAIR, "moment"])
        part = [*PAIR, "day", "is_after"]
        in_force = valid.filter(
            pl.any_horizontal(pl.col(name) != pl.col(name).shift(-1) for name in part).fill_null(True)
        )
        found = describe(in_force, self.numbers)
        follow_up = in_force.filter("is_after").join(
            found.select(*PAIR, baseline=pl.col("baseline_total")), on=PAIR
        )
        judged = judge(follow_up, found, self.numbers)
        responses = confirm(follow_up, judged, self.numbers)
        counted = valid.group_by(PAIR).agg(n_assessments=pl.len())
        treated = current.select("patient").join(
            pl.DataFrame({"instrument": [0, 1]}, schema={"instrument": pl.Int8}), how="cross"
        )
        rows = pl.concat([counted.select(PAIR), treated.select(PAIR)]).unique()
        rows = rows.join(current, on="patient", how="left").join(counted, on=PAIR, how="left")
        rows = rows.join(found.drop("day_0"), on=PAIR, how="left")
        as_latest = judged.select(*PAIR, "as_latest", "is_provisional", latest_moment=pl.col("moment"))
        rows = rows.join(as_latest, on=[*PAIR, "latest_moment"], how="left")
        return in_words(rows.join(responses, on=PAIR, how="left"), self.numbers)


def current_courses(sessions: pl.DataFrame, numbers: dict[str, int]) -> pl.DataFrame:
    ordered = sessions.filter(pl.col("day") <= numbers["as_of"]).sort("patient", "day", "second")
    is_new = (pl.col("day").diff() > numbers["gap_days"]) & (pl.col("patient").diff() == 0)
    numbered = ordered.with_columns(is_new=is_new.fill_null(False)).with_columns(
        course=1 + pl.col("is_new").cast(pl.Int64).cum_sum().over("patient")
    )
    courses = numbered.group_by("patient", "course", maintain_order=True).agg(
        day_0=pl.col("day").first(), second_0=pl.col("second").first(), n_sessions=pl.len()
    )
    return courses.group_by("patient", maintain_order=True).last()


def describe(in_force: pl.DataFrame, numbers: dict[str, int]) -> pl.DataFrame:
    """Baseline, latest and nadir of each patient and instrument."""
    is_before = ~pl.col("is_after") & (pl.col("day") >= pl.col("day_0") - numbers["window_days"])
    baseline = in_force.filter(is_before).unique(PAIR, keep="last", maintain_order=True)
    follow_up = in_force.filter("is_after")
    latest = follow_up.unique(PAIR, keep="last", maintain_order=True)
    nadir = follow_up.group_by(PAIR).agg(nadir_total=pl.col("total").min())
    found = in_force.select(*PAIR, "day_0").unique()
    found = found.join(baseline.select(*PAIR, baseline_total="total", baseline_on="day"), on=PAIR, how="left")
    latest = latest.select(*PAIR, latest_total="total", latest_moment="moment", latest_on="day")
    return found.join(latest, on=PAIR, how="left").join(nadir, on=PAIR, how="left")


def responded(total: pl.Expr, baseline: pl.Expr, numbers: dict[str, int]) -> pl.Expr:
    return 100 * total <= (100 - numbers["response_percent"]) * baseline


def judge(follow_up: pl.DataFrame, found: pl.DataFrame, numbers: dict[str, int]) -> pl.DataFrame:
    """Category, and whether it is provisional, of each latest and of each prorated response, as if it were the latest."""
    latest = found.filter(pl.col("baseline_total").is_not_null(), pl.col("latest_total").is_not_null())
    is_response = (pl.col("baseline") > 0) & responded(pl.col("total"), pl.col("baseline"), numbers)
    prorated = follow_up.filter(pl.col("low") < pl.col("high"), is_response)
    asked = pl.concat(
        [latest.select(*PAIR, moment="latest_moment"), prorated.select(*PAIR, "moment")]
    ).unique()
    asked = asked.join(follow_up, on=[*PAIR, "moment"])
    others = follow_up.select(
        *PAIR, other=pl.col("moment"), other_day=pl.col("day"), other_total=pl.col("total")
    )
    pairs = asked.select(*PAIR, "moment", "day").join(others, on=PAIR)
    pairs = pairs.filter(pl.col("other") < pl.col("moment"))
    is_look = pl.col("other_day") <= pl.col("day") - numbers["confirm_days"]
    looks = pairs.filter(is_look).group_by(*PAIR, "moment").agg(look=pl.col("other").max())
    pairs = pairs.join(looks, on=[*PAIR, "moment"])
    lowest = pairs.group_by(*PAIR, "moment").agg(
        before_look=pl.col("other_total").filter(pl.col("other") < pl.col("look")).min(),
        since_look=pl.col("other_total").filter(pl.col("other") >= pl.col("look")).min(),
    )
    judged = asked.join(lowest, on=[*PAIR, "moment"], how="left").with_columns(
        as_latest=category_of("total", numbers),
        at_low=category_of("low", numbers),
        at_high=category_of("high", numbers),
    )
    return judged.with_columns(
        is_provisional=(pl.col("at_low") != pl.col("as_latest"))
        | (pl.col("at_high") != pl.col("as_latest"))
        | (pl.col("is_blank") & (pl.col("as_latest") == "remission"))
    )


def by_instrument(name: str, numbers: dict[str, int]) -> pl.Expr:
    gad7, phq9 = (pl.lit(numbers[f"{one}_{name}"], dtype=pl.Int16) for one in ("gad7", "phq9"))
    return pl.when(pl.col("instrument") == 1).then(gad7).otherwise(phq9)


def category_of(name: str, numbers: dict[str, int]) -> pl.Expr:
    """Of follow-ups with a baseline."""
    total, baseline, lowest = pl.col(name), pl.col("baseline"), pl.col("before_look")
    at_caseness = baseline >= by_instrument("caseness", numbers)
    least = pl.min_horizontal(total, "since_look")
    back_up = (least >= by_instrument("relapse_total", numbers)) & (
        least >= lowest + by_instrument("relapse_rise", numbers)
    )
    is_relapse = lowest.is_not_null() & at_caseness & responded(lowest, baseline, numbers) & back_up
    is_early = pl.col("day") - pl.col("day_0") < numbers["too_early_days"]
    return (
        pl.when(baseline.is_null())
        .then(pl.lit("not assessable"))
        .when(is_relapse)
        .then(pl.lit("relapse"))
        .when(total - baseline >= by_instrument("reliable_change", numbers))
        .then(pl.lit("worse"))
        .when(~at_caseness)
        .then(pl.lit("below caseness"))
        .when(total < numbers["remission_below"])
        .then(pl.lit("remission"))
        .when(responded(total, baseline, numbers))
        .then(pl.lit("response"))
        .when(is_early)
        .then(pl.lit("not assessable"))
        .when(100 * total <= (100 - numbers["partial_percent"]) * baseline)
        .then(pl.lit("partial"))
        .otherwise(pl.lit("no response"))
    )


def confirm(follow_up: pl.DataFrame, judged: pl.DataFrame, numbers: dict[str, int]) -> pl.DataFrame:
    """The first response that is not provisional, and whether the first follow-up a week later is one too."""
    is_response = (pl.col("baseline") > 0) & responded(pl.col("total"), pl.col("baseline"), numbers)
    provisional = judged.filter("is_provisional", pl.col("low") < pl.col("high")).select(*PAIR, "moment")
    firm = follow_up.filter(is_response).join(provisional, on=[*PAIR, "moment"], how="anti")
    first = firm.group_by(PAIR).agg(first_on=pl.col("day").min())
    later = follow_up.join(first, on=PAIR).filter(
        pl.col("day") >= pl.col("first_on") + numbers["confirm_days"]
    )
    later = later.group_by(PAIR).agg(moment=pl.col("moment").min())
    marked = firm.select(*PAIR, "moment", is_firm=pl.lit(True))
    confirmed = later.join(marked, on=[*PAIR, "moment"], how="left")
    confirmed = confirmed.select(*PAIR, is_response_confirmed=pl.col("is_firm").fill_null(False))
    return first.join(confirmed, on=PAIR, how="left")


def in_words(rows: pl.DataFrame, numbers: dict[str, int]) -> pl.DataFrame:
    baseline, latest = pl.col("baseline_total"), pl.col("latest_total")
    change, limit = latest - baseline, by_instrument("reliable_change", numbers)
    age = numbers["as_of"] - pl.col("latest_on")
    reason = (
        pl.when(pl.col("course").is_null())
        .then(pl.lit("no dosing session"))
        .when(baseline.is_null())
        .then(pl.lit("no baseline"))
        .when(latest.is_null())
        .then(pl.lit("no follow-up"))
        .when(pl.col("as_latest") == "not assessable")
        .then(pl.lit("too early"))
    )
    reliable = (
        pl.when(change <= -limit)
        .then(pl.lit("improved"))
        .when(change >= limit)
        .then(pl.lit("deteriorated"))
        .when(change.is_not_null())
        .then(pl.lit("none"))
    )
    return rows.select(
        "patient",
        "course",
        pl.when(pl.col("instrument") == 1)
        .then(pl.lit("GAD-7"))
        .otherwise(pl.lit("PHQ-9"))
        .alias("instrument"),
        pl.col("as_latest").fill_null("not assessable").alias("category"),
        reason.alias("reason"),
        pl.col("is_provisional").fill_null(False),
        "baseline_total",
        pl.col("baseline_on").cast(pl.Date),
        (pl.col("day_0") - pl.col("baseline_on") > numbers["stale_after_days"]).alias("is_baseline_stale"),
        "latest_total",
        pl.col("latest_on").cast(pl.Date),
        age.alias("days_since_latest"),
        (age <= numbers["current_days"]).alias("is_current"),
        change.alias("change"),
        pl.when(baseline > 0).then(100.0 * change / baseline).alias("percent_change"),
        reliable.alias("reliable_change"),
        "nadir_total",
        pl.col("first_on").cast(pl.Date).alias("first_response_on"),
        "is_response_confirmed",
        pl.col("n_assessments").fill_null(0),
        pl.col("n_sessions").fill_null(0).alias("n_dosing_sessions"),
        pl.col("day_0").cast(pl.Date).alias("first_dose_on"),
    )
