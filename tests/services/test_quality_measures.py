"""The quality measures of a store: whose they are, what an encounter is, and who stands behind a place."""

from datetime import date

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.clinical.instruments import GAD7
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import MET, MISSING
from lib.research.criteria import Criteria
from lib.research.explore.changes import derive_change
from lib.services import explore, imports, outcomes, packs, quality_measures, review, stores
from lib.services._pack_ground import read_ground
from lib.services._pack_words import describe_pack
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import Store, StoreError

SOUTH = Actor("south", frozenset(Permission), frozenset({"south"}))
AS_OF = date(2026, 6, 30)
# Index on 10 March 2025 at 15, and the score a year later.
YEAR_LATER = {"remitted": 4, "not": 12, "south": 4, "called": 4, "tried": 4, "none": None, "hospice": 4}


def rows_of(name: str, **said: str) -> list[dict[str, str]]:
    return [{"patient_id": name, **said}]


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """Six patients of north and one of south; "called" and "tried" have contacts alone."""
    people, doses, forms, calls, known = [], [], [], [], []
    for name, total in YEAR_LATER.items():
        clinic = "south" if name == "south" else "north"
        hospice = "2026-05-01" if name == "hospice" else ""
        people += rows_of(name, clinic_id=clinic, birth_year="1980", hospice_on=hospice)
        known += rows_of(name, code="F33.1", onset_on="2020-01-01")
        if name in ("called", "tried"):
            outcome = "Reached" if name == "called" else "Message left"
            calls += rows_of(name, at="2025-03-10T12:00", kind="check-in", outcome=outcome)
        else:
            doses += rows_of(name, started_at="2025-03-10T10:00", dose_mg="100")
        forms += rows_of(name, instrument="PHQ-9", assessed_at="2025-03-10T09:00", total="15")
        if total is not None:
            forms += rows_of(name, instrument="PHQ-9", assessed_at="2026-03-10T09:00", total=str(total))
    store = new_store(tmp_path_factory.mktemp("quality-measures"))
    files = {"people": people, "doses": doses, "forms": forms, "calls": calls, "known": known}
    for name, rows in files.items():
        (receipt,) = imports.import_files(ACTOR, store, [(f"{name}.csv", to_csv(rows))])
        assert receipt.is_complete
    return store


def remission(actor: Actor, store: Store, as_of: date = AS_OF):
    found = quality_measures.read_quality_measures(actor, store, 2026, as_of)
    return next(one for one in found.of_patients if one.measure.name == "cms159_remission")


def names_at(store: Store, one, where: int) -> set[str]:
    people = review.read_caseload(ACTOR, store).set_index("patient_key")["patient_id"]
    return {people[key] for key in one.patients_at(where)}


def test_everybody_stands_somewhere_and_can_be_listed(store):
    one = remission(ACTOR, store)
    exits = {step.name: number for number, step in enumerate(one.measure.exits)}
    assert names_at(store, one, MET) == {"remitted", "south", "called"}
    assert names_at(store, one, MISSING) == {"none"}
    # A message that was left is no encounter.
    assert names_at(store, one, exits["no-encounter"]) == {"tried"}
    assert names_at(store, one, exits["hospice"]) == {"hospice"}
    assert (one.counted.share.n, one.counted.share.total, one.counted.start) == (3, 5, 7)


def test_what_lies_ahead_is_not_known(store):
    one = remission(ACTOR, store, date(2026, 3, 9))
    assert one.counted.total == 0
    assert one.counted.exits[-1] == 6


def test_a_clinic_counts_its_own(store):
    assert names_at(store, remission(SOUTH, store), MET) == {"south"}
    assert remission(SOUTH, store).counted.start == 1


def test_who_may_not_see_outcomes_is_refused(store):
    with pytest.raises(NotPermittedError):
        quality_measures.read_quality_measures(Actor("nobody", frozenset(), None), store, 2026)


def test_the_table_of_outcomes_has_them(store):
    table = outcomes.read_outcomes(ACTOR, store, outcomes.Period(), as_of=AS_OF).set_index("measure")
    row = table.loc["cms159_remission"]
    assert (row["numerator"], row["denominator"], row["excluded"], row["rate"]) == (3, 5, 2, 60.0)
    assert (row["denominator_rule"], row["time_point"]) == ("eligible", "month_12")
    assert row["definition_version"] == "CMS159-like, MP 2026, CQL v0.3.000"
    assert (row["from"], row["to"]) == (date(2026, 1, 1), date(2026, 12, 31))
    assert table.loc["nhs_recovery", "instrument"] == "PHQ-9 and GAD-7"
    assert len(table.loc["dms_phq9_used"]) == 3


