"""Making a store: an empty clinic, or the demo."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from zoneinfo import available_timezones

from lib import settings
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.policy import parse_policy
from lib.intake.own_files import read_table
from lib.intake.table import order_files
from lib.services import _clock
from lib.services._audit import Act, anchor_start, note_act, write_entry, writing
from lib.services._demo_closings import close_assessed_flags
from lib.services._demo_dates import shift_dates
from lib.services._demo_decisions import sign_past_decisions
from lib.services._demo_life import begin_flag_life
from lib.services._policy_upgrade import upgrade_policy
from lib.services._refresh import refresh
from lib.services._rows import release
from lib.services._standing import today
from lib.services._starting import check_place, clear_place
from lib.services._store_kind import PRACTICE, is_demo, is_synthetic
from lib.services._taking import Offer, take_file
from lib.services.access import Actor, Permission, permitted
from lib.store import derived, schema
from lib.store.engine import Store, StoreError, Transaction
from lib.store.imports import read_waiting
from lib.store.people import add_clinic
from lib.store.records import read_clinics


@permitted(Permission.MANAGE_STORE)
def open_store(actor: Actor, url: str, key: str | None = None) -> Store:
    """A store that exists, brought to this version. Raises StoreError where there is none."""
    store = Store(url, key)
    check_place(store)
    _bring_up(actor, store)
    return store


def _bring_up(actor: Actor, store: Store) -> None:
    """Tables and policy as this release knows them."""
    if before := schema.require(store):
        note_act(actor, store, Act.UPGRADE_STORE, detail={"from": before})
    if version := upgrade_policy(store):
        note_act(actor, store, Act.UPGRADE_STORE, subject=f"policy:{version}")
    anchor_start(store)


@permitted(Permission.MANAGE_STORE)
def exists(actor: Actor, url: str, key: str | None = None) -> bool:
    """Whether there is a store at this address. Raises StoreError for something else there."""
    store = Store(url, key)
    check_place(store)
    return schema.is_created(store)


@permitted(Permission.MANAGE_STORE)
def create_store(
    actor: Actor,
    url: str,
    key: str | None = None,
    *,
    are_clinics_open: bool = False,
    is_practice: bool = False,
) -> Store:
    """A store at this address, made if there is none. are_clinics_open: patients.csv may name new clinics. is_practice: for
    made-up patients only; raises StoreError where there is a store with others."""
    store = Store(url, key)
    if _is_demo_address(store):
        raise StoreError(
            "This is the demo's address, for made-up patients only. Make a store of your own: "
            "python -m lib init --database sqlite:///clinic.sqlite"
        )
    _create(
        actor,
        store,
        are_clinics_open="yes" if are_clinics_open else "no",
        **(PRACTICE if is_practice else {}),
    )
    with store.read() as connection:
        if is_practice and not is_synthetic(connection):
            raise StoreError(
                f"{store.shown_url} holds a clinic's own records; it cannot become a store for practice."
            )
    return store


def _is_demo_address(store: Store) -> bool:
    demo = Store(settings.DEMO_STORE).path
    return store.path is not None and demo is not None and store.path.resolve() == demo.resolve()


def _create(actor: Actor, store: Store, **about: str) -> None:
    """Tables, the first policy and what the store says of itself, all at once; nothing where there is a store already."""
    check_place(store)
    if schema.is_created(store):
        _bring_up(actor, store)
        return
    if store.path:
        store.path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever else has an account on this machine reads nothing of it; SQLite's log beside it is as its file.
        store.path.touch(0o600)
    with store.write() as connection:
        # Another process may have made it between the question and the lock.
        if not schema.holds_tables(connection):
            schema.upgrade(connection)
            _start_policy(connection, actor)
            derived.write_about(connection, **about)
            write_entry(connection, actor, Act.MAKE_STORE)


def _start_policy(connection: Transaction, actor: Actor) -> None:
    text = settings.POLICY_FILE.read_bytes()
    parse_policy(text, settings.POLICY_FILE.name, 1)
    values = {
        "version": 1,
        "toml": text.decode(),
        "published_by": actor.name,
        "comment": "the file that the product ships",
    }
    derived.add_policy_version(connection, {**values, "published_at": _clock.seconds(_clock.now())})


@permitted(Permission.MANAGE_STORE)
def init_clinic(
    actor: Actor, store: Store, clinic_id: str, *, name: str, time_zone: str, instruments: Sequence[str]
) -> None:
    """Add an empty clinic. Raises StoreError for a name that is taken, an unknown time zone or instrument."""
    if time_zone not in available_timezones():
        raise StoreError(
            f"{time_zone!r} is not a time zone; write one like Europe/Berlin or America/Chicago."
        )
    for instrument in instruments:
        if instrument not in INSTRUMENTS:
            raise StoreError(f"{instrument!r} is not collected here; known: {', '.join(INSTRUMENTS)}.")
    with writing(actor, store, Act.ADD_CLINIC) as connection:
        if is_demo(connection):
            raise StoreError(
                "This is the demo store; give another address: --database sqlite:///clinic.sqlite"
            )
        if clinic_id in set(read_clinics(connection)["clinic_id"]):
            raise StoreError(f"There is a clinic {clinic_id!r} already.")
        add_clinic(connection, clinic_id, name or clinic_id, time_zone, instruments)
        released = release(connection, read_waiting(connection, clinic_id=clinic_id), _clock.now())
        refresh(connection, today(connection), released.patients)


@permitted(Permission.MANAGE_STORE)
def load_demo(actor: Actor, url: str) -> Store:
    """The demo clinic's store, rebuilt when its last day is not yesterday; its dates are shifted by whole days."""
    yesterday = _clock.now().date() - timedelta(days=1)
    files = sorted(settings.DEMO_FOLDER.glob("*.csv"))
    digest = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    wanted = {"is_synthetic": "yes", "demo_last_day": yesterday.isoformat(), "demo_files": digest}
    store = Store(url)
    if schema.is_created(store):
        with store.read() as connection:
            about = derived.read_about(connection)
            if not is_demo(connection):
                raise StoreError(
                    f"{store.shown_url} holds a clinic's own records; the demo is never loaded over them."
                )
        if all(about.get(name) == value for name, value in wanted.items()):
            _bring_up(actor, store)
            return store
        clear_place(store)
    elif _is_demo_address(store):
        clear_place(store)
    store = Store(url)
    # It calls itself synthetic from its first moment: a load that was cut off is begun again.
    _create(actor, store, is_synthetic="yes", are_clinics_open="yes")
    tables = order_files([read_table(file.name, file.read_bytes()) for file in files])
    with store.write() as connection:
        for raw in tables:
            shifted = shift_dates(raw, yesterday)
            take_file(
                connection, Offer(shifted, f"demo {raw.file_name} {yesterday}", "demo", False), _clock.now()
            )
        close_assessed_flags(connection)
        sign_past_decisions(connection, _clock.day_number(yesterday))
        derived.write_about(connection, **wanted)
        refresh(connection, today(connection), None)
        begin_flag_life(connection, today(connection))
    return store
