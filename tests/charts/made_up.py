"""Made-up patients, written as small text tables; their names are the cases.

A line is `DATE [TIME] WHAT ARGUMENT [key=value …]`:

    2026-03-03 07:30 PHQ-9 18 i9=1          a form; i9=blank, items=no, p=10..13 (prorated), superseded, blank=4 with total -
    2026-03-03 09:00 dose 50 bp=128/82      a session; prescribed= status= bp40= moaas= supervisor=no course= note=
    2026-03-10       order 100 every=7      by= reason=
    2026-03-11 14:00 event nausea severity=moderate serious
    2026-03-12       life antidepressant_changed
    2026-03-12 20:00 integration journaling minutes=20 tags=
    2026-03-12       medication bupropion class=ndri until=2026-04-01
    undated          medication sertraline
    status PHQ-9 category=relapse           overrides what the builder derives, a simple reading of definitions.md
"""

from datetime import date
from typing import Any

import pandas as pd

from lib.clinical.history import PatientHistory
from lib.clinical.instruments import INSTRUMENTS

NUMBERS = (
    "dose_mg prescribed_mg dose_mg_per_kg sbp_pre_mmhg dbp_pre_mmhg sbp_40_mmhg dbp_40_mmhg sbp_120_mmhg "
)
NUMBERS += "dbp_120_mmhg sedation_moaas dissociation_0_10"
COLUMNS = {
    "assessments": "instrument on at is_time_known total total_low total_high is_prorated n_missing has_items is_in_force "
    "is_before_first_dose entered_by difficulty " + " ".join(f"item_{n}" for n in range(1, 10)),
    "dosing_sessions": f"on at is_time_known counts number course status {NUMBERS} ae_asked supervisor_present note",
    "dose_orders": "on at is_time_known dose_mg interval_days clinician_id reason",
    "adverse_events": "on at is_time_known term severity is_serious onset_min duration_min action_taken outcome",
    "integration_events": "on at is_time_known practice minutes tags",
    "events": "on text",
    "medications": "on name class ended_on",
    "observations": "on at kind value",
    "status": "patient_id course instrument category reason is_provisional baseline_total baseline_on is_baseline_stale "
    "latest_total latest_on days_since_latest is_current change percent_change reliable_change nadir_total "
    "first_response_on is_response_confirmed n_assessments n_dosing_sessions first_dose_on",
}
WHOLE = "total total_low total_high n_missing number course baseline_total latest_total days_since_latest change nadir_total"
WHOLE += " n_assessments n_dosing_sessions " + " ".join(f"item_{n}" for n in range(1, 10))
YES_NO = "ae_asked supervisor_present is_serious is_response_confirmed is_provisional is_current"
MOMENTS = "on at ended_on baseline_on latest_on first_response_on first_dose_on"
TYPES = {
    **dict.fromkeys(WHOLE.split(), "Int16"),
    **dict.fromkeys([*NUMBERS.split(), "percent_change", "interval_days", "minutes"], "Float64"),
    **dict.fromkeys(YES_NO.split(), "boolean"),
    **dict.fromkeys(MOMENTS.split(), "datetime64[s]"),
}
Row = dict[str, Any]


def make_history(table: str, as_of: str, **patient: Any) -> PatientHistory:
    """The PatientHistory of a table."""
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    overrides: dict[str, Row] = {}
    for line in table.strip().splitlines():
        head, *rest = line.split()
        if head == "status":
            overrides[rest[0]] = dict(word.split("=", 1) for word in rest[1:])
        else:
            kind, row = _read_line(head, rest)
            rows[kind].append(row)
    for of_kind in rows.values():
        of_kind.sort(key=lambda row: row.get("at") or row.get("on") or pd.Timestamp.min)
    today = date.fromisoformat(as_of)
    _number_sessions(rows["dosing_sessions"])
    _mark_before_first_dose(rows)
    rows["status"] = [
        row | {"patient_id": "P-1"} | _typed(overrides.get(row["instrument"], {}))
        for row in derive_status(rows, today)
    ]
    frames = {name: _frame(name, rows[name]) for name in COLUMNS}
    return PatientHistory("P-1", today, pd.Series({"patient_id": "P-1", **patient}, dtype=object), **frames)


