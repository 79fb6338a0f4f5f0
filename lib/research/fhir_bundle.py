"""One FHIR R4 bundle of the records that it has resources for, each entry checked by the models of fhir.resources."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pandas as pd

from lib.research.fhir_resources import MAKERS, Resource, Zones
from lib.research.files import ExportFile, make_dictionary
from lib.research.table import ExportTable

NAME = "bundle.json"
_OPENED = b'{"resourceType":"Bundle","type":"collection"'


def make_files(tables: tuple[ExportTable, ...], zones: Mapping[str, str]) -> tuple[ExportFile, ...]:
    """The bundle, and the dictionary of the records that it was made of. zones: of each clinic, as FHIR asks for an offset with
    every time of day."""
    n_rows = sum(table.n_rows for table in tables)
    bundle = ExportFile(NAME, "FHIR R4 bundle", n_rows, lambda: write_bundle(tables, Zones(zones)))
    return bundle, make_dictionary(tables)


def write_bundle(tables: tuple[ExportTable, ...], zones: Zones) -> Iterator[bytes]:
    """Its bytes, a block of records at a time; FHIR has no empty list."""
    is_open = False
    yield _OPENED
    for table in tables:
        make = MAKERS[table.name]
        for rows in table.read():
            found = (_write(one) for row in rows.to_dict("records") for one in make(_said(row), zones))
            if text := ",\n".join(found):
                yield (',"entry":[\n' if not is_open else ",\n").encode() + text.encode()
                is_open = True
    yield b"\n]}\n" if is_open else b"}\n"


def _said(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What is known of a record."""
    return {str(name): value for name, value in row.items() if pd.notna(value)}


def _write(resource: Resource) -> str:
    body = _model(resource.body["resourceType"]).model_validate(resource.body)
    return f'{{"fullUrl":"{resource.url}","resource":{body.model_dump_json()}}}'


@cache
def _model(name: str) -> Any:
    from fhir.resources.R4B import get_fhir_model_class

    return get_fhir_model_class(name)
