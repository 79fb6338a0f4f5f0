"""What this release knows and a store's policy does not: published as a new version when the store is opened."""

from lib import settings
from lib.clinical.policy import parse_policy
from lib.clinical.policy_completion import Completion, complete_policy
from lib.services import _clock
from lib.services._refresh import refresh
from lib.services._standing import today
from lib.store import derived
from lib.store.engine import Store, Transaction

PUBLISHER = "this release"


def upgrade_policy(store: Store) -> int | None:
    """Publish the newest version completed with the shipped text of what it lacks; nothing where it lacks nothing. The new
    version."""
    with store.read() as connection:
        if not _complete_newest(connection).added:
            return None
    with store.write() as connection:
        # Another process may have done it between the question and the lock.
        completion = _complete_newest(connection)
        return _publish(connection, completion) if completion.added else None


def shipped_policy() -> str:
    return settings.POLICY_FILE.read_text("utf-8")


def _complete_newest(connection: Transaction) -> Completion:
    stored = derived.read_policy_version(connection)
    return complete_policy(stored["toml"], shipped_policy()) if stored else Completion("", ())


def _publish(connection: Transaction, completion: Completion) -> int:
    newest = derived.read_policy_version(connection)
    version = int(newest["version"]) + 1 if newest else 1
    parse_policy(completion.text.encode(), f"policy version {version}", version)
    comment = f"Added, as shipped, what the version before did not know: {', '.join(completion.added)}"
    values = {"version": version, "toml": completion.text, "published_by": PUBLISHER, "comment": comment}
    derived.add_policy_version(connection, {**values, "published_at": _clock.seconds(_clock.now())})
    refresh(connection, today(connection), None)
    return version
