"""Write tables to files: records and what follows from them, of a cohort or of everybody, in several forms."""

import argparse
from pathlib import Path

from tqdm import tqdm

from lib import settings
from lib.commands.actor import command_line_actor
from lib.research.choices import FORM_WORDS, PRIVACY_WORDS, TOPICS, USUAL_TOPICS, FileForm, Privacy, topics_of
from lib.services import exports, stores
from lib.services.exports import Order, Written

_HUNDRED = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--class",
        dest="privacy",
        type=Privacy,
        choices=list(Privacy),
        default=Privacy.DEIDENTIFIED,
        help="; ".join(f"{name}: {words}" for name, words in PRIVACY_WORDS.items()),
    )
    parser.add_argument(
        "--form",
        type=FileForm,
        choices=list(FileForm),
        default=FileForm.TIDY,
        help="; ".join(f"{name}: {words}" for name, words in FORM_WORDS.items()),
    )
    parser.add_argument(
        "--tables",
        type=_read_names,
        metavar="NAMES",
        help=f"with commas between them, or all (default: what the form has of {', '.join(USUAL_TOPICS)}): "
        f"{', '.join(TOPICS)}",
    )


def _read_names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    order = Order(_choose_topics(options), options.form, options.privacy)
    with tqdm(total=_HUNDRED, unit="%", leave=False, disable=None) as bar:

        def show(doing: str, share: float) -> None:
            bar.set_description(doing, refresh=False)
            bar.update(_HUNDRED * share - bar.n)

        written = exports.write_folder(actor, store, order, options.folder, show)
    _print_written(options.folder, written)
    return 0


def _choose_topics(options: argparse.Namespace) -> tuple[str, ...]:
    allowed = topics_of(options.form)
    if options.tables == ("all",):
        return allowed
    return options.tables or tuple(name for name in USUAL_TOPICS if name in allowed)


def _print_written(folder: Path, written: Written) -> None:
    print(f"{written.n_patients:,} of {written.n_in_scope:,} patients; data version {written.data_version}")
    for name, size in written.sizes.items():
        print(f"{folder / name}: {written.n_rows[name]:,} rows, {size:,} bytes")
