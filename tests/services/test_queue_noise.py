"""26 weekly replays of the demo: how many new reasons the queue brings for 100 patients in treatment a week, rule by rule.

Counted is what stands newly, a rule and patient, on a card other than *Safety now*, of patients in treatment, compared with the
queue a week before: as the queue shows it, after easing and without what is hidden behind a stronger flag. Flags of safety rules
on such a card (a pressure that is watched, a moderate adverse event) are printed and not limited: nothing holds them down.
"""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from ui_stores import ACTOR, make_demo

from lib.clinical.dose_review import SAFETY_NOW, classify_card, select_queue_flags
from lib.clinical.easing import find_queue_flags
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.follow_up import is_in_treatment
from lib.services import stores
from lib.services._clock import day_number
from lib.services._derived_rows import findings_on
from lib.services._histories import load_histories
from lib.services._refresh import current_policy
from lib.services._standing import today
from lib.store.bulk_care import read_care_records

N_WEEKS = 26
# [P], acceptance of the issue.
AT_MOST = 6.0

Reasons = set[tuple[int, str]]


@pytest.fixture(scope="module")
def weeks(tmp_path_factory) -> list[tuple[Reasons, int]]:
    """Of each week, the oldest first: reasons on cards other than Safety now, and how many are in treatment."""
    store = stores.open_store(ACTOR, make_demo(Path(tmp_path_factory.mktemp("noise"))))
    with store.read() as connection:
        policy, last = current_policy(connection), day_number(today(connection))
        loaded = load_histories(connection, policy, None)
        care = read_care_records(connection, None, len(loaded.clinic_of))

    def look(day: int) -> tuple[Reasons, int]:
        findings = findings_on(loaded, care, day, policy)
        treated = set(findings.rows.loc[is_in_treatment(findings.rows, policy), "patient"])
        return reasons_on_cards(find_queue_flags(findings, policy), treated), len(treated)

    return [look(last - 7 * back) for back in range(N_WEEKS, -1, -1)]


def reasons_on_cards(flags: pd.DataFrame, treated: set[int]) -> Reasons:
    shown = select_queue_flags(flags.rename(columns={"patient": "patient_key"}))
    shown = shown[(classify_card(shown) != SAFETY_NOW) & shown["patient_key"].isin(treated)]
    return set(zip(shown["patient_key"], shown["rule"], strict=True))


def test_the_queue_brings_at_most_six_new_reasons_for_a_hundred_patients_a_week(weeks):
    new = Counter(rule for (before, _), (after, _) in pairwise(weeks) for _, rule in after - before)
    n_patient_weeks = sum(n for _, n in weeks[1:])
    for rule, n in new.most_common():
        print(f"\n{rule:28s} {n:4d} {100 * n / n_patient_weeks:6.2f}", end="")
    of_safety = sum(n for rule, n in new.items() if RULES[rule].is_safety)
    rate = 100 * (new.total() - of_safety) / n_patient_weeks
    print(f"\n{rate:.2f} for 100 patient-weeks of {n_patient_weeks}; of safety rules {of_safety} more")
    assert n_patient_weeks > 26 * 100
    assert rate <= AT_MOST