def _read_line(head: str, rest: list[str]) -> tuple[str, Row]:
    is_time_known = ":" in rest[0]
    what, argument, *words = rest[1:] if is_time_known else rest
    options: Row = dict(word.split("=", 1) if "=" in word else (word, True) for word in words)
    if what == "medication":
        return "medications", _medication(head, argument, options)
    at = pd.Timestamp(f"{head} {rest[0] if is_time_known else '12:00'}")
    base = {"on": at.normalize(), "at": at, "is_time_known": is_time_known}
    if what == "dose":
        return "dosing_sessions", base | _session(argument, options)
    if what in KINDS:
        kind, read = KINDS[what]
        return kind, base | read(argument.replace("_", " "), options)
    return "assessments", base | _form(what, argument, options)


def _medication(head: str, name: str, options: Row) -> Row:
    start, end = (
        None if day in (None, "undated") else pd.Timestamp(day) for day in (head, options.get("until"))
    )
    return {"on": start, "name": name.replace("_", " "), "class": options.get("class"), "ended_on": end}


def _order(argument: str, options: Row) -> Row:
    every = float(options["every"]) if "every" in options else None
    row = {"dose_mg": float(argument), "interval_days": every, "clinician_id": options.get("by")}
    return row | {"reason": options.get("reason", "").replace("_", " ") or None}


def _adverse_event(name: str, options: Row) -> Row:
    serious = True if "serious" in options else None
    return {"term": name, "severity": options.get("severity"), "is_serious": serious}


def _integration(practice: str, options: Row) -> Row:
    minutes = float(options["minutes"]) if "minutes" in options else None
    return {"practice": practice, "minutes": minutes, "tags": options.get("tags")}


KINDS = {
    "order": ("dose_orders", _order),
    "event": ("adverse_events", _adverse_event),
    "integration": ("integration_events", _integration),
    "life": ("events", lambda text, _: {"text": text}),
}


