"""Work out anew all that is kept beside the records, on this machine or spread over a Dask cluster."""

import argparse

from tqdm import tqdm

from lib import settings
from lib.clinical.wording import count
from lib.commands.actor import command_line_actor
from lib.services import recomputing, stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="URL",
        help="of a Dask cluster whose workers have this store as DATABASE_URL, like tcp://host:8786 (default: this process)",
    )
    parser.add_argument(
        "--patients-a-part",
        type=int,
        default=recomputing.PATIENTS_A_PART,
        metavar="N",
        help=f"how many are worked out together (default: {recomputing.PATIENTS_A_PART:,})",
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    with tqdm(total=1.0, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}", disable=None) as bar:

        def show(text: str, share: float) -> None:
            bar.set_description_str(text)
            bar.update(share - bar.n)

        done = recomputing.recompute(
            actor, store, options.scheduler, part_size=options.patients_a_part, report=show
        )
    print(
        f"{count(done.n_patients, 'patient')} in {count(done.n_parts, 'part')}: {done.computing:.1f} s of reading and computing, "
        f"{done.writing:.1f} s of writing, all workers together"
    )
    if done.n_again:
        print(f"{count(done.n_again, 'part')} computed again, as the store was changed meanwhile")
    return 0
