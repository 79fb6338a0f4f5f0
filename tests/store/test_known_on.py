"""A store as it was known at the end of a day is, table by table and page by page, the store that really stopped there."""

from itertools import count
from pathlib import Path
from random import Random

import pytest
from clinic_files import ACTOR, new_store
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from store.clinic_imports import at, generated, printed_rows
from store.known_ledger import STEPS, StoppedLedger, differing_tables, without_what_no_log_keeps

from lib.services import caseload
from lib.services.errors import Store
from lib.services.patients import read_patient
from lib.services.review import read_caseload, read_queue

EXAMPLES = settings.default.max_examples
NOT_SHRUNK = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
FEW = settings(NOT_SHRUNK, max_examples=max(2, EXAMPLES // 50))
SEEDS = st.integers(0, 3 if EXAMPLES <= 100 else 100_000)
NUMBERS = count()

# What a day was like is compared with the file that was put aside on it.
pytestmark = pytest.mark.usefixtures("embedded_only")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


def shown(store: Store) -> list:
    """What the screens say: status, flags, queue, caseload, and every patient's page."""
    found: list = [printed_rows(caseload.read_status(ACTOR, store))]
    found.append(printed_rows(caseload.read_flags(ACTOR, store)))
    queue = read_queue(ACTOR, store)
    found += [queue.as_of, queue.cards, queue.freshness, queue.rows.to_csv()]
    people = read_caseload(ACTOR, store)
    found.append(people.to_csv())
    for key in people["patient_key"]:
        page = read_patient(ACTOR, store, int(key))
        flags = without_what_no_log_keeps(page.flags).to_csv()
        found += [page.headline, flags, page.closings.to_csv(), page.since_review]
        found += [
            page.policy.version,
            page.history.assessments.to_csv(),
            page.history.dosing_sessions.to_csv(),
        ]
    return found


@FEW
@given(seed=SEEDS, order=st.integers(0, 2**32))
def test_a_store_known_on_a_day_is_the_store_that_stopped_there(folder, seed, order):
    chance = Random(order)
    store = new_store(folder, f"store-{next(NUMBERS)}")
    ledger = StoppedLedger(store, generated(seed, 4), chance)
    for _ in range(5):
        for step in chance.choices(STEPS, k=chance.randint(0, 6)):
            ledger.take(step)
        ledger.take("next day")
    for step in chance.choices(STEPS, k=3):
        ledger.take(step)
    for number, (day, path) in enumerate(ledger.stopped.items()):
        known, stopped = ledger.known(day), Store(f"sqlite:///{path}")
        assert not (found := differing_tables(known, stopped)), (day, found)
        if number == order % 5:
            # Hours that somebody waits end with the day that is looked at.
            end = {"hour": 23, "minute": 59, "second": 59}
            with at(ledger.now.replace(year=day.year, month=day.month, day=day.day, **end)):
                assert shown(known) == shown(stopped)