def test_a_day_to_come_and_a_period_upside_down_are_refused(store):
    """On a day to come every score would be due, and missing; a period that ends later is of the year that it is."""
    first, last = date(2026, 2, 1), date(2026, 1, 1)
    with pytest.raises(StoreError, match="Nothing is known of 9999-01-01 yet"):
        outcomes.read_outcomes(ACTOR, store, outcomes.Period(), as_of=date(9999, 1, 1))
    with pytest.raises(StoreError, match="before it begins"):
        outcomes.read_outcomes(ACTOR, store, outcomes.Period(first, last), as_of=AS_OF)
    for end in (None, date(9999, 12, 31)):
        with pytest.raises(StoreError, match="before it begins"):
            outcomes.read_outcomes(ACTOR, store, outcomes.Period(date(9999, 1, 1), end), as_of=AS_OF)
    table = outcomes.read_outcomes(ACTOR, store, outcomes.Period(last=date(9999, 1, 1)), as_of=AS_OF)
    assert set(table["to"]) == {AS_OF, date(2026, 12, 31)}


def test_a_clinic_that_does_not_collect_an_instrument_is_in_none_of_its_rates(tmp_path):
    """Twelve patients of a clinic with PHQ-9 only, and twelve of a clinic with both: whoever asks, of GAD-7 there are twelve. A
    GAD-7 that came all the same counts."""
    store = new_store(tmp_path, is_practice=True)
    stores.init_clinic(ACTOR, store, "phq", name="PHQ", time_zone="UTC", instruments=["PHQ-9"])
    stores.init_clinic(ACTOR, store, "both", name="Both", time_zone="UTC", instruments=["PHQ-9", "GAD-7"])
    clinic_of = {f"{clinic}-{number}": clinic for clinic in ("phq", "both") for number in range(12)}
    yes = {"research_consent": "yes", "research_consent_on": "2026-03-01"}
    people = [one for name, clinic in clinic_of.items() for one in rows_of(name, clinic_id=clinic, **yes)]
    take(store, people=people)
    days = ("2026-03-10T10:00", "2026-03-17T10:00")
    take(store, doses=[one for name in clinic_of for day in days for one in dose(name, day)])
    take(store, forms=[one for name in clinic_of for one in form(name, "PHQ-9")])
    take(store, more=[one for number in range(11) for one in form(f"both-{number}", "GAD-7")])
    assert counted_of_gad7(store) == [12] * 5
    take(store, late=form("phq-3", "GAD-7"))
    assert counted_of_gad7(store) == [13] * 5


def dose(name: str, at: str) -> list[dict[str, str]]:
    return rows_of(name, started_at=at, dose_mg="100")


def form(name: str, instrument: str) -> list[dict[str, str]]:
    return rows_of(name, instrument=instrument, assessed_at="2026-03-10T09:00", total="15")


def take(store: Store, **files: list[dict[str, str]]) -> None:
    for name, rows in files.items():
        (receipt,) = imports.import_files(ACTOR, store, [(f"{name}.csv", to_csv(rows))], are_made_up=True)
        assert receipt.is_complete


def counted_of_gad7(store: Store) -> list[int]:
    """By the table, by NHS's measures, in the monthly pack, of a cohort in Explore, and under another baseline there."""
    table = outcomes.read_outcomes(ACTOR, store, outcomes.Period(), as_of=AS_OF)
    response = table[(table["measure"] == "response") & (table["time_point"] == "session_4")]
    year = quality_measures.read_quality_measures(ACTOR, store, 2026, AS_OF)
    with store.read() as connection:
        asked = packs.Asked(date(2026, 3, 1), date(2026, 3, 31), AS_OF)
        pack, _ = describe_pack(read_ground(connection, ACTOR, asked))
    rate = next(one for one in pack.rates if one.instrument == "GAD-7" and one.measure.startswith("Response"))
    criteria = Criteria(as_of=AS_OF)
    studied = explore.read_studied(ACTOR, store, criteria)
    asked_of = Asked(GAD7.code, "session_4", studied.policy)
    under_rules = explore.count_under_rules(ACTOR, store, criteria, GAD7.code, "session_4")
    return [
        int(response.set_index("instrument").loc["GAD-7", "started"]),
        next(one.counted.start for one in year.of_courses if one.measure.name == "nhs_recovery"),
        int(rate.counts.split(" of ")[1]),
        derive_change(asked_of, studied.facts).n_due,
        under_rules[0].response.start,
    ]
