"""A made-up clinic of any size: the demo's patients over and over, and a few whose history is long."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
from clinic_files import ACTOR

from lib import settings
from lib.clinical.frames import KINDS
from lib.demo import DEMO_LAST_DAY, generate_demo
from lib.services import stores

# As many as are opened for the first time in a run, and one that is opened again and again.
N_LONG = 41
LONG = {"PHQ-9": 50, "GAD-7": 50, "dosing_sessions": 60}
# What else a long history holds: about as much for each session as the demo's patients have.
_BESIDE = {
    "adverse_events": 4,
    "integration_events": 20,
    "dose_orders": 12,
    "observations": 14,
    "medications": 3,
    "events": 2,
}


def make_big_clinic(folder: Path, n_patients: int, url: str = "") -> str:
    """A store of so many patients, long-00 … among them; its address, by default a file in the folder. Kept until its last day is
    not yesterday."""
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / f"files-{n_patients}"
    if not files.exists():
        partial = folder / f"files-{n_patients}-unfinished"
        partial.mkdir(exist_ok=True)
        for kind, frame in _tile(generate_demo(), n_patients).items():
            frame.to_csv(partial / kind, index=False, lineterminator="\n")
        partial.rename(files)
    # The demo's own way in: dates are moved so that the last day is yesterday, flags and closings are made.
    shipped, settings.DEMO_FOLDER = settings.DEMO_FOLDER, files
    try:
        url = url or f"sqlite:///{folder / f'clinic-{n_patients}.sqlite'}"
        stores.load_demo(ACTOR, url)
    finally:
        settings.DEMO_FOLDER = shipped
    return url


def _tile(demo: dict[str, pd.DataFrame], n_patients: int) -> dict[str, pd.DataFrame]:
    known = demo["patients.csv"]["patient_id"]
    n_copied = n_patients - N_LONG
    n_copies = -(-n_copied // len(known))
    kept = {copy: set(known[: min(len(known), n_copied - copy * len(known))]) for copy in range(n_copies)}
    tiled = {}
    for name, frame in demo.items():
        copies = [
            rows.assign(patient_id=rows["patient_id"] + f"~{copy}")
            for copy, patients in kept.items()
            for rows in [frame[frame["patient_id"].isin(patients)]]
        ]
        tiled[name] = pd.concat([*_long_histories(name, frame), *copies], ignore_index=True)
    return tiled


def _long_histories(name: str, frame: pd.DataFrame) -> list[pd.DataFrame]:
    rows = _long_history(name.removesuffix(".csv"), frame)
    return [] if rows is None else [rows.assign(patient_id=f"long-{number:02d}") for number in range(N_LONG)]


def _long_history(kind: str, frame: pd.DataFrame) -> pd.DataFrame | None:
    """Rows of the demo, put on the days of one long course."""
    if kind == "patients":
        plain = frame[(frame["ended_on"] == "") & (frame["died_on"] == "")]
        return plain.head(1)
    if kind == "assessments":
        complete = frame[frame["item_1"] != ""]
        each = [
            _on_days(kind, complete[complete["instrument"] == name].head(LONG[name]), 8)
            for name in ("PHQ-9", "GAD-7")
        ]
        return pd.concat(each, ignore_index=True)
    if kind == "dosing_sessions":
        taken = frame[(frame["status"] == "taken") & (frame["sbp_40_mmhg"] != "")]
        return _on_days(kind, taken.head(LONG[kind]), 7)
    return _on_days(kind, frame.head(_BESIDE[kind]), 20) if kind in _BESIDE else None


def _on_days(kind: str, rows: pd.DataFrame, every: int) -> pd.DataFrame:
    """One row every so many days, the last one on the demo's last day."""
    event = KINDS[kind].event_column
    assert event
    days = [DEMO_LAST_DAY - timedelta(days=every * ago) for ago in reversed(range(len(rows)))]
    said = [
        day.isoformat() if event.type == "date" else datetime(day.year, day.month, day.day, 17).isoformat()
        for day in days
    ]
    return rows.assign(**{event.name: said})
