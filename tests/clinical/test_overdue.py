"""Overdue: calls to hand-made patients, each named after its case; and the rule of the queue says the same."""

import pandas as pd
import pytest
from few_histories import prepare_few

from lib.clinical.histories import select_points
from lib.clinical.operations.overdue import (
    derive_calls_since,
    judge_calls,
    select_calls,
    summarise_returns,
)
from lib.clinical.rules.follow_up import find_overdue, flag_no_recent_score
from lib.clinical.segments import NONE
from lib.clinical.standing import assess

AS_OF = 1_000
# Sessions on days 900, 914, 928: without a form since day 900, overdue from day 922 on.
DOSED = [900, 914, 928]
# name: form days, (call day, outcome); what is found of each first call: due since, returned on, is judged.
CASES = {
    "came on the day": ([900, 930], [(930, "reached")], [(922, 930, True)]),
    "came on day 15": ([900, 945], [(930, "reached")], [(922, 945, True)]),
    "came on day 16": ([900, 946], [(930, "reached")], [(922, NONE, True)]),
    "called on the day it was due": ([900, 930], [(922, "no answer")], [(922, 930, True)]),
    "called a day before": ([900, 930], [(921, "no answer")], []),
    "called twice": ([900, 940], [(930, "no answer"), (935, "reached")], [(922, 940, True)]),
    "not overdue": ([900, 925], [(930, "reached")], []),
    "overdue again": ([900, 931, 990], [(930, "reached"), (985, "message left")], [(922, 931, True), (974, 990, True)]),
    "a referral is no call": ([900], [(930, "referral")], []),
    "too early to say": ([900, 940], [(990, "reached")], [(983, NONE, False)]),
    "no outcome": ([900], [(930, " ")], [(922, NONE, True)]),
    "never dosed": (None, [(930, "reached")], []),
}  # fmt: skip


@pytest.fixture(scope="module")
def prepared(policy):
    cases = [([], [900]) if forms is None else (DOSED, forms) for forms, *_ in CASES.values()]
    return prepare_few(cases, AS_OF, policy)


@pytest.fixture(scope="module")
def calls():
    rows = [
        (key, day, NONE, "referral" if outcome == "referral" else "check-in", outcome)
        for key, (_, made, _) in enumerate(CASES.values())
        for day, outcome in made
    ]
    return select_calls(pd.DataFrame(rows, columns=["patient", "day", "second", "kind", "outcome"]), AS_OF)


def test_every_call_is_judged_as_its_name_says(prepared, calls, policy):
    judged = judge_calls(prepared, calls, AS_OF, policy)
    for key, (name, case) in enumerate(CASES.items()):
        own = judged[judged["patient"] == key][["since", "returned_on", "is_judged"]]
        assert list(own.itertuples(index=False, name=None)) == case[2], name
    returns = summarise_returns(judged).set_index("outcome")
    assert returns.loc["not recorded"].tolist() == [1, 0, 0]
    assert returns["n_judged"].sum() + returns["n_open"].sum() == len(judged)
    assert judge_calls(prepared, calls.iloc[:0], AS_OF, policy).empty


def test_the_list_is_that_of_the_rule_with_the_calls_since(prepared, calls, policy):
    rows = assess(prepared, select_points(prepared, AS_OF, with_earlier_courses=False), policy)
    overdue, flags = find_overdue(rows, policy), flag_no_recent_score(rows, policy)
    assert (
        overdue.loc[flags["row"], "since"].tolist() == flags["since"].tolist()
        and len(flags) == len(overdue) > 3
    )
    listed = derive_calls_since(overdue[["patient", "since"]], calls).set_index("patient")
    names = list(CASES)
    assert listed.loc[names.index("called on the day it was due"), "n_calls"] == 0
    last = listed.loc[names.index("no outcome")]
    assert (last["n_calls"], last["called_on"], last["outcome"]) == (1, 930, "not recorded")
    assert derive_calls_since(overdue[["patient", "since"]], calls.iloc[:0])["n_calls"].sum() == 0
