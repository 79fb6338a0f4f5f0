"""One patient on one page: every number of the patient's page is on it, of every planted patient, and of nobody else."""

from datetime import date
from io import BytesIO

import pandas as pd
import pypdf
import pytest
from clinic_files import ACTOR
from printing.papers import draw_plain, squeeze
from ui_stores import day, make_clinic, make_demo, patients, phq9, sessions

from lib.clinical.rules.catalogue import RULES
from lib.clinical.standing_words import ITEM_9_POSITIVE, ITEM_9_ZERO, STANDING_LINE, SYNTHETIC
from lib.clinical.wording import say_day, say_percent
from lib.demo.planted import CASES
from lib.printing.one_page import write_one_page
from lib.services import audit, one_page, review, stores
from lib.services._lists import list_patients
from lib.services._refresh import current_policy
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import NotFoundError
from lib.services.patients import PatientPage, read_patient
from lib.ui.people_table import describe_for_file
from lib.ui.wording import say_who

COLUMNS = ("baseline_total", "latest_total", "days_since_latest", "n_assessments")
DAYS = ("baseline_on", "latest_on")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return stores.open_store(ACTOR, make_demo(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="module")
def keys(demo):
    people = review.read_caseload(ACTOR, demo)
    return dict(zip(people["patient_id"], people["patient_key"], strict=True))


def numbers_of(page: PatientPage) -> list[str]:
    """What has to be on the paper, as it is said on the screen."""
    headline = page.headline
    said = [headline.identity, headline.phase, headline.sessions, headline.dose, page.freshness.text]
    said += [f"policy version {page.policy.version}", f"As of {say_day(page.history.as_of)}", STANDING_LINE]
    for row in page.history.status.to_dict("records"):
        said += [str(row[name]) for name in COLUMNS if pd.notna(row[name])]
        said += [say_day(row[name]) for name in DAYS if pd.notna(row[name])]
        said.append(str(row["category"]))
        if pd.notna(row["percent_change"]):
            said.append(say_percent(row["change"], row["baseline_total"]))
    for flag in page.flags.to_dict("records"):
        said += [flag["severity"], flag["label"]]
        # What is only for information, or hidden behind a stronger flag, may be named without its numbers where there is no room.
        is_hidden = bool(set(page.flags["rule"]) & set(RULES[flag["rule"]].hidden_by))
        if flag["severity"] != "info" and not is_hidden:
            said += [say_day(flag["since"]), flag["evidence"], flag["threshold"], flag["source"]]
    for order in page.history.dose_orders.tail(3).to_dict("records"):
        said += [f"{say_day(order['on'])}: {order['dose_mg']:g} mg", order["clinician_id"], order["reason"]]
    for closing in page.closings.tail(2).to_dict("records"):
        said += [closing["actor"], closing["note"]]
    return said


@pytest.mark.parametrize("patient_id", CASES)
def test_a_planted_patient_has_every_number_on_one_page(patient_id, demo, keys):
    key = int(keys[patient_id])
    page, sheet = read_patient(ACTOR, demo, key), one_page.read_sheet(ACTOR, demo, key)
    pdf = pypdf.PdfReader(BytesIO(write_one_page(sheet, page.history.as_of, draw_plain)))
    assert len(pdf.pages) == 1
    said = squeeze(pdf.pages[0].extract_text())
    assert [part for part in numbers_of(page) if squeeze(part) not in said] == []
    assert squeeze(SYNTHETIC) in said


STATUS = {
    "poor-technique": ("no response",),
    "relapse-confirmed": ("relapse",),
    "only-a-baseline": ("not assessable: no follow-up", "no follow-up", "not known"),
    "no-dosing-yet": ("no dose taken",),
    "stale-remission": ("last known: remission", "days ago"),
    "gap-then-prorated": ("prorated",),
    "provisional-response": ("response?", "provisional: a blank item could change it"),
    "latest-is-zero": ("remission (response confirmed)",),
    "stale-baseline": ("more than 14 days before the first dose",),
    "phq9-totals-only": ("not collected",),
    "item-9-blank": ("not answered",),
}


@pytest.mark.parametrize(("patient_id", "wanted"), STATUS.items(), ids=STATUS)
def test_what_is_unknown_or_open_is_said(patient_id, wanted, demo, keys):
    sheet = one_page.read_sheet(ACTOR, demo, int(keys[patient_id]))
    said = " ".join([repr(sheet.scores), repr(sheet.facts)])
    assert [part for part in wanted if part not in said] == []


def test_item_9_is_in_the_words_of_the_definitions(demo, keys):
    positive = one_page.read_sheet(ACTOR, demo, int(keys["item-9-is-2"]))
    assert positive.flags[0].heading == ITEM_9_POSITIVE.format(answer=2)
    zero = one_page.read_sheet(ACTOR, demo, int(keys["poor-technique"]))
    assert ITEM_9_ZERO in dict(zero.facts)["Item 9"]
    blank = one_page.read_sheet(ACTOR, demo, int(keys["item-9-blank"]))
    assert ITEM_9_ZERO not in dict(blank.facts)["Item 9"]


def test_readings_that_were_not_taken_are_not_recorded_and_never_in_range(demo, keys):
    over = dict(one_page.read_sheet(ACTOR, demo, int(keys["high-blood-pressure"])).facts)
    assert "164/102 before the dose" in over["Blood pressure"]
    technique = dict(one_page.read_sheet(ACTOR, demo, int(keys["poor-technique"])).facts)
    assert "not recorded at 120 min" in technique["Blood pressure"]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A clinic of its own: nothing known, markup for a name, an unreadable form."""
    files = {
        "patients.csv": patients("nothing known,AB", "**b** <i>x</i>,CD", "unreadable,EF"),
        "dosing_sessions.csv": sessions(("**b** <i>x</i>", 20, 100)),
        "assessments.csv": phq9(("**b** <i>x</i>", 21, "222222220"), ("unreadable", 3, "22222222x")),
    }
    store = stores.open_store(ACTOR, make_clinic(tmp_path_factory.mktemp("small"), files))
    people = review.read_caseload(ACTOR, store)
    return store, dict(zip(people["patient_id"], map(int, people["patient_key"]), strict=True))


def test_of_a_patient_without_records_everything_is_said_to_be_unknown(small):
    store, keys = small
    sheet = one_page.read_sheet(ACTOR, store, keys["nothing known"])
    facts = dict(sheet.facts)
    assert facts["Scores"] == "no PHQ-9 or GAD-7 recorded"
    assert facts["Dosing"] == "no dosing session taken; no dose taken"
    assert facts["Item 9"] == "Item 9 never asked."
    assert facts["Blood pressure"] == "no dose taken"
    assert sheet.mark == ""
    pdf = write_one_page(sheet, read_patient(ACTOR, store, keys["nothing known"]).history.as_of, draw_plain)
    assert "No dose order is recorded." in pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text()


def test_a_death_is_said_first_on_screen_and_on_paper(tmp_path):
    files = {
        "patients.csv": f"patient_id,died_on\ngone,{day(3)}\nhere,",
        "dosing_sessions.csv": sessions(("gone", 20, 100), ("here", 20, 100)),
        "assessments.csv": phq9(("gone", 10, "222222222"), ("here", 10, "222222222")),
    }
    store = stores.open_store(ACTOR, make_clinic(tmp_path, files))
    people = review.read_caseload(ACTOR, store).set_index("patient_id")["patient_key"]
    gone, here = (int(people[name]) for name in ("gone", "here"))
    # The days since then are none of the course.
    said = f"died on {say_day(date.fromisoformat(day(3)))} · course ended, day 17"
    assert read_patient(ACTOR, store, gone).headline.phase == said
    assert one_page.read_sheet(ACTOR, store, gone).course.startswith(said)
    assert "died" not in one_page.read_sheet(ACTOR, store, here).course
    listed = review.read_listed(ACTOR, store, [gone, here])
    assert (
        say_who(listed.iloc[0]) == f"gone, died on {say_day(date.fromisoformat(day(3)))}, main, no clinician"
    )
    assert say_who(listed.iloc[1]) == "here, main, no clinician"
    assert describe_for_file(listed)["Died on"].tolist() == [day(3), ""]


def test_a_death_that_lies_ahead_of_the_day_that_is_looked_at_is_not_said(tmp_path):
    files = {
        "patients.csv": f"patient_id,died_on\ngone,{day(3)}",
        "dosing_sessions.csv": sessions(("gone", 20, 100)),
    }
    store = stores.open_store(ACTOR, make_clinic(tmp_path, files))
    with store.read() as connection:
        policy, before = current_policy(connection), date.fromisoformat(day(4))
        assert list_patients(connection, ACTOR, policy, before)["died_on"].isna().all()


def test_markup_in_a_record_is_text(small):
    store, keys = small
    assert one_page.read_sheet(ACTOR, store, keys["**b** <i>x</i>"]).identity.startswith(
        "**b** <i>x</i> · CD"
    )


def test_a_form_that_nobody_could_read_is_on_the_paper(small):
    store, keys = small
    assert "1 form waits" in dict(one_page.read_sheet(ACTOR, store, keys["unreadable"]).facts)["Unreadable"]


def test_another_clinics_patient_is_nobody(small, chromium):
    store, keys = small
    stranger = Actor("stranger", frozenset(Permission), frozenset())
    with pytest.raises(NotFoundError):
        one_page.print_one_page(stranger, store, keys["unreadable"], chromium)
    with pytest.raises(NotPermittedError):
        one_page.print_one_page(Actor("visitor", frozenset()), store, keys["unreadable"], chromium)


def test_the_printed_page_has_the_drawn_chart_and_the_same_text_each_time(demo, keys, chromium):
    first, second = (
        pypdf.PdfReader(
            BytesIO(one_page.print_one_page(ACTOR, demo, int(keys["relapse-confirmed"]), chromium))
        )
        for _ in range(2)
    )
    assert first.pages[0].extract_text() == second.pages[0].extract_text()
    printed, n_printed = audit.search_audit(ACTOR, demo, audit.Asked(act="print patient"))
    assert n_printed == 2 and printed["patient_id"].eq("relapse-confirmed").all()
    (picture,) = first.pages[0].images
    # The colour of PHQ-9 is drawn, and there is as much paper as a figure has.
    colours = picture.image.convert("RGB").getcolors(2**24)
    shares = {colour: count for count, colour in colours}
    n_pixels = picture.image.width * picture.image.height
    assert shares[(0x00, 0x5A, 0x8C)] > 1000
    assert 0.2 < shares[(0xFF, 0xFF, 0xFF)] / n_pixels < 0.9
