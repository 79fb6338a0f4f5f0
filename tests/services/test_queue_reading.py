"""The queue reads only what decides where a flag stands: it says the same as if it had read everything."""

from dataclasses import replace

import pytest
from ui_stores import ACTOR, make_demo

from lib.clinical.dose_review import select_queue_flags
from lib.clinical.flag_life import SNOOZED, WRONG
from lib.clinical.rules.catalogue import INFO, RULES
from lib.services import flag_life, review, stores
from lib.services._flag_acts import FlagSeen
from lib.services._flag_states import add_places, add_states
from lib.services._refresh import current_policy
from lib.services._standing import today
from lib.store import derived
from lib.store.flag_life import read_queue_flags

KEY = ["patient_key", "rule", "instrument"]
PLACES = ["until_day", "owner", "in_charge", "is_escalated"]


@pytest.fixture
def store(tmp_path):
    """The demo clinic, where people have snoozed flags, called them wrong, handed them over and looked at them."""
    return stores.open_store(ACTOR, make_demo(tmp_path))


def test_where_a_flag_stands_is_told_as_from_everything_that_was_done(store):
    with store.read() as connection:
        as_of, policy = today(connection), current_policy(connection)
        # Nobody has waited for long in a clinic that was made just now: at once is too long.
        policy = replace(policy, flag_life=replace(policy.flag_life, escalate_after_hours=0))
        every = derived.read_open_flags(connection, None)
        keys = sorted(set(every["patient_key"].tolist()))
        whole = add_states(connection, every, as_of, policy, keys).set_index(KEY).sort_index()
        read = read_queue_flags(connection, None)
        light = add_places(connection, read, as_of, policy, None).set_index(KEY).sort_index()
    same = whole.loc[light.index]
    assert light["set_aside"].tolist() == [one if one in (SNOOZED, WRONG) else "" for one in same["state"]]
    assert light[PLACES].astype(str).to_numpy().tolist() == same[PLACES].astype(str).to_numpy().tolist()
    assert (
        {SNOOZED, WRONG, ""} == set(light["set_aside"])
        and any(light["owner"])
        and 0 < light["is_escalated"].sum() < len(light)
    )


def test_no_flag_that_stands_on_a_card_is_left_out(store):
    with store.read() as connection:
        every, read = derived.read_open_flags(connection, None), read_queue_flags(connection, None)
    shown = select_queue_flags(every)
    assert set(shown[KEY].itertuples(index=False)) <= set(read[KEY].itertuples(index=False))
    # And they hide each other as they do among all of them.
    assert len(select_queue_flags(read)) == len(shown) and len(read) < len(every)


def test_a_flag_of_no_card_that_was_called_wrong_is_listed(store):
    with store.read() as connection:
        flags = derived.read_open_flags(connection, None)
    quiet = flags[(flags["severity"] == INFO) & ~flags["rule"].isin(["no_recent_score", "not_assessable"])]
    flag = quiet[[not RULES[rule].is_safety for rule in quiet["rule"]]].iloc[0]
    before = review.read_queue(ACTOR, store)
    seen = FlagSeen(int(flag["patient_key"]), flag["rule"], int(flag["instrument"]), flag["evidence"])
    flag_life.call_wrong(ACTOR, store, seen, "record", "it was recorded twice")
    after = review.read_queue(ACTOR, store)
    assert after.n_wrong == before.n_wrong + 1
    assert seen.patient_key in after.aside["patient_key"].tolist()
