"""Tables to files in the form that was asked for."""

from collections.abc import Mapping

from lib.clinical.frames import KINDS
from lib.research import fhir_bundle, redcap
from lib.research.adam.naming import name_as_adam
from lib.research.choices import FileForm
from lib.research.files import ExportFile, make_csv, make_dictionary
from lib.research.table import ExportTable


def make_files(
    tables: tuple[ExportTable, ...], form: FileForm, zones: Mapping[str, str]
) -> tuple[ExportFile, ...]:
    """The files of these tables, the dictionary last. zones: time zones by clinic_id."""
    if form is FileForm.FHIR:
        return fhir_bundle.make_files(tables, zones)
    if form is FileForm.REDCAP:
        return redcap.make_files(tables)
    if form is FileForm.ADAM:
        tables = tuple(map(name_as_adam, tables))
    files = [make_csv(table, name_file(table, form)) for table in tables]
    return (*files, make_dictionary(tables))


def name_file(table: ExportTable, form: FileForm) -> str:
    """Files that can be imported again stand apart from those that follow from them."""
    if form is not FileForm.TIDY:
        return f"{table.name}.csv"
    is_of_records = table.name in KINDS or table.name == "assessments_superseded"
    return f"{'records' if is_of_records else 'derived'}/{table.name}.csv"
