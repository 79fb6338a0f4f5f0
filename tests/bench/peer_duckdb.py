"""DuckDB: the columns of `status` in SQL, over Parquet."""

from pathlib import Path

import duckdb

# What a total comes to as the latest of a course: definitions.md section 5, the first that holds.
MACROS = """
create or replace macro back_up(total, lowest, gad7) as
    total >= if(gad7, {gad7_relapse_total}, {phq9_relapse_total})
    and total >= lowest + if(gad7, {gad7_relapse_rise}, {phq9_relapse_rise});
create or replace macro responded(total, baseline) as 100 * total <= (100 - {response_percent}) * baseline;
create or replace macro category_of(total, on_day, baseline, day_0, before_look, since_look, gad7) as case
    when baseline is null or total is null then 'not assessable'
    when baseline >= if(gad7, {gad7_caseness}, {phq9_caseness}) and before_look is not null
        and responded(before_look, baseline)
        and back_up(least(total, since_look), before_look, gad7) then 'relapse'
    when total - baseline >= if(gad7, {gad7_reliable_change}, {phq9_reliable_change}) then 'worse'
    when baseline < if(gad7, {gad7_caseness}, {phq9_caseness}) then 'below caseness'
    when total < {remission_below} then 'remission'
    when responded(total, baseline) then 'response'
    when on_day - day_0 < {too_early_days} then 'not assessable'
    when 100 * total <= (100 - {partial_percent}) * baseline then 'partial'
    else 'no response' end;
"""

