"""Write records and what follows from them to files, in several forms: a release of a cohort, or identified rows."""

import argparse
from pathlib import Path

from tqdm import tqdm

from lib import settings
from lib.commands.actor import command_line_actor
from lib.research.choices import FORM_WORDS, PRIVACY_WORDS, TOPICS, USUAL_TOPICS, FileForm, Privacy, topics_of
from lib.research.cohort import Cohort
from lib.research.criteria_file import parse_criteria
from lib.research.files import README
from lib.research.held_back import say_held
from lib.services import cohorts, exports, stores
from lib.services.access import Actor
from lib.services.cohort_releases import Purpose, release_cohort
from lib.services.errors import Store, StoreError
from lib.services.exports import Order, Written
from lib.services.releases import Release

_HUNDRED = 100
_SAID = {
    "--project": "what it is for; one patient has other ids in another project",
    "--purpose": "why",
    "--recipient": "who gets it",
    "--agreement": "number of the data use agreement",
}


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

    parser.add_argument(
        "--cohort",
        type=Path,
        metavar="FILE",
        help="criteria as the page Cohort saves them (default: everybody)",
    )
    for name, words in _SAID.items():
        parser.add_argument(name, default="", metavar="TEXT", help=f"of a release: {words}")


def _read_names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    cohort = _read_cohort(actor, store, options.cohort) if options.cohort else None
    patients = cohort.patients if cohort else None
    order = Order(_choose_topics(options), options.form, options.privacy, patients)
    with tqdm(total=_HUNDRED, unit="%", leave=False, disable=None) as bar:

        def show(doing: str, share: float) -> None:
            bar.set_description(doing, refresh=False)
            bar.update(_HUNDRED * share - bar.n)

        if options.privacy is Privacy.IDENTIFIED:
            said = _say_written(
                options.folder, exports.write_folder(actor, store, order, options.folder, show)
            )
        elif cohort is None:
            raise StoreError(f"The class {options.privacy} is of a cohort: name its file with --cohort.")
        else:
            path, purpose = _prepare_release(options)
            said = _say_release(
                release_cohort(actor, store, order, cohort, purpose, path=path, progress=show)
            )
    print("\n".join(said))
    return 0


def _read_cohort(actor: Actor, store: Store, file: Path) -> Cohort:
    return cohorts.read_cohort(actor, store, parse_criteria(file.read_text("utf-8"), file.name))


def _prepare_release(options: argparse.Namespace) -> tuple[Path, Purpose]:
    """Where it goes, and what it says of itself."""
    folder: Path = options.folder
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"There is something in {folder} already: name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    said = Purpose(options.project, options.purpose, options.recipient, options.agreement)
    return folder / "release.zip", said


def _choose_topics(options: argparse.Namespace) -> tuple[str, ...]:
    allowed = topics_of(options.form)
    if options.tables == ("all",):
        return allowed
    return options.tables or tuple(name for name in USUAL_TOPICS if name in allowed)


def _say_written(folder: Path, written: Written) -> list[str]:
    files = [
        f"{folder / name}: {written.n_rows[name]:,} rows, {size:,} bytes"
        for name, size in written.sizes.items()
        if name != README
    ]
    whose = f"{written.n_patients:,} of {written.n_in_scope:,} patients; data version {written.data_version}"
    return [whose, *files, f"{folder / README}: {say_held(written.held)}"]


def _say_release(release: Release) -> list[str]:
    return [
        f"{release.path}: release {release.key}, {release.n_patients:,} patients",
        release.held,
        *release.warnings,
    ]