def _form(instrument: str, argument: str, options: Row) -> Row:
    total = None if argument == "-" else int(argument)
    has_items = options.get("items") != "no" and instrument in INSTRUMENTS
    low, high = map(int, options["p"].split("..")) if "p" in options else (total, total)
    n_missing = (
        (int(options.get("blank", (high - low) // 3 if total is not None else 3))) if has_items else None
    )
    row = {
        "instrument": instrument,
        "total": total,
        "total_low": low,
        "total_high": high,
        "entered_by": "staff" if "staff" in options else "patient",
    }
    row |= {"is_prorated": "p" in options, "n_missing": n_missing, "has_items": has_items}
    row["is_in_force"] = total is not None and "superseded" not in options
    answer = options.get("i9", "0")
    row["item_9"] = int(answer) if instrument == "PHQ-9" and has_items and answer != "blank" else None
    return row


def _session(argument: str, options: Row) -> Row:
    dose, status = None if argument == "-" else float(argument), options.get("status", "")
    row: Row = {
        "dose_mg": dose,
        "status": status,
        "counts": bool(dose) and status in ("", "taken", "partial"),
    }
    row["course"] = int(options.get("course", 1))
    row["prescribed_mg"] = float(options["prescribed"]) if "prescribed" in options else None
    row["note"] = options.get("note", "").replace("_", " ") or None
    for key, when in (("bp", "pre"), ("bp40", "40"), ("bp120", "120")):
        if key in options:
            row[f"sbp_{when}_mmhg"], row[f"dbp_{when}_mmhg"] = map(float, options[key].split("/"))
    row["sedation_moaas"] = float(options["moaas"]) if "moaas" in options else None
    row["dissociation_0_10"] = float(options["dissociation"]) if "dissociation" in options else None
    row["dose_mg_per_kg"] = float(options["per_kg"]) if "per_kg" in options else None
    row["ae_asked"] = {"no": False, "yes": True}.get(options.get("asked", ""))
    row["supervisor_present"] = {"no": False, "yes": True}.get(options.get("supervisor", ""))
    return row


def _number_sessions(sessions: list[Row]) -> None:
    counted: dict[int, int] = {}
    for row in sessions:
        if row["counts"]:
            row["number"] = counted[row["course"]] = counted.get(row["course"], 0) + 1


def _mark_before_first_dose(rows: dict[str, list[Row]]) -> None:
    first = min((row["at"] for row in rows["dosing_sessions"] if row["counts"]), default=pd.Timestamp.max)
    for form in rows["assessments"]:
        form["is_before_first_dose"] = form["at"] < first


def derive_status(rows: dict[str, list[Row]], today: date) -> list[Row]:
    """A plain reading of definitions.md sections 4 and 5 without relapse and provisional; tables override the rest."""
    counting = [row for row in rows["dosing_sessions"] if row["counts"]]
    names = sorted({form["instrument"] for form in rows["assessments"]} & set(INSTRUMENTS), reverse=True)
    return [_status_row(name, rows["assessments"], counting, today) for name in names]


def _status_row(name: str, forms: list[Row], counting: list[Row], today: date) -> Row:
    valid = [form for form in forms if form["instrument"] == name and form["is_in_force"]]
    row: Row = {
        "instrument": name,
        "category": "not assessable",
        "n_assessments": len(valid),
        "is_provisional": False,
    }
    if not counting:
        return row | {"reason": "no dosing session", "n_dosing_sessions": 0}
    course = max(session["course"] for session in counting)
    first = min(session["at"] for session in counting if session["course"] == course)
    row |= {"course": course, "first_dose_on": first.normalize(), "n_dosing_sessions": len(counting)}
    before = [form for form in valid if form["at"] < first and (first.normalize() - form["on"]).days <= 30]
    after = [form for form in valid if form["at"] >= first]
    if before:
        row |= {"baseline_total": before[-1]["total"], "baseline_on": before[-1]["on"]}
        row["is_baseline_stale"] = (first.normalize() - before[-1]["on"]).days > 14
    if after:
        days = (pd.Timestamp(today) - after[-1]["on"]).days
        row |= {"latest_total": after[-1]["total"], "latest_on": after[-1]["on"], "days_since_latest": days}
        row |= {"is_current": days <= 35, "nadir_total": min(form["total"] for form in after)}
    if not (before and after):
        return row | {"reason": "no follow-up" if before else "no baseline"}
    return row | _judge(name, before[-1]["total"], after, first)


def _judge(name: str, baseline: int, after: list[Row], first: pd.Timestamp) -> Row:
    latest, reliable, caseness = after[-1]["total"], *((6, 10) if name == "PHQ-9" else (4, 8))
    change = latest - baseline
    reliable_change = "improved" if change <= -reliable else "deteriorated" if change >= reliable else "none"
    responses = [form for form in after if 2 * form["total"] <= baseline and not form["is_prorated"]]
    row: Row = {"change": change, "reliable_change": reliable_change}
    row["percent_change"] = 100 * change / baseline if baseline else None
    if responses and baseline:
        later = [form for form in after if (form["on"] - responses[0]["on"]).days >= 7]
        row["first_response_on"] = responses[0]["on"]
        row["is_response_confirmed"] = later[0] in responses if later else None
    categories = (
        (change >= reliable, "worse"),
        (baseline < caseness, "below caseness"),
        (latest < 5, "remission"),
        (2 * latest <= baseline, "response"),
        ((after[-1]["on"] - first.normalize()).days < 14, "not assessable"),
        (4 * latest <= 3 * baseline, "partial"),
        (True, "no response"),
    )
    row["category"] = next(category for holds, category in categories if holds)
    return row | ({"reason": "too early"} if row["category"] == "not assessable" else {})


def _typed(override: Row) -> Row:
    values = {"true": True, "false": False, "none": None}
    return {key: values.get(value, value.replace("_", " ")) for key, value in override.items()}


def _frame(name: str, rows: list[Row]) -> pd.DataFrame:
    columns = COLUMNS[name].split()
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame.astype({column: TYPES[column] for column in columns if column in TYPES})
