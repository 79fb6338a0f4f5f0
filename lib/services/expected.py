"""What an expected course is read from: the session scores of everybody in a clinic."""

from datetime import date

from lib.clinical.expected_course import Reference, make_reference
from lib.clinical.histories import prepare
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.session_scores import derive_session_scores
from lib.services._clock import day_number
from lib.services._histories import load_histories
from lib.services._refresh import current_policy
from lib.services._scope import read_names
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store


@permitted(Permission.SEE_PATIENTS)
def read_reference(actor: Actor, store: Store, clinic_id: str, as_of: date | None = None) -> Reference:
    """One of the actor's clinics as it stood on a day, by default today: the same for each of its patients.

    Raises NotFoundError, with the same words for another's clinic and for none.
    """
    with store.read() as connection:
        policy = current_policy(connection)
        day = day_number(as_of or today(connection))
        names = read_names(connection, actor, clinic_id)
        loaded = load_histories(connection, policy, names.index)
    prepared = prepare(loaded.histories.to_day(day), policy)
    patient_ids = names.to_dict()
    scores = {
        name: derive_session_scores(prepared, instrument, day, policy, patient_ids)
        for name, instrument in INSTRUMENTS.items()
    }
    return make_reference(scores, policy)
