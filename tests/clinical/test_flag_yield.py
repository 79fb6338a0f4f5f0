"""Flag yield: the replay finds every run that the rules, asked day by day, say has begun; and counts what became of it."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
from generated import START, generate_clinic
from kernel_run import KernelRun, day_number

from lib.clinical.flag_yield import find_episodes, select_answered, summarise_yield
from lib.clinical.histories import select_points
from lib.clinical.instruments import BY_CODE
from lib.clinical.rules.catalogue import EFFICACY_RULES
from lib.clinical.rules.further_efficacy import RULES_OF_TREATMENT

# Asked of a day alone: a run of theirs can end without a record. Between two instruments there is no single total to follow.
NOT_ASKED = {*RULES_OF_TREATMENT, "discordant_instruments"}
LAST = START + timedelta(days=240)


def whole(clinic):
    """Without what is shown only through a form that is not firm, or corrected: the oracle asks for plain forms."""
    return replace(clinic, forms=tuple(form for form in clinic.forms if form.state == "current"))


def day_by_day(clinic, policy) -> set[tuple]:
    """Every (patient, rule, instrument, since) that the flags of any day with a record say."""
    days = {record.on for record in (*clinic.forms, *clinic.sessions) if record.on <= LAST}
    found = set()
    for day in sorted(days):
        for patient, rule, _, since, instrument in KernelRun(clinic, day, policy).flags():
            if rule in EFFICACY_RULES and rule not in NOT_ASKED:
                found.add((patient, rule, instrument, since))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_every_run_that_a_day_says_is_an_episode_and_no_other(seed, policy):
    clinic = whole(generate_clinic(5_000 + seed, 5))
    run = KernelRun(clinic, LAST, policy)
    points = select_points(run.prepared, day_number(LAST), with_earlier_courses=True)
    episodes = find_episodes(run.prepared, points, policy)
    episodes = episodes[~episodes["rule"].isin(NOT_ASKED)]
    found = {
        (run.names[row["patient"]], row["rule"], BY_CODE[row["instrument"]].name, row["started_on"])
        for row in episodes.to_dict("records")
    }
    said = {
        (patient, rule, instrument, day_number(since))
        for patient, rule, instrument, since in day_by_day(clinic, policy)
    }
    assert found == said and found


EPISODES = pd.DataFrame(
    [
        # patient, rule, instrument, started_on, is_confirmed, is_measured, is_improved
        (1, "non_improver", 0, 100, True, True, True),
        (2, "non_improver", 0, 100, True, True, False),
        (3, "non_improver", 0, 100, False, False, False),
        (4, "non_improver", 0, 100, False, True, True),
        (5, "relapse", 0, 99, True, True, True),
        (6, "relapse", 0, 120, True, True, True),
        (7, "relapse", 0, 121, True, True, True),
    ],
    columns=["patient", "rule", "instrument", "started_on", "is_confirmed", "is_measured", "is_improved"],
)
CASES = {
    "the day of the flag": ([(1, 100)], {"n_acted": 1, "n_measured": 1, "n_improved": 1}),
    "28 days later": ([(1, 128)], {"n_acted": 1, "n_measured": 1, "n_improved": 1}),
    "29 days later": ([(1, 129)], {"n_acted": 0, "n_measured": 0, "n_improved": 0}),
    "the day before": ([(1, 99)], {"n_acted": 0, "n_measured": 0, "n_improved": 0}),
    "two decisions are one answer": ([(1, 101), (1, 105)], {"n_acted": 1, "n_measured": 1, "n_improved": 1}),
    "not measured is not unimproved": ([(3, 101)], {"n_acted": 1, "n_measured": 0, "n_improved": 0}),
    "measured and not improved": ([(2, 101)], {"n_acted": 1, "n_measured": 1, "n_improved": 0}),
    "somebody else's decision": ([(9, 101)], {"n_acted": 0, "n_measured": 0, "n_improved": 0}),
}


@pytest.mark.parametrize(("decisions", "wanted"), CASES.values(), ids=CASES)
def test_what_counts_as_acted_upon(decisions, wanted, policy):
    signed = pd.DataFrame(decisions, columns=["patient", "on_day"])
    counts = (
        summarise_yield(select_answered(EPISODES, signed, (100, 120), policy))
        .set_index("rule")
        .loc["non_improver"]
    )
    assert counts[["n_fired", "n_confirmed"]].tolist() == [4, 2]
    assert {name: int(counts[name]) for name in wanted} == wanted


def test_both_days_belong_to_the_span(policy):
    counts = summarise_yield(
        select_answered(EPISODES, EPISODES[["patient"]].assign(on_day=0), (100, 120), policy)
    )
    assert counts.set_index("rule")["n_fired"].to_dict() == {"non_improver": 4, "relapse": 1}
