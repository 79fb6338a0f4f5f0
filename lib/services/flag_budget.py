"""What the policy in force, or another, would have asked of the actor's clinics."""

from lib.clinical.flag_budget import FlagBudget
from lib.clinical.policy import parse_policy
from lib.services._flag_budget import replay_budget
from lib.services._refresh import current_policy
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store

WEEKS = 52


@permitted(Permission.SEE_POLICY)
def read_flag_budget(
    actor: Actor, store: Store, weeks: int = WEEKS, text: str | None = None, file_name: str = "the draft"
) -> FlagBudget:
    """Of courses begun in the last weeks, by the policy in force or the one in this text. Raises PolicyError."""
    with store.read() as connection:
        in_force = current_policy(connection)
        replayed = in_force if text is None else parse_policy(text.encode(), file_name, in_force.version + 1)
        return replay_budget(connection, actor, in_force, replayed, weeks)
