"""Exposure in words: the cells of a session, the ranges behind them, the parameters and their sources."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.wording import say_day
from lib.ui.record_cells import Row
from lib.ui.wording import NB, is_known

# By table and key of the policy: what it is called, and its unit.
_PARAMETERS = MappingProxyType(
    {
        "pharmacokinetics": {
            "volume_l": ("Volume of distribution, 70 kg", "L"),
            "clearance_l_h": ("Clearance, 70 kg", "L/h"),
            "clearance_exponent": ("Clearance with body weight, exponent", ""),
            "sublingual_f": ("Fraction absorbed under the tongue (F)", ""),
            "sublingual_f_low": ("F, lower end", ""),
            "sublingual_f_high": ("F, upper end", ""),
            "sublingual_f_cv_percent": ("F between patients, coefficient of variation", "%"),
            "sublingual_absorption_per_h": ("Rate of absorption (ka)", "per h"),
        },
        "anaesthesia": {
            "iv_low_mg_per_kg": ("Intravenous anaesthetic dose, lower end", "mg/kg"),
            "iv_usual_mg_per_kg": ("Intravenous anaesthetic dose, usual", "mg/kg"),
            "iv_high_mg_per_kg": ("Intravenous anaesthetic dose, upper end", "mg/kg"),
            "level_low_ng_ml": ("Level in general anaesthesia, lower end", "ng/mL"),
            "level_high_ng_ml": ("Level in general anaesthesia, upper end", "ng/mL"),
        },
    }
)


def say_date(row: Row) -> str:
    return say_day(row["on"]).replace(" ", NB)


def say_number(row: Row) -> str:
    return f"no. {row['number']}, course {row['course']}"


def say_dose(row: Row) -> str:
    return f"{row['dose_mg']:g}{NB}mg"


def say_per_kg(row: Row) -> str:
    return (
        f"{row['dose_mg_per_kg']:.2f}{NB}mg/kg" if is_known(row["dose_mg_per_kg"]) else "weight not recorded"
    )


def say_cumulative(row: Row) -> str:
    return f"{row['cumulative_mg']:,.1f}".removesuffix(".0") + f"{NB}mg"


def say_interval(row: Row) -> str:
    return f"{row['interval_days']}{NB}d" if is_known(row["interval_days"]) else "first"


def say_iv_range(row: Row) -> str:
    return _say_range(row, "iv_fraction")


def say_peak_range(row: Row) -> str:
    if row["gap"]:
        return _say_range(row, "peak_fraction")
    return f"{row['peak_ng_ml']:.0f}{NB}ng/mL; {_say_range(row, 'peak_fraction')}"


def _say_range(row: Row, name: str) -> str:
    """8–46 % (21 %), or why there is none."""
    if row["gap"]:
        return f"none: {row['gap']}"
    low, middle, high = (100 * row[column] for column in (f"{name}_low", name, f"{name}_high"))
    return f"{low:.0f}–{high:.0f}{NB}% ({middle:.0f}{NB}%)"


# Heading -> (width, explanation, what a cell says).
COLUMNS: Mapping[str, tuple[int, str, Callable[[Row], str]]] = MappingProxyType(
    {
        "Date": (80, "In the clinic's time", say_date),
        "Session": (92, "Its number among the sessions that count in its course", say_number),
        "Dose": (58, "Taken", say_dose),
        "Per kg": (80, "By the last weight on or before the day", say_per_kg),
        "Cumulative": (80, "In the course, this session included", say_cumulative),
        "Interval": (58, "Days since the session before that counts", say_interval),
        "IV-equivalent": (120, "Absorbed dose as a share of an intravenous anaesthetic dose", say_iv_range),
        "Peak level": (130, "Modelled; as a share of the level in general anaesthesia", say_peak_range),
    }
)


def say_option(row: Row) -> str:
    """Which session it is, without its dose: no control stands filled with one."""
    return f"{say_day(row['on'])}, {say_number(row)}"


def say_ranges(policy: Policy) -> str:
    """What the two ranges run over; beside each other, because they do not agree."""
    kinetics, compared = policy.pharmacokinetics, policy.anaesthesia
    middle = (compared.level_low_ng_ml + compared.level_high_ng_ml) / 2
    absorbed = f"{100 * kinetics.sublingual_f_low:g}–{100 * kinetics.sublingual_f_high:g} %"
    given = f"{compared.iv_low_mg_per_kg:g}–{compared.iv_high_mg_per_kg:g} mg/kg"
    return (
        "Both are shares of anaesthesia, and they do not agree. "
        f"IV-equivalent: {absorbed} of the dose over {given} intravenously "
        f"(in brackets {100 * kinetics.sublingual_f:g} % over {compared.iv_usual_mg_per_kg:g} mg/kg). "
        f"Peak level: over {compared.level_low_ng_ml:,.0f}–{compared.level_high_ng_ml:,.0f} ng/mL (in brackets {middle:,.0f}). "
        "Neither is a target."
    )


def describe_parameters(policy: Policy) -> pd.DataFrame:
    """Every number behind the estimates with its source; default: ours, awaiting a clinician's sign-off."""
    return pd.DataFrame(
        {
            "Parameter": name,
            "Value": f"{policy.notes[table].numbers[key].value:g}{NB}{unit}".strip(),
            "Source": policy.notes[table].numbers[key].source,
            "Tag": policy.notes[table].numbers[key].tag,
        }
        for table, named in _PARAMETERS.items()
        for key, (name, unit) in named.items()
    )
