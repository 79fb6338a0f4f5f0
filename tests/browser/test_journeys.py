"""What a clinician does, in a real browser: filter and open, on and back, close a flag, read a form, bring files in."""

import re
from collections.abc import Iterator

import pytest
import ui_stores
from playwright.sync_api import Page, expect
from serving import serve, settle, visit
from tables import cells, middle_of, press, rows

from lib.ui.display import JOINER

pytestmark = pytest.mark.browser
TRACKER = "![x](http://tracker.invalid/p.png)"
ADVERSE = f"patient_id,started_at,term\ntracked,{ui_stores.day(5)}T18:00,{TRACKER}\n"
NOTED = f"patient_id,started_at,dose_mg,status,note\ntracked,{ui_stores.day(5)}T17:00,100,taken,<img src=http://tracker.invalid/n.png>\n"
UNREADABLE = f"patient_id,instrument,assessed_at,item_9\n{TRACKER},PHQ-9,{ui_stores.day(1)},3\n"
FILES = {
    "patients.csv": ui_stores.patients(f"tracked,{TRACKER}", "positive,CD"),
    "dosing_sessions.csv": NOTED,
    "adverse_events.csv": ADVERSE,
    "assessments.csv": ui_stores.phq9(
        ("tracked", 6, "222222220"), ("tracked", 2, "222222221"), ("positive", 3, "222222222")
    ),
    f"{TRACKER}.csv": UNREADABLE,
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Iterator[str]:
    """A small clinic of its own, served."""
    folder = tmp_path_factory.mktemp("clinic")
    with serve(ui_stores.make_clinic(folder, FILES, is_practice=True), folder) as address:
        yield address


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def test_filter_then_open_the_right_patient(address, page):
    visit(page, address)
    everyone = rows(page, 1)
    search = page.get_by_role("searchbox", name="Search")
    search.fill("lakeside")
    search.press("Enter")
    expect(page).to_have_url(re.compile("search=lakeside"))
    settle(page)
    page.wait_for_function(
        "first => document.querySelector('[data-testid=\"glide-cell-1-0\"]').innerText !== first",
        arg=everyone[0],
    )
    wanted = rows(page, 1)[1].split(" · ")[0]
    press(page, 1)
    expect(heading(page)).to_contain_text(f"{wanted} · ")
    assert "search=lakeside" in page.url


def test_a_table_that_was_sorted_opens_the_row_that_is_pressed(address, page):
    visit(page, address)
    first = rows(page, 1)[0]
    x, y = middle_of(page, 0)
    page.mouse.click(x + 120, y - 45)
    expect(cells(page, 1).first).not_to_have_text(first)
    wanted = rows(page, 1)[0].split(" · ")[0]
    press(page, 0)
    expect(heading(page)).to_contain_text(f"{wanted} · ")


# The picture of the second row's patient: the words beside the canvas follow it 200 ms late.
PICTURE = """() => {
    const canvas = document.querySelector('.st-key-queue-table canvas'), scale = canvas.width / canvas.clientWidth;
    return canvas.getContext('2d').getImageData(130 * scale, 100 * scale, 80 * scale, 40 * scale).data.join();
}"""
NOTE_PICTURE = f"""() => document.addEventListener(
    'pointerdown', () => {{ window.pressed = ({PICTURE})(); }}, {{capture: true, once: true}}
)"""


@pytest.mark.parametrize("pause_ms", [0, 100])
def test_a_row_that_is_pressed_while_the_list_changes_opens_itself_or_nobody(pause_ms, address, page):
    visit(page, address)
    before, drawn_before = rows(page, 1)[1].split(" · ")[0], page.evaluate(PICTURE)
    visit(page, f"{address}/?search=riverside")
    after = rows(page, 1)[1].split(" · ")[0]
    assert page.evaluate(PICTURE) != drawn_before
    page.get_by_role("button", name="Clear filters").click()
    page.wait_for_function(f"drawn => ({PICTURE})() === drawn", arg=drawn_before)
    page.evaluate(NOTE_PICTURE)
    place = middle_of(page, 1)
    search = page.get_by_role("searchbox", name="Search")
    search.fill("riverside")
    search.press("Enter")
    page.wait_for_timeout(pause_ms)
    page.mouse.click(*place)
    pressed = before if page.evaluate("window.pressed") == drawn_before else after
    expect(page).to_have_url(re.compile("search=riverside|patient="))
    page.wait_for_timeout(250)
    settle(page)
    expect(heading(page)).to_have_text(re.compile(f"^(Review queue|{re.escape(pressed)} · .*)$"))


def test_two_quick_switches_end_at_one_patient(address, page):
    visit(page, f"{address}/?card=watch")
    wanted = [who.split(" · ")[0] for who in rows(page, 1)]
    press(page, 0)
    expect(heading(page)).to_contain_text(f"{wanted[0]} · ")
    settle(page)
    page.get_by_role("button", name="Next").dblclick()
    expect(heading(page)).not_to_contain_text(f"{wanted[0]} · ")
    settle(page)
    place = re.search(
        r"(\d+) of \d+ in the queue, as filtered", page.locator(".st-key-queue-place").inner_text()
    )
    assert place and heading(page).inner_text().startswith(f"{wanted[int(place[1]) - 1]} · ")
    shown = heading(page).inner_text()
    page.reload()
    expect(heading(page)).to_have_text(shown)


def test_back_and_the_link_lead_to_the_queue_as_it_was(address, page):
    visit(page, f"{address}/?card=dose-review&clinic=lakeside")
    listed = rows(page, 1)
    press(page, 0)
    expect(heading(page)).to_contain_text(listed[0].split(" · ")[0])
    settle(page)
    page.go_back()
    expect(heading(page)).to_have_text("Review queue")
    settle(page)
    assert rows(page, 1) == listed
    press(page, 1)
    expect(heading(page)).to_contain_text(listed[1].split(" · ")[0])
    settle(page)
    page.get_by_role("link", name="Review queue").click()
    expect(heading(page)).to_have_text("Review queue")
    settle(page)
    assert rows(page, 1) == listed
    assert "card=dose-review" in page.url and "clinic=lakeside" in page.url


def test_text_from_data_asks_no_other_host(clinic, page):
    for path in ("", "caseload", "import_records", "patient?patient=1"):
        visit(page, f"{clinic}/{path}")
        expect(page.get_by_text("Decision support for licensed clinicians.")).to_be_visible()
    expect(heading(page)).to_contain_text(TRACKER.replace("://", f"{JOINER}://"))
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    visit(page, clinic)
    press(page, [who.startswith("![x]") for who in rows(page, 1)].index(True))
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)
    assert page.strangers == [] and page.complaints == []


