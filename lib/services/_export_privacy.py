"""Whom the rows of an export may tell of."""

from lib.research.choices import Privacy
from lib.research.table import ExportTable
from lib.services._export_ground import Ground
from lib.services.errors import StoreError


def make_private(
    ground: Ground, tables: tuple[ExportTable, ...], privacy: Privacy
) -> tuple[ExportTable, ...]:
    """Identified tables as they are."""
    if privacy is Privacy.IDENTIFIED:
        return tables
    raise StoreError(f"The class {privacy} is made by a release with its passport.")
