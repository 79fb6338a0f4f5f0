"""CDISC SDTM data sets, one a file: QS (PHQ-9 and GAD-7), EX (ketamine), DM and AE."""

from collections import Counter

from lib.intake.drafts import Draft, Drafts, hold, is_partial
from lib.intake.drug_names import name_drug
from lib.intake.grid import Grid
from lib.intake.loinc import whole_text
from lib.intake.sdtm_forms import READ_AS as FORMS_READ_AS
from lib.intake.sdtm_forms import read_forms
from lib.intake.table import Doubt, RawTable

# A row by SDTM's names.
Row = dict[str, str]
# By data set: its kind of record, the variables that it must have, and those of which it must have one.
_DATA_SETS = {
    "QS": ("assessments", {"USUBJID", "QSTESTCD", "QSDTC"}, {"QSORRES", "QSSTRESN", "QSSTRESC"}),
    "EX": ("dosing_sessions", {"USUBJID", "EXTRT", "EXSTDTC"}, {"EXDOSE", "EXDOSTXT"}),
    "AE": ("adverse_events", {"USUBJID", "AESTDTC"}, {"AETERM", "AEDECOD"}),
    "DM": ("patients", {"USUBJID", "SEX"}, {"BRTHDTC", "DTHDTC", "RFSTDTC", "AGE"}),
}
_YES_NO = {"Y": "yes", "N": "no"}
_MOST_LISTED = 12


def fits(grid: Grid) -> bool:
    return bool(_find_data_set(grid))


def read(grid: Grid) -> list[RawTable]:
    """One table: assessments, dosing_sessions, adverse_events or patients. What is not taken (other questionnaires, other
    medicines) is counted in its warnings. Of a grid that fits."""
    data_set = _find_data_set(grid)
    drafts, others = Drafts(), Counter[str]()
    names = [name.upper() for name in grid.names]
    rows = zip(grid.lines, zip(*grid.columns, strict=True), strict=True)
    if data_set == "QS":
        drafts.rows += read_forms(
            ((line, dict(zip(names, cells, strict=True))) for line, cells in rows), others
        )
    else:
        read_row = {"EX": _read_session, "AE": _read_event, "DM": _read_person}[data_set]
        for line, cells in rows:
            draft = read_row(line, dict(zip(names, cells, strict=True)), others)
            drafts.rows += [draft] if draft else []
    kind = _DATA_SETS[data_set][0]
    for broken in grid.broken:
        drafts.add_broken(kind, broken.line, broken.text, broken.reason)
    read_as = (*grid.read_as, f"CDISC SDTM, data set {data_set}: patient_id is USUBJID.")
    read_as += (FORMS_READ_AS,) if data_set == "QS" else ()
    return drafts.to_tables(grid.file_name, {"": read_as}, (*grid.warnings, *_list_others(others)), kind)


def _find_data_set(grid: Grid) -> str:
    names = {name.upper() for name in grid.names}
    return next((one for one, (_, every, some) in _DATA_SETS.items() if names >= every and names & some), "")


def _read_session(line: int, row: Row, others: Counter[str]) -> Draft | None:
    drug, doubts = name_drug(row["EXTRT"])
    if not drug:
        others["other medicines than ketamine"] += 1
        return None
    status = "missed" if row.get("EXOCCUR", "").upper() == "N" else ""
    dose_mg, doubt = _read_dose(row)
    begun, ended = row["EXSTDTC"], row.get("EXENDTC", "")
    if ended and ended[:10] != begun[:10]:
        reason = "The row is of doses on several days: list every dose on its day."
        doubts = [*doubts, hold("several-doses", "started_at", reason)]
    cells = {
        "patient_id": row["USUBJID"],
        "started_at": begun,
        "dose_mg": "" if status and dose_mg == "0" else dose_mg,
        "drug": drug,
        "formulation": row.get("EXDOSFRM", "").lower(),
        "route": row.get("EXROUTE", "").lower(),
        "lot": row.get("EXLOT", ""),
        "status": status,
    }
    return Draft("dosing_sessions", line, cells, (*doubts, *doubt))


def _read_dose(row: Row) -> tuple[str, list[Doubt]]:
    """mg; with another unit, or as text, the cell says what it is and waits."""
    number, unit = whole_text(row.get("EXDOSE", "")), row.get("EXDOSU", "")
    if number and (unit.lower() == "mg" or _is_zero(number)):
        return number, []
    shown = " ".join(filter(None, (number or row.get("EXDOSTXT", ""), unit)))
    reason = "The dose is not a plain number of mg: find out how many mg it was."
    return shown, [hold("dose-unit", "dose_mg", reason)] if shown else []


def _is_zero(number: str) -> bool:
    return not number.strip("0.")


def _read_event(line: int, row: Row, _: Counter[str]) -> Draft:
    severity = row.get("AESEV", "").lower()
    cells = {
        "patient_id": row["USUBJID"],
        "started_at": row["AESTDTC"],
        "term": row.get("AEDECOD", "") or row.get("AETERM", ""),
        "severity": severity,
        "is_serious": _YES_NO.get(row.get("AESER", "").upper(), row.get("AESER", "")),
        "action_taken": row.get("AEACN", "").lower(),
        "outcome": row.get("AEOUT", "").lower(),
    }
    return Draft("adverse_events", line, cells)


def _read_person(line: int, row: Row, _: Counter[str]) -> Draft:
    birth = row.get("BRTHDTC", "")
    cells = {
        "patient_id": row["USUBJID"],
        "birth_year": birth[:4] if is_partial(birth) else "",
        "birth_date": "" if is_partial(birth) else birth[:10],
        "sex": row["SEX"],
        "died_on": row.get("DTHDTC", "").partition("T")[0],
    }
    return Draft("patients", line, cells)


def _list_others(others: Counter[str]) -> list[str]:
    if not others:
        return []
    listed = ", ".join(f"{name} ({n})" for name, n in others.most_common(_MOST_LISTED))
    left_off = len(others) - _MOST_LISTED
    return [f"Rows that are not taken: {listed}{f' and {left_off} more' if left_off > 0 else ''}."]
