"""The sheet of paper: one page whatever stands on it, nothing cut without a word, text from data as it is."""

from dataclasses import replace

import pypdfium2
import pytest
from printing.papers import AS_OF, SHEET, draw_plain, make_flags, squeeze, words, write

from lib.printing.one_page import LEAST_PICTURE_MM, write_one_page
from lib.printing.sheet import Decisions

LONG = "W" * 700
WIDE = {
    "identity": LONG,
    "course": LONG,
    "about": LONG,
    "facts": (("Dosing", LONG), ("Blood pressure", "mmHg " * 300)),
    "flags": make_flags(*["critical"] * 9),
    "decisions": tuple(Decisions(LONG, (LONG, LONG, LONG), 4, "") for _ in range(2)),
}


def test_everything_stands_on_one_page():
    pdf = write(mark="Synthetic data: made-up patients", flags=make_flags("critical", "medium"))
    said = squeeze(words(pdf))
    assert len(pdf.pages) == 1
    row = SHEET.scores[0]
    for part in (SHEET.identity, SHEET.course, SHEET.about, SHEET.sentence, SHEET.standing_line):
        assert squeeze(part) in said
    for part in (row.baseline, row.latest, row.change, row.category, "Synthetic data: made-up patients"):
        assert squeeze(part) in said
    for part in ("2 open flags", "critical", "Rule 1 · PHQ-9", "No dose order is recorded."):
        assert squeeze(part) in said


def test_without_a_flag_it_says_so():
    assert "No open flag" in words(write())


def test_flags_that_do_not_fit_are_counted_and_named():
    said = words(write(flags=make_flags(*["critical"] * 2, *["watch"] * 8)))
    shown = [n for n in range(10) if f"Rule {n} · PHQ-9" in said]
    assert shown == list(range(len(shown))) and 2 <= len(shown) < 10
    assert "10 open flags" in said
    assert f"and {10 - len(shown)} more on screen: Rule {len(shown)} (watch)" in said


def test_the_picture_keeps_the_room_in_which_it_can_be_read():
    rooms = []
    for n_flags in (0, 3, 30):
        sheet = replace(SHEET, flags=make_flags(*["high"] * n_flags))
        write_one_page(sheet, AS_OF, lambda width, height: rooms.append(height) or draw_plain(width, height))
    assert rooms[0] > rooms[1] > LEAST_PICTURE_MM - 8
    assert rooms[2] > LEAST_PICTURE_MM - 8


def test_long_texts_stay_within_the_page_and_end_with_an_ellipsis():
    pdf = write(**WIDE)
    assert len(pdf.pages) == 1 and "…" in words(pdf)
    document = pypdfium2.PdfDocument(write_one_page(replace(SHEET, **WIDE), AS_OF, draw_plain))
    page, text = document[0], document[0].get_textpage()
    boxes = [text.get_rect(n) for n in range(text.count_rects())]
    width, height = page.get_size()
    assert boxes and all(
        0 < left < right < width and 0 < bottom < top < height for left, bottom, right, top in boxes
    )


@pytest.mark.parametrize(
    "text",
    [
        "**bold** __x__",
        "<b>x</b>",
        "[x](http://tracker.invalid/p.png)",
        "{nb} pages",
        "a\u00a0–\u00a0b − ≥ →",
    ],
)
def test_text_from_data_is_printed_as_it_is(text):
    pdf = write(identity=text)
    assert squeeze(text) in squeeze(words(pdf))
    assert "/Annots" not in pdf.pages[0]


def test_a_character_that_cannot_be_printed_is_never_left_out_silently():
    assert "¤" not in words(write())
    said = words(write(identity="P-中 · JM"))
    assert "P-¤ · JM" in said and "¤ stands for a character that this page cannot print" in said


def test_the_same_sheet_gives_the_same_bytes():
    assert write_one_page(SHEET, AS_OF, draw_plain) == write_one_page(SHEET, AS_OF, draw_plain)


def test_the_picture_is_described_for_those_who_cannot_see_it():
    raw = write_one_page(SHEET, AS_OF, draw_plain)
    root = write().trailer["/Root"]
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"]
    assert b"/Alt" in raw
