"""The checks of data quality: what each asks in one sentence, of what, and whether it is about item 9."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Check:
    """title: of the failing rows. asks: the question that a passing row answers with yes. of: what is counted. numbers: what it
    reads of the policy, as table.key."""

    title: str
    asks: str
    of: str
    is_about_item_9: bool = False
    numbers: tuple[str, ...] = ()


# In the order of the page: patients, forms, dosing sessions, what waits.
CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "no_baseline": Check(
            "No valid baseline",
            "Has everyone in treatment a valid PHQ-9 baseline in the current course?",
            "patients in treatment",
            numbers=("baseline.window_days",),
        ),
        "stale_baseline": Check(
            "Stale baseline",
            "Is the PHQ-9 baseline of everyone in treatment fresh enough at the first dose?",
            "baselines of patients in treatment",
            numbers=("baseline.stale_after_days",),
        ),
        "after_end": Check(
            "Dosing after the end of treatment",
            "Has everyone whose treatment has ended had no dosing session since?",
            "patients whose treatment has ended",
        ),
        "no_session": Check(
            "Forms without a dosing session",
            "Is a dosing session on record of everyone whose forms span more days than a baseline may lie before one?",
            "patients with forms",
            numbers=("baseline.window_days",),
        ),
        "no_clinician": Check("No clinician", "Does patients.csv name a clinician for everyone?", "patients"),
        "no_clinic": Check(
            "No clinic",
            "Has every row of patients.csv found its clinic?",
            "patients, and rows of patients.csv that wait",
        ),
        "same_person": Check(
            "Possible duplicate persons", "Is every patient known under one identity only?", "patients"
        ),
        "no_total": Check(
            "PHQ-9 without a total",
            "Has each PHQ-9 a total, its own or that of enough answered items?",
            "PHQ-9 forms",
            numbers=("scoring.phq9_max_missing",),
        ),
        "item_9_blank": Check(
            "Item 9 not answered",
            "Is item 9 answered wherever other items are?",
            "PHQ-9 forms with items",
            is_about_item_9=True,
        ),
        "prorated": Check(
            "Prorated totals", "Are all items of each scored form answered?", "forms with a total"
        ),
        "total_only": Check(
            "Totals without items",
            "Did each total come with its items? Without them item 9 is not known.",
            "forms with a total",
            is_about_item_9=True,
        ),
        "near_name": Check(
            "Names nearly PHQ-9",
            "Is no form kept under a name that is nearly PHQ-9?",
            "forms, and forms that wait for their name",
            is_about_item_9=True,
        ),
        "outside_life": Check(
            "Before birth or after death",
            "Does each form lie between the patient's birth and death?",
            "forms of patients whose birth or death is recorded",
        ),
        "same_answers": Check(
            "The same answers again",
            "Do the answers, other than all 0, change at least once within so many forms in a row?",
            "series of enough forms with items",
            numbers=("quality.same_answers_forms",),
        ),
        "big_jump": Check(
            "Improbable jumps",
            "Do two PHQ-9 totals in a row, few days apart, differ by less than this?",
            "pairs of totals that close together",
            numbers=("quality.jump_points", "quality.jump_days"),
        ),
        "no_pre_dose_pressure": Check(
            "No pressure before the dose",
            "Are both pressures recorded before each dose?",
            "dosing sessions",
        ),
        "no_prescribed_dose": Check(
            "No prescribed dose", "Does each session say which dose was prescribed?", "dosing sessions"
        ),
        "same_vitals": Check(
            "Identical vital signs",
            "Do the vital signs of a patient differ between any two sessions?",
            "patients with enough sessions with vital signs",
            numbers=("quality.same_vitals_sessions",),
        ),
        "too_close": Check(
            "Closer than ordered",
            "Does each session keep the ordered interval, but for the share that the dose limits allow?",
            "dosing sessions under an ordered interval",
            numbers=("dose_limits.min_interval_percent",),
        ),
        "past_plan": Check(
            "Plans long past",
            "Has a session been recorded since each planned one, or does it still lie ahead?",
            "planned dosing sessions",
            numbers=("quality.plan_days",),
        ),
        "weight_change": Check(
            "Improbable weights",
            "Do two weights in a row, few days apart, differ by no more than this?",
            "pairs of weights that close together",
            numbers=("quality.weight_percent", "quality.weight_days"),
        ),
        "waiting_row": Check(
            "Rows that wait long",
            "Has each row in the quarantine waited no longer than this?",
            "rows that wait",
            is_about_item_9=True,
            numbers=("quality.waiting_days",),
        ),
    }
)
