"""Marking a patient as reviewed: a mark is one person's own, covers what was on the screen, and is never changed."""

from lib.services import _clock
from lib.services._audit import Act, writing
from lib.services._people import read_people
from lib.services._record_changes import (
    COMPUTED_TOTAL,
    CORRECTED,
    NEW,
    OLDER_VERSION,
    WITHDRAWN,
    Change,
)
from lib.services._since_review import Drawn, SinceReview
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import review_marks
from lib.store.engine import Store

__all__ = [
    "COMPUTED_TOTAL",
    "CORRECTED",
    "NEW",
    "OLDER_VERSION",
    "WITHDRAWN",
    "Change",
    "Drawn",
    "SinceReview",
    "mark_reviewed",
]


@permitted(Permission.HANDLE_FLAGS)
def mark_reviewed(actor: Actor, store: Store, patient_key: int, drawn: Drawn) -> None:
    """Note that the actor has looked at this patient. drawn: of the page that was on the screen, so that what arrived between
    drawing and pressing stays new. Raises NotFoundError, with the same words for another clinic's patient and for nobody."""
    with writing(actor, store, Act.MARK_REVIEWED, patient_key=patient_key) as connection:
        people = read_people(connection, actor, [patient_key])
        if patient_key not in people.index:
            raise NotFoundError("No patient was found at this address.")
        values = {
            "patient_key": patient_key,
            "clinic_key": int(people.loc[patient_key, "clinic_key"]),
            "actor": actor.name,
            "reviewed_at": _clock.seconds(_clock.now()),
            "on_day": drawn.on_day,
            "covers_import_key": drawn.import_key,
            "covers_withdrawn": drawn.n_withdrawn,
        }
        review_marks.add_review_mark(connection, values)
