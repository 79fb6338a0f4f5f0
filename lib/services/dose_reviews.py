"""Beginning a dose review, and putting it down: one person reviews a patient at a time, and the others are told who."""

from lib.services import _clock
from lib.services._audit import Act, write_entry
from lib.services._decision_rows import say_by
from lib.services._drawn import DrawnForm, check_person
from lib.services._refresh import current_policy
from lib.services._review_states import IN_REVIEW, LEFT, NO_STATE, STARTED, ReviewState, read_states
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store, StoreError
from lib.store import decisions
from lib.store.engine import Transaction


@permitted(Permission.DECIDE)
def start_review(
    actor: Actor, store: Store, patient_key: int, drawn: DrawnForm, *, takes_over: bool = False
) -> None:
    """Begin a dose review. Raises StoreError, with who and when, where somebody else has begun one, unless it is taken over."""
    with store.write() as connection:
        check_person(connection, actor, patient_key, drawn)
        state = _read_state(connection, patient_key)
        if state.state == IN_REVIEW:
            if state.reviewer == actor.name:
                return
            if not takes_over:
                since = _clock.say_second(state.started_at)
                raise StoreError(f"{state.reviewer} has been reviewing this patient since {since}.")
        _add_event(connection, actor, patient_key, STARTED)


@permitted(Permission.DECIDE)
def leave_review(actor: Actor, store: Store, patient_key: int, drawn: DrawnForm) -> None:
    """Put the actor's own review down without a decision; nothing where the actor has none."""
    with store.write() as connection:
        check_person(connection, actor, patient_key, drawn)
        state = _read_state(connection, patient_key)
        if (state.state, state.reviewer) == (IN_REVIEW, actor.name):
            _add_event(connection, actor, patient_key, LEFT)


def _read_state(connection: Transaction, patient_key: int) -> ReviewState:
    states = read_states(connection, None, today(connection), current_policy(connection), [patient_key])
    return states.get(patient_key, NO_STATE)


def _add_event(connection: Transaction, actor: Actor, patient_key: int, event: str) -> None:
    about = {"event": event, "note": "", **say_by(connection, actor, patient_key)}
    decisions.add_review_event(connection, about)
    act = Act.BEGIN_REVIEW if event == STARTED else Act.LEAVE_REVIEW
    write_entry(connection, actor, act, patient_key=patient_key)
