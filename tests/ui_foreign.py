"""A table of another system: columns of its own, semicolons, letters of Windows-1252, days before months."""

from datetime import UTC, datetime, timedelta

ITEMS = tuple(f"phq9_{number}" for number in range(1, 10))
NAMES = ("MRN", "Visit date", "Größe", "Dose", *ITEMS, "ward")
PATIENTS = ("01", "02", "03")


def write_export(
    n_days: int = 15, *, until: int = 0, dose: str = "100", extra: tuple[str, ...] = (), without: str = ""
) -> bytes:
    """A row a patient and day, the last one so many days ago. extra: columns more; without: a column less."""
    names = [name for name in (*NAMES, *extra) if name != without]
    rows = [
        {"MRN": patient, "Visit date": f"{day:%d/%m/%Y}", "Größe": "170", "Dose": dose, "ward": "Süd"}
        | dict(zip(ITEMS, "123012301", strict=True))
        | dict.fromkeys(extra, "x")
        for patient in PATIENTS
        for day in _days(n_days, until)
    ]
    lines = [";".join(names), *(";".join(row[name] for name in names) for row in rows)]
    return "\n".join(lines).encode("cp1252")


def _days(n_days: int, until: int) -> list[datetime]:
    last = datetime.now(UTC) - timedelta(days=until)
    return [last - timedelta(days=ago) for ago in range(n_days)]
