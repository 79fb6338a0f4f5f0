"""Stores for the tests of the screens: the demo clinic, and small clinics whose patients are named after their case."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from built_stores import copy_of

from lib.services import imports, stores
from lib.services.access import local_actor
from lib.services.errors import Store

ACTOR = local_actor("Dr Test")


def make_demo(folder: Path) -> str:
    """The demo clinic; its address."""
    return copy_of("demo", folder / "demo.sqlite", lambda url: stores.load_demo(ACTOR, url)).url


def make_clinic(
    folder: Path, files: Mapping[str, str] | None = None, name: str = "clinic", *, is_practice: bool = False
) -> str:
    """A clinic `main` of its own, or one to practise on, with these files imported; its address."""

    def build(url: str) -> Store:
        store = stores.create_store(ACTOR, url, is_practice=is_practice)
        instruments = ["PHQ-9", "GAD-7"]
        stores.init_clinic(ACTOR, store, "main", name="Main", time_zone="UTC", instruments=instruments)
        if files:
            offered = [(name, text.encode()) for name, text in files.items()]
            imports.import_files(ACTOR, store, offered, are_made_up=is_practice)
        return store

    return copy_of(("main", is_practice, sorted((files or {}).items())), folder / f"{name}.sqlite", build).url


def copy_store(store: Store, folder: Path) -> str:
    """The address of a copy, whatever is still open of the store itself."""
    path = folder / "clinic.sqlite"
    connection = store.engine.raw_connection()
    connection.cursor().execute(f"VACUUM INTO '{path}'")
    connection.close()
    return f"sqlite:///{path}"


def day(ago: int) -> str:
    """A date so many days ago."""
    return (datetime.now(UTC).date() - timedelta(days=ago)).isoformat()


def patients(*rows: str) -> str:
    """patients.csv: rows of patient_id,initials."""
    return "\n".join(
        ["patient_id,initials,clinic_id,sex,birth_year", *(f"{row},main,female,1980" for row in rows)]
    )


def phq9(*rows: tuple[str, int, str]) -> str:
    """assessments.csv: (patient, days ago, the nine answers as nine characters, a space is a blank)."""
    header = ",".join(["patient_id", "instrument", "assessed_at", *(f"item_{n}" for n in range(1, 10))])
    lines = [
        f"{who},PHQ-9,{day(ago)}T09:00,{','.join(answers.replace(' ', '-')).replace('-', '')}"
        for who, ago, answers in rows
    ]
    return "\n".join([header, *lines])


def sessions(*rows: tuple[str, int, int]) -> str:
    """dosing_sessions.csv: (patient, days ago, mg)."""
    lines = [f"{who},{day(ago)}T17:00,{dose},taken" for who, ago, dose in rows]
    return "\n".join(["patient_id,started_at,dose_mg,status", *lines])
