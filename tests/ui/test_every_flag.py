"""Every open flag shows its rule, the numbers that it was found on, the limit, the policy's version and the source.

By default one patient of the demo for each rule, everyone with a flag under PROVE=1.
"""

import os
import re
import tomllib
from pathlib import Path

import pytest
from dose_records import read_open_flags
from ui_pages import words
from ui_stores import ACTOR
from ui_texts import plain, read_texts

from lib.clinical.rules.catalogue import RULES
from lib.services import decisions, review, stores
from lib.services.patients import read_patient

POLICY = tomllib.loads((Path(__file__).resolve().parents[2] / "data" / "policy.toml").read_text("utf-8"))
# No number is behind their limit: a blank, a name.
WITHOUT_A_NUMBER = {"benzodiazepine", "urinary_symptoms"}
SHOWN = ("label", "evidence", "threshold", "source", "clears_when")


@pytest.fixture(scope="module")
def kept(demo_url) -> list[dict]:
    """The open flags as the store has them."""
    return read_open_flags(demo_url)


@pytest.fixture(scope="module")
def sample(kept) -> list[int]:
    """The fewest patients, nearly, who have a flag of every rule that is open for anybody."""
    by_patient: dict[int, set[str]] = {}
    for flag in kept:
        by_patient.setdefault(flag["patient_key"], set()).add(flag["rule"])
    if os.environ.get("PROVE") == "1":
        return list(by_patient)
    chosen, missing = [], set().union(*by_patient.values())
    while missing:
        chosen.append(max(by_patient, key=lambda key: len(by_patient[key] & missing)))
        missing -= by_patient[chosen[-1]]
    return chosen


def test_every_flag_of_a_patient_has_all_that_it_was_found_on(demo_url, kept, sample):
    store = stores.open_store(ACTOR, demo_url)
    freshness, wrong = None, []
    for key in sample:
        page = read_patient(ACTOR, store, key, freshness)
        freshness = page.freshness
        flags = page.flags.to_dict("records")
        assert len(flags) == sum(flag["patient_key"] == key for flag in kept)
        wrong += [
            (key, flag["rule"], name) for flag in flags for name in SHOWN if not str(flag[name]).strip()
        ]
        wrong += [(key, flag["rule"], what) for flag in flags for what in missing_numbers(flag)]
    assert wrong == []


def missing_numbers(flag: dict) -> list[str]:
    """What of a flag is not as the policy's file has it, or has no number."""
    table = RULES[flag["rule"]].policy_table
    checks = {
        "evidence without a number": re.search(r"\d", flag["evidence"]),
        "limit without a number": flag["rule"] in WITHOUT_A_NUMBER
        or not numbers_of(table)
        or re.search(r"\d", flag["threshold"]),
        "another source": flag["source"] == POLICY[table]["source"],
        "another version": flag["policy_version"] == 1,
        "no date": flag["since"] == flag["since"],
    }
    return [what for what, is_so in checks.items() if not is_so]


def numbers_of(table: str) -> list[str]:
    return [name for name, value in POLICY[table].items() if isinstance(value, dict)]


def said_on(test) -> str:
    return " ".join(plain(words(test)).split())


def test_the_patients_page_shows_all_of_every_flag(open_page, demo_url, sample):
    store = stores.open_store(ACTOR, demo_url)
    for key in sample:
        said = said_on(open_page("patient", patient=str(key), section="record"))
        for flag in read_patient(ACTOR, store, key).flags.to_dict("records"):
            assert not [part for part in parts_of(flag) if part not in said], (key, flag["rule"])


def parts_of(flag: dict) -> list[str]:
    """What has to be read of it. The answer to item 9 stands above its evidence."""
    is_item_9 = flag["rule"] == "suicidality_item_9"
    evidence = flag["evidence"].partition(": ")[2] if is_item_9 else flag["evidence"][1:]
    source = f"Source: {flag['source']}; policy version {flag['policy_version']}"
    limit, clears = f"Limit: {flag['threshold']}.", f"To clear: {flag['clears_when']}."
    return [plain(part) for part in (flag["label"], flag["severity"], evidence, limit, clears, source)]


def test_a_case_conference_shows_all_of_every_flag(open_page, demo_url, sample):
    """What is only for information is left out there, and stands on the patient's page."""
    store = stores.open_store(ACTOR, demo_url)
    for key in sample[:: 1 if os.environ.get("PROVE") == "1" else 3]:
        said = said_on(open_page("case_conference", patient=str(key)))
        for flag in read_patient(ACTOR, store, key).flags.to_dict("records"):
            if flag["severity"] != "info":
                wanted = (
                    flag["label"],
                    flag["evidence"],
                    f"Limit: {flag['threshold']}. Source: {flag['source']}",
                )
                assert not [part for part in wanted if plain(part) not in said], (key, flag["rule"])


def test_the_queue_leads_to_each_flag_with_its_rule(open_page, demo_url):
    """A row names the rules; pressing it opens the patient, where all the rest stands."""
    rows = review.read_queue(ACTOR, stores.open_store(ACTOR, demo_url)).rows
    test = open_page()
    table = test.dataframe[0].value
    shown = [list(reasons) for reasons in table["reasons"]]
    assert all(shown) and len(shown) == min(len(rows), 25)


def test_a_signed_decision_keeps_the_flags_that_it_was_decided_on(open_page, demo_url, kept):
    """With limit, source and version, as they were at the signature."""
    store = stores.open_store(ACTOR, demo_url)
    keys = {flag["patient_key"] for flag in kept}
    key = next(key for key in sorted(keys) if has_flags(decisions.read_decisions(ACTOR, store, key).signed))
    said = [shown.text for shown in read_texts(open_page("patient", patient=str(key), section="review"))]
    basis = next(text for text in said if text.startswith("- Flag: "))
    assert re.search(r"Limit: .+; source: .+; policy version 1", basis)


def has_flags(signed) -> bool:
    return len(signed) > 0 and signed["flags"].iloc[0] != "[]"
