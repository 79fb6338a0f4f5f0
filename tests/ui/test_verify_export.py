"""The page Verify a release: what is given is told apart from what left, and the register stands under it."""

from pathlib import Path

from clinic_files import ACTOR
from sqlalchemy import text
from ui_pages import column, run, words
from ui_stores import make_demo

from lib.research.choices import Privacy
from lib.research.criteria import Criteria
from lib.services import cohorts, stores
from lib.services.cohort_releases import Purpose, release_cohort
from lib.services.exports import Order

# What the page may not read as a heading or a link.
RECIPIENT = "# [Dr Reader](http://x.invalid)"


def give(test, data: bytes):
    test.file_uploader[0].set_value([("release.zip", data, "application/zip")])
    return run(test)


def said(test) -> list[str]:
    return [box.value for kind in (test.success, test.warning, test.error) for box in kind]


def test_a_release_is_verified_and_stands_in_the_register(open_page, tmp_path):
    url = make_demo(tmp_path)
    store = stores.open_store(ACTOR, url)
    assert "Nothing has left for research" in words(open_page("verify_export", url))
    cohort = cohorts.read_cohort(ACTOR, store, Criteria(()))
    path = Path(tmp_path) / "release.zip"
    order = Order(("patients",), privacy=Privacy.DEIDENTIFIED)
    release_cohort(ACTOR, store, order, cohort, Purpose("sleep", "a test", RECIPIENT, "DUA 7"), path=path)
    with store.write() as connection:
        gone = {"key": cohort.patients[0]}
        connection.execute(
            text("update patients set research_consent = 'withdrawn' where patient_key = :key"), gone
        )

    test = open_page("verify_export", url)
    assert column(test, "To") == [f"{RECIPIENT}, DUA 7"]
    assert column(test, "Withdrawn") == ["1"]
    assert column(test, "To", 1) == [RECIPIENT] and column(test, "Research id", 1)[0].startswith("R")
    give(test, path.read_bytes())
    assert len(test.success) == 1 and said(test)[0].startswith("Unchanged, made")

    changed = bytearray(path.read_bytes())
    changed[changed.index(b"data/records/patients.csv") + 60] ^= 1
    give(test, bytes(changed))
    assert not test.success and said(test)[0].startswith(("Changed", "Not readable"))
    give(test, b"no zip at all")
    assert not test.success and said(test)[0].startswith("Not readable")

    test.selectbox(key="destroyed-which").set_value(1)
    run(run(test).button(key="destroyed").click())
    assert "Say how you know" in " ".join(said(test)) and column(test, "Release", 1) == ["1"]
    test.text_input(key="destroyed-how").set_value("their letter")
    run(test.button(key="destroyed").click())
    assert column(test, "State") == ["destroyed"]
    assert not [one for one in test.button if one.key == "destroyed"]
    assert "Consent withdrawn after a release" not in words(test)
