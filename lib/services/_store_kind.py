"""Whose patients a store holds: a clinic's own; made up, of the demo, which is built again; made up, to practise on."""

from lib.services.errors import StoreError
from lib.store import derived
from lib.store.engine import Transaction

# What a store to practise on says of itself.
PRACTICE = {"is_synthetic": "yes", "is_practice": "yes"}


def is_synthetic(connection: Transaction) -> bool:
    """Whether all patients are made up."""
    return derived.read_about(connection).get("is_synthetic") == "yes"


def is_demo(connection: Transaction) -> bool:
    """Whether the store is built again with other dates, and loses what was written to it."""
    about = derived.read_about(connection)
    return about.get("is_synthetic") == "yes" and about.get("is_practice") != "yes"


def check_can_take_files(connection: Transaction, *, are_made_up: bool) -> None:
    """Raises StoreError for the demo, and for files that nobody calls made up where all patients have to be."""
    if is_demo(connection):
        raise StoreError(
            "This is the demo store, with made-up patients only; it takes no other files. Make a store of your own: "
            "python -m lib init --database sqlite:///clinic.sqlite, with --practice to try things on made-up patients."
        )
    if is_synthetic(connection) and not are_made_up:
        raise StoreError(
            "This store is for practice: no real patient belongs in it. Say that the files hold made-up patients only "
            "(a tick on the Import page, --made-up on the command line), or import into a clinic's own store."
        )
