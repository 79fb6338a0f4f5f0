"""The end of the sentence on a course: what is not known, said plainly, because a blank reads as "all is well"."""

from collections.abc import Mapping, Sequence

from lib.clinical.history import WaitingForms
from lib.clinical.plain_rows import Row
from lib.clinical.sentence_doses import has_pressure, has_pressure_after
from lib.clinical.sentence_rows import known, select_instrument

NOTHING = "nothing that this chart looks for is missing"
INSTRUMENTS = ("PHQ-9", "GAD-7")


def describe_unknown(
    forms: Sequence[Row], course: Sequence[Row], status: Mapping[str, Row], waiting: WaitingForms
) -> str:
    """forms: of all instruments; course: dosing sessions of the current one; status: its rows by instrument; waiting: PHQ-9."""
    asked = {form["instrument"] for form in forms}
    never = {"PHQ-9": _say_never(waiting), "GAD-7": "never asked"}
    found = [f"{name} ({never[name]})" for name in INSTRUMENTS if name not in asked]
    for name in INSTRUMENTS:
        if name in asked and name in status:
            found += _of_scores(name, status[name])
    found += _of_latest_form(select_instrument(forms, "PHQ-9"))
    found += _of_sessions([row for row in course if row["counts"]])
    return f"unknown: {', '.join(found)}" if found else NOTHING


def _say_never(waiting: WaitingForms) -> str:
    if not waiting.is_empty:
        return "no form was taken"
    return "no form is in force" if waiting.replaced else "never asked"


def _of_scores(name: str, row: Row) -> list[str]:
    """Without a dose there is nothing that a score should have been compared with."""
    if known(row, "first_dose_on") is None:
        return []
    found = [f"{name} baseline"] if known(row, "baseline_total") is None else []
    if known(row, "latest_total") is None:
        found.append(f"{name} since the first dose")
    elif not known(row, "is_current"):
        found.append(f"{name} today (last {row['days_since_latest']} days ago)")
    return found


def _of_latest_form(forms: Sequence[Row]) -> list[str]:
    if not forms:
        return []
    latest = forms[-1]
    n_blank = int(known(latest, "n_missing") or 0)
    total = " (no total)" if known(latest, "total") is None else ""
    found = [f"{n_blank} answer{'s' * (n_blank != 1)} of the latest PHQ-9{total}"] if n_blank else []
    return found + (["item 9 on the latest form"] if known(latest, "item_9") is None else [])


def _of_sessions(taken: Sequence[Row]) -> list[str]:
    """What was not written down of the sessions that were taken, with its count; what is as often missing stands together."""
    if not taken:
        return ["all that a dosing session would record (no dose taken)"]
    pressure = {
        "before": sum(not has_pressure(row) for row in taken),
        "after": sum(not has_pressure_after(row) for row in taken),
    }
    looked_for = {
        "supervisor": sum(known(row, "supervisor_present") is None for row in taken),
        "sedation": sum(known(row, "sedation_moaas") is None for row in taken),
        "dissociation": sum(known(row, "dissociation_0_10") is None for row in taken),
        # Where nobody is recorded to have asked, none recorded is not none.
        "adverse events": sum(known(row, "ae_asked") is not True for row in taken),
    }
    doses = f"of {len(taken)} dose{'s' * (len(taken) != 1)}"
    found = [f"blood pressure {' and '.join(when)} {n} {doses}" for n, when in _by_count(pressure)]
    found += [f"{'/'.join(what)} at {n} {doses}" for n, what in _by_count(looked_for)]
    return found + (["body weight"] if known(taken[-1], "dose_mg_per_kg") is None else [])


def _by_count(missing: Mapping[str, int]) -> list[tuple[int, list[str]]]:
    """What is missing, with how often, in the order in which the counts first occur; what never is, is left out."""
    names: dict[int, list[str]] = {}
    for name, n in missing.items():
        names.setdefault(n, []).append(name)
    return [(n, of_count) for n, of_count in names.items() if n]