def fill_closing(page: Page, about: str) -> None:
    reason = page.locator(f".st-key-reason-{about}").get_by_role("combobox")
    option = page.get_by_role("option", name="Assessed, with tool and result")
    # What opens while the page still moves closes again.
    for _ in range(20):
        reason.click()
        page.wait_for_timeout(250)
        if option.is_visible():
            break
    option.click()
    page.locator(f".st-key-tool-{about} input").fill("C-SSRS")
    page.locator(f".st-key-result-{about} input").fill("no plan, no intent")
    page.locator(f".st-key-note-{about} textarea").fill("Seen at home; next dose after the visit.")


def test_a_closed_flag_leaves_the_queue_and_is_listed(clinic, page):
    visit(page, f"{clinic}/?card=safety-now")
    press(page, [who.startswith("positive") for who in rows(page, 1)].index(True))
    expect(heading(page)).to_contain_text("positive · CD")
    expect(page.get_by_text("Item 9 positive (2). Same-day clinician contact")).to_be_visible()
    settle(page)
    page.get_by_text("Close this flag").click()
    fill_closing(page, "flag-2")
    page.get_by_role("button", name="Close the flag").click()
    expect(page.get_by_text("The flag is closed.")).to_be_visible()
    expect(page.get_by_text("Closings (1)")).to_be_visible()
    page.get_by_role("link", name="Review queue").click()
    expect(heading(page)).to_have_text("Review queue")
    expect(cells(page, 1).filter(has_text="tracked")).to_have_count(1)
    expect(cells(page, 1).filter(has_text="positive")).to_have_count(0)


def test_an_unreadable_form_is_read_and_closed(clinic, page):
    visit(page, f"{clinic}/?card=safety-now")
    n_waiting = len(rows(page, 1))
    press(page, [who.startswith("![x]") for who in rows(page, 1)].index(True))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("This row may hold a PHQ-9 item 9")).to_be_visible()
    settle(page)
    dialog.get_by_role("button", name="Close the form").click()
    expect(dialog.get_by_text("Choose one of the reasons.")).to_be_visible()
    classes = dialog.locator("[class*='st-key-reason-form-']").get_attribute("class")
    about = re.search(r"st-key-reason-(form-\d+)", classes or "")
    fill_closing(page, about[1])
    dialog.get_by_role("button", name="Close the form").click()
    expect(dialog).not_to_be_visible()
    expect(cells(page, 1)).to_have_count(n_waiting - 1)


def test_files_come_in_after_a_dry_run(page, tmp_path):
    with serve(ui_stores.make_clinic(tmp_path, is_practice=True), tmp_path) as address:
        visit(page, f"{address}/import_records")
        files = {"patients.csv": ui_stores.patients("new,AB").encode(), "rubbish.csv": b"\x00\x01"}
        page.locator("input[type=file]").set_input_files(
            [{"name": name, "mimeType": "text/csv", "buffer": data} for name, data in files.items()]
        )
        expect(page.get_by_role("heading", name="Dry run")).to_be_visible()
        expect(page.get_by_text("Nothing was read")).to_be_visible()
        page.get_by_text("These files hold made-up patients only").click()
        page.get_by_role("button", name="Import 2 files").click()
        expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
        expect(page.get_by_text("Past imports (2)")).to_be_visible()
        settle(page)
        assert page.strangers == [] and page.complaints == []


@pytest.mark.parametrize(
    ("path", "button", "expected"),
    [("caseload?search=P-0108", 0, "PHQ-9 baseline total"), ("patient?patient=8", 1, "Dose taken (mg)")],
)
def test_tables_are_given_as_files(path, button, expected, address, page):
    visit(page, f"{address}/{path}")
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").nth(button).get_by_role("button").click()
    text = download.value.path().read_text("utf-8-sig")
    assert expected in text.splitlines()[0] and "P-0108" in text
