"""Breaking the glass: whoever manages accounts reads patients' records, with a reason, for an hour."""

from lib.services import _clock
from lib.services._audit import Act, write_entry
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store, StoreError
from lib.store import sign_ins

# Long enough to find somebody's page and call for help, short enough that nobody forgets that it is open.
OPEN_MINUTES = 60
SHORTEST_REASON = 10


@permitted(Permission.BREAK_GLASS)
def break_glass(actor: Actor, store: Store, reason: str) -> int:
    """Patients of the actor's clinics can be read until then (UTC epoch seconds), in this sign-in alone. Raises StoreError
    without a reason, and for whoever is not signed in."""
    said, now = " ".join(reason.split()), _clock.seconds(_clock.now())
    if len(said) < SHORTEST_REASON:
        raise StoreError("Say in a sentence why patients' records have to be opened now.")
    until = now + OPEN_MINUTES * 60
    with store.write() as connection:
        row = sign_ins.read_sign_in(connection, reference=actor.session or "")
        if row is None:
            raise StoreError("Sign in first: an emergency belongs to a sign-in.")
        values = {"session_key": row["id"], "reason": said, "opened_at": now, "until": until}
        key = sign_ins.add_broken_glass(connection, values)
        detail = {"minutes": OPEN_MINUTES}
        write_entry(connection, actor, Act.BREAK_GLASS, subject=f"broken_glass:{key}", detail=detail)
    return until