STATUS = """
with stepped as (
    select *, day - lag(day) over (partition by patient order by day, second) as gap from {sessions} where day <= {as_of}
), numbered as (
    select *, 1 + count(*) filter (gap > {gap_days}) over (
        partition by patient order by day, second rows unbounded preceding) as course from stepped
), current as (
    select patient, course, min(day) as day_0, arg_min(second, day * 100000 + second) as second_0, count(*) as n_sessions
    from numbered group by patient, course qualify course = max(course) over (partition by patient)
), valid as (
    select f.*, f.day * 100000::bigint + f.second as moment, c.day_0,
        coalesce(f.day > c.day_0 or (f.day = c.day_0 and c.second_0 >= 0 and f.second >= c.second_0), false) as is_after
    from {forms} f left join current c using (patient) where f.total >= 0 and f.day <= {as_of}
), last_of_part as (
    select patient, instrument, day, is_after, max(moment) as moment from valid group by all
), in_force as (
    select valid.* from valid semi join last_of_part using (patient, instrument, moment)
), counted as (
    select patient, instrument, count(*) as n_assessments from valid group by all
), spine as (
    select patient, instrument from counted union select patient, unnest([0, 1])::tinyint from current
), found as (
    select patient, instrument,
        arg_max(total, moment) filter (not is_after and day >= day_0 - {window_days}) as baseline_total,
        max(day) filter (not is_after and day >= day_0 - {window_days}) as baseline_on,
        arg_max(total, moment) filter (is_after) as latest_total,
        max(moment) filter (is_after) as latest_moment, max(day) filter (is_after) as latest_on,
        arg_max(low, moment) filter (is_after) as latest_low, arg_max(high, moment) filter (is_after) as latest_high,
        arg_max(is_blank, moment) filter (is_after) as latest_is_blank, min(total) filter (is_after) as nadir_total
    from in_force group by all
), follow_up as (
    select f.*, found.baseline_total as baseline from in_force f join found using (patient, instrument) where is_after
), asked as (
    select patient, instrument, latest_moment as moment, latest_on as day from found
    where baseline_total is not null and latest_total is not null
    union
    select patient, instrument, moment, day from follow_up
    where low < high and baseline > 0 and responded(total, baseline)
), look as (
    select a.patient, a.instrument, a.moment, max(f.moment) as look
    from asked a join follow_up f using (patient, instrument) where f.day <= a.day - {confirm_days} group by all
), lowest as (
    select l.patient, l.instrument, l.moment, min(f.total) filter (f.moment < l.look) as before_look,
        min(f.total) filter (f.moment >= l.look and f.moment < l.moment) as since_look
    from look l join follow_up f using (patient, instrument) group by all
), judged as (
    select f.patient, f.instrument, f.moment,
        category_of(f.total, f.day, baseline, day_0, before_look, since_look, f.instrument = 1) as as_latest,
        category_of(f.low, f.day, baseline, day_0, before_look, since_look, f.instrument = 1) as at_low,
        category_of(f.high, f.day, baseline, day_0, before_look, since_look, f.instrument = 1) as at_high,
        at_low <> as_latest or at_high <> as_latest or (f.is_blank and as_latest = 'remission') as is_provisional
    from follow_up f semi join asked using (patient, instrument, moment)
    left join lowest using (patient, instrument, moment)
), response as (
    select f.patient, f.instrument, f.day, f.moment from follow_up f
    left join judged j using (patient, instrument, moment)
    where f.baseline > 0 and responded(f.total, f.baseline) and not (f.low < f.high and j.is_provisional)
), first_response as (
    select patient, instrument, min(day) as first_on from response group by all
), confirming as (
    select r.patient, r.instrument, first_on, min(f.moment) as moment
    from first_response r left join follow_up f
        on f.patient = r.patient and f.instrument = r.instrument and f.day >= first_on + {confirm_days}
    group by all
), confirmed as (
    select c.patient, c.instrument, first_on, if(c.moment is null, null, r.moment is not null) as is_confirmed
    from confirming c left join response r using (patient, instrument, moment)
)
select s.patient, c.course, if(s.instrument = 1, 'GAD-7', 'PHQ-9') as instrument,
    coalesce(j.as_latest, 'not assessable') as category,
    case when c.course is null then 'no dosing session' when baseline_total is null then 'no baseline'
        when latest_total is null then 'no follow-up' when j.as_latest = 'not assessable' then 'too early' end as reason,
    coalesce(j.is_provisional, false) as is_provisional,
    baseline_total, date '1970-01-01' + baseline_on::int as baseline_on,
    c.day_0 - baseline_on > {stale_after_days} as is_baseline_stale,
    latest_total, date '1970-01-01' + latest_on::int as latest_on, {as_of} - latest_on as days_since_latest,
    {as_of} - latest_on <= {current_days} as is_current,
    latest_total - baseline_total as change,
    if(baseline_total > 0, 100.0::double * (latest_total - baseline_total) / baseline_total, null) as percent_change,
    case when latest_total - baseline_total <= -if(s.instrument = 1, {gad7_reliable_change}, {phq9_reliable_change})
            then 'improved'
        when latest_total - baseline_total >= if(s.instrument = 1, {gad7_reliable_change}, {phq9_reliable_change})
            then 'deteriorated'
        when latest_total is not null and baseline_total is not null then 'none' end as reliable_change,
    nadir_total, date '1970-01-01' + r.first_on::int as first_response_on, r.is_confirmed as is_response_confirmed,
    coalesce(n_assessments, 0) as n_assessments, coalesce(c.n_sessions, 0) as n_dosing_sessions,
    date '1970-01-01' + c.day_0::int as first_dose_on
from spine s left join current c using (patient) left join counted using (patient, instrument)
left join found f using (patient, instrument)
left join judged j on j.patient = s.patient and j.instrument = s.instrument and j.moment = f.latest_moment
left join confirmed r on r.patient = s.patient and r.instrument = s.instrument
"""


class Peer:
    """folder: forms.parquet and sessions.parquet. in_memory: as tables of DuckDB's own."""

    def __init__(self, folder: Path, numbers: dict[str, int], *, in_memory: bool = False):
        self.connection = duckdb.connect()
        self.connection.execute(MACROS.format(**numbers))
        source = {name: f"'{folder / name}.parquet'" for name in ("forms", "sessions")}
        if in_memory:
            for name, file in source.items():
                self.connection.execute(f"create table {name} as from {file}")
            source = {name: name for name in source}
        self.query = STATUS.format(**source, **numbers)

    def derive_status(self):
        return self.connection.sql(self.query).to_arrow_table()
