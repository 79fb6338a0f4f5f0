"""Write the pack of a period, as HTML and PDF, and print its fingerprints."""

import argparse
from pathlib import Path

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.output import parse_day
from lib.services import caseload, packs, stores
from lib.services.errors import StoreError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="first",
        type=parse_day,
        metavar="DATE",
        required=True,
        help="courses begun on this day or later",
    )
    parser.add_argument(
        "--to",
        dest="last",
        type=parse_day,
        metavar="DATE",
        required=True,
        help="courses begun on this day or earlier",
    )
    parser.add_argument(
        "--as-of", type=parse_day, metavar="DATE", help="as it stood on a day (default: today)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="a folder for the two files")


def run(options: argparse.Namespace) -> int:
    browser = settings.browser_path()
    if browser is None:
        raise StoreError(
            "The figures are drawn by Chromium or Chrome, and none was found; say where it is with BROWSER_PATH."
        )
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    caseload.refresh_if_a_day_has_passed(actor, store)
    made = packs.make_pack(actor, store, packs.Asked(options.first, options.last, options.as_of), browser)
    options.out.mkdir(parents=True, exist_ok=True)
    for ending, data in (("html", made.html), ("pdf", made.pdf)):
        (options.out / f"{made.name}.{ending}").write_bytes(data)
    for name in ("data_version", "content_sha256", "html_sha256", "pdf_sha256"):
        print(f"{name} {made.values[name]}")
    return 0
