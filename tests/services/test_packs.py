"""A pack comes out the same, in this process and in a fresh one; a changed record changes it; it names nobody, and says what
`python -m lib outcomes` says."""

import csv
import io
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import plotly.io
import pypdf
import pytest
from clinic_files import ACTOR, new_store, to_csv
from ui_stores import copy_store, make_demo

from lib import settings
from lib.clinical.intervals import Share
from lib.services import audit, imports, packs, policies, records, review, stores
from lib.services._pack_ground import read_ground
from lib.services._pack_words import describe_pack
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import NotFoundError, StoreError
from lib.services.packs import Asked
from lib.store.records import read_patients

TITLES = {
    "response": "Response",
    "remission": "Remission",
    "reliable_improvement": "Reliable improvement",
    "deterioration": "Reliable deterioration",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return stores.open_store(ACTOR, make_demo(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="module")
def asked(demo):
    """Three months of first doses that are due."""
    as_of = date.fromisoformat(str(review.read_queue(ACTOR, demo).as_of))
    last = as_of.replace(day=1) - timedelta(days=40)
    return Asked(last - timedelta(days=91), last, as_of)


@pytest.fixture(scope="module")
def made(demo, asked, chromium):
    """Made where another template is plotly's default, as Streamlit puts one there; the command line has plotly's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plotly.io.templates, "default", "plotly_dark")
        return packs.make_pack(ACTOR, demo, asked, chromium)


def run(*arguments, url, chromium):
    command = [sys.executable, "-m", "lib", *arguments, "--database", url]
    environment = {**os.environ, "BROWSER_PATH": chromium}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=settings.ROOT, env=environment, check=True
    )
    return done.stdout


def table(html):
    """The rows of the table of rates, as they stand in the file."""
    body = re.search(r"<tbody>(.*)</tbody>", html, re.S).group(1)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", body)]
    return [[unescape(cell) for cell in row] for row in cells]


def test_a_fresh_process_writes_the_same_bytes_and_the_numbers_are_those_of_outcomes(
    demo, asked, made, chromium, tmp_path
):
    days = ("--from", str(asked.first), "--to", str(asked.last), "--as-of", str(asked.as_of))
    said = run("pack", *days, "--out", str(tmp_path), url=demo.url, chromium=chromium)
    assert f"content_sha256 {made.pack.sha256}" in said, (said, made.values)
    assert (tmp_path / f"{made.name}.html").read_bytes() == made.html
    assert (tmp_path / f"{made.name}.pdf").read_bytes() == made.pdf
    assert f"content_sha256 {made.pack.sha256}" in said
    counted = csv.DictReader(io.StringIO(run("outcomes", *days, url=demo.url, chromium=chromium)))
    wanted = {
        (row["instrument"], TITLES[row["measure"]]): row
        for row in counted
        if row["time_point"] == "session_4"
        and row["measure"] in TITLES
        and row["denominator_rule"] == "missing-fails"
    }
    rows = table(made.html.decode())
    assert len(rows) == len(wanted) == 8
    n_counts = 0
    for instrument, measure, rate, counts, interval, coverage, bounds, _ in rows:
        row = wanted[instrument, measure.removesuffix(" after session 4")]
        if found := re.fullmatch(r"(\d+) of (\d+)", counts):
            n_counts += 1
            assert found.groups() == (row["numerator"], row["denominator"])
            assert coverage.endswith(f"of {row['due']} due have the score")
        if re.fullmatch(r"\d+ %", rate):
            assert abs(int(rate[:-2]) - float(row["rate"])) <= 0.5
            # Of the counts: the file has two decimals, and 76.50 may have been more or less.
            low, high = Share(int(row["numerator"]), int(row["denominator"])).interval
            assert interval == f"95 % interval {100 * low:.0f}–{100 * high:.0f} %"
            assert (float(row["low"]), float(row["high"])) == (round(100 * low, 2), round(100 * high, 2))
            assert int(row["numerator"]) > 10
            told = dict(re.findall(r"(worst|best) case (\d+) %", bounds))
            assert told and all(abs(int(told[one]) - float(row[f"{one}_case"])) <= 0.5 for one in told)
        else:
            assert rate.startswith(("under", "over", "not told", "too few")) and not found
    assert n_counts >= 2
    for instrument in ("PHQ-9", "GAD-7"):
        row = wanted[instrument, "Response"]
        (said,) = [one for one in made.pack.sentences if f"response of {instrument} leaves out" in one]
        left = [int(wanted[instrument, title]["excluded"]) for title in TITLES.values()]
        is_few = any(0 < n <= 10 for n in left)
        told = "not told" if is_few else f"{row['excluded']} of {row['started']}"
        assert said.endswith(f"below caseness: {told}.")
    with demo.read() as connection:
        year = read_ground(connection, ACTOR, Asked(asked.as_of - timedelta(days=365), asked.as_of))
    (said,) = [one for one in describe_pack(year)[0].sentences if "response of PHQ-9 leaves out" in one]
    assert re.search(r": \d\d+ of \d{3}\.$", said), said


def test_it_names_nobody_and_reaches_no_other_host(demo, made):
    with demo.read() as connection:
        people = read_patients(connection)
    html = made.html.decode()
    words = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", html)
    pdf = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made.pdf)).pages)
    for text in (words, pdf):
        tokens = set(re.findall(r"[\w-]+", text))
        assert not tokens & set(people["patient_id"])
        assert not tokens & set(review.read_caseload(ACTOR, demo)["initials"].dropna())
        assert not re.search(r"\bborn\b|birth", text)
    assert "default-src 'none'" in html
    assert not re.search(r"(?:https?:)?//[\w.]+|<script|<link|url\(", words)
    assert made.pack.sha256 in words and made.pack.sha256 in pdf
    assert b"/Alt" in made.pdf and made.values["data_version"] in words


def test_a_changed_record_changes_it_and_a_kept_pack_says_so(demo, asked, made, chromium, tmp_path):
    store = stores.open_store(ACTOR, copy_store(demo, tmp_path))
    key = packs.keep_pack(ACTOR, store, asked, chromium)
    kept = packs.read_pack(ACTOR, store, key)
    (row,) = audit.search_audit(ACTOR, store, audit.Asked(act="keep monthly pack"))[0].to_dict("records")
    assert (row["actor"], row["subject"]) == (ACTOR.name, f"pack:{key}")
    assert (kept["html"], kept["pdf"], kept["made_by"]) == (made.html, made.pdf, ACTOR.name)
    # Another version of the policy does not touch it: it is made again by its own.
    text = policies.export_policy(ACTOR, store).replace(
        "remission_below = {value = 5", "remission_below = {value = 6"
    )
    policies.publish_policy(ACTOR, store, text.encode(), "policy.toml", "a test")
    again = packs.make_again(ACTOR, store, key, chromium)
    assert again.is_same_bytes and "the same again, byte by byte" in again.say()
    # A form is taken back: by the same policy another pack.
    with store.read() as connection:
        form = connection.exec_driver_sql(
            "SELECT a.id FROM assessments a JOIN course_score c ON c.patient_key = a.patient_key "
            "AND c.latest_on = a.assessed_at_day WHERE a.is_current = 1 AND c.day_0 BETWEEN "
            f"{kept['first_day']} AND {kept['last_day']} LIMIT 1"
        ).scalar_one()
    records.void_record(ACTOR, store, "assessments", int(form), "a test")
    again = packs.make_again(ACTOR, store, key, chromium)
    assert not (again.is_same_data or again.is_same_content or again.is_same_bytes)
    assert "records of the time that it speaks of have changed" in again.say()
    assert packs.read_pack(ACTOR, store, key)["html"] == made.html


def test_packs_are_of_ones_own_clinics_and_of_periods_that_are_over(demo, asked, chromium, tmp_path):
    store = stores.open_store(ACTOR, copy_store(demo, tmp_path))
    key = packs.keep_pack(ACTOR, store, asked, chromium)
    assert list(packs.read_packs(ACTOR, store)["pack_key"]) == [key]
    stranger = Actor("stranger", frozenset({Permission.SEE_OUTCOMES}), frozenset({"lakeside"}))
    assert packs.read_packs(stranger, store).empty
    with pytest.raises(NotFoundError):
        packs.read_pack(stranger, store, key)
    with pytest.raises(NotPermittedError):
        packs.read_packs(Actor("visitor", frozenset()), store)
    with pytest.raises(StoreError, match="it is not over"):
        packs.make_pack(
            ACTOR, store, Asked(asked.first, asked.as_of + timedelta(days=1), asked.as_of), chromium
        )
    with pytest.raises(StoreError, match="before it begins"):
        packs.make_pack(ACTOR, store, Asked(asked.last, asked.first), chromium)


def test_an_event_after_midnight_belongs_to_the_session_of_the_periods_last_evening(tmp_path):
    """And one of the next evening's session does not, nor one that the pack cannot know of."""
    store = new_store(tmp_path)
    people = [{"patient_id": "a", "clinic_id": "north"}]
    doses = [
        {"patient_id": "a", "started_at": f"2026-03-{day}T22:00", "dose_mg": "100", "ae_asked": "yes"}
        for day in (10, 11)
    ]
    events = [
        {"patient_id": "a", "term": "nausea", "started_at": f"2026-03-{at}"}
        for at in ("11T01:00", "11T23:00")
    ]
    for name, rows in (("people", people), ("doses", doses), ("events", events)):
        (receipt,) = imports.import_files(ACTOR, store, [(f"{name}.csv", to_csv(rows))])
        assert receipt.is_complete
    last = date(2026, 3, 10)
    with store.read() as connection:
        counted = [
            read_ground(connection, ACTOR, Asked(date(2026, 3, 1), last, as_of)).sums
            for as_of in (date(2026, 3, 20), last)
        ]
    assert [(sums["n_sessions"], sums["n_events"]) for sums in counted] == [(1, 1), (1, 0)]
