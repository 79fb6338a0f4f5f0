"""The clinic's thresholds: read, export, publish a new version."""

from lib.clinical.policy import Policy, parse_policy
from lib.clinical.policy_completion import parse_earlier_policy
from lib.services import _clock
from lib.services._policy_upgrade import shipped_policy
from lib.services._refresh import current_policy, refresh
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store, StoreError


@permitted(Permission.SEE_POLICY)
def read_policy(actor: Actor, store: Store, version: int | None = None) -> Policy:
    """The version in force, or an earlier one as it was: what it did not know yet is absent from its notes."""
    if version is not None:
        return parse_earlier_policy(export_policy(actor, store, version), shipped_policy(), version)
    with store.read() as connection:
        return current_policy(connection)


@permitted(Permission.SEE_POLICY)
def export_policy(actor: Actor, store: Store, version: int | None = None) -> str:
    """A version as TOML, by default the newest."""
    with store.read() as connection:
        stored = derived.read_policy_version(connection, version)
    if stored is None:
        raise StoreError(f"There is no policy version {version}.")
    return str(stored["toml"])


@permitted(Permission.CHANGE_POLICY)
def publish_policy(actor: Actor, store: Store, text: bytes, file_name: str, comment: str = "") -> int:
    """Check a policy and make it the next version; everything that follows from it is computed again. Raises PolicyError."""
    with store.write() as connection:
        version = current_policy(connection).version + 1
        parse_policy(text, file_name, version)
        values = {"version": version, "toml": text.decode(), "published_by": actor.name, "comment": comment}
        derived.add_policy_version(connection, {**values, "published_at": _clock.seconds(_clock.now())})
        refresh(connection, today(connection), None)
    return version
