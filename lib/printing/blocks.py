"""The parts of the sheet, each put at the pen's height: header, scores, facts, flags, decisions, foot."""

from collections.abc import Sequence

from lib.printing.pen import FOOT_MM, INK, MARGIN_MM, MISSING, MUTED, TEXT_MM, WIDTH_MM, Pen
from lib.printing.sheet import Decisions, Flag, Score, Sheet

TITLE, HEADING, NORMAL, SMALL = 14.0, 9.0, 8.0, 7.0
GAP_MM = 1.6
_MARK_MM = 50.0
_SCORE_COLUMNS = (
    ("", 12.0),
    ("Baseline", 29.0),
    ("Latest", 41.0),
    ("Change", 54.0),
    ("Status", 40.0),
    ("Forms", 10.0),
)
_FACT_NAME_MM = 26.0
_SEVERITY_MM = 14.0
_BETWEEN_MM = 6.0
_MOST_FLAG_LINES = 3


def put_header(pen: Pen, sheet: Sheet) -> None:
    """Who, where in treatment, as of when; beside it whether the patient is made up."""
    width = TEXT_MM - (_MARK_MM + 4 if sheet.mark else 0)
    if sheet.mark:
        _put_mark(pen, sheet.mark)
    pen.y += pen.write(sheet.identity, MARGIN_MM, pen.y, width, TITLE, bold=True, most_lines=2) + 0.6
    pen.y += pen.write(sheet.course, MARGIN_MM, pen.y, TEXT_MM, NORMAL, most_lines=2)
    pen.y += pen.write(sheet.about, MARGIN_MM, pen.y, TEXT_MM, NORMAL, grey=MUTED, most_lines=2) + GAP_MM
    pen.rule(pen.y)
    pen.y += GAP_MM


def _put_mark(pen: Pen, mark: str) -> None:
    left = WIDTH_MM - MARGIN_MM - _MARK_MM
    pen.pdf.set_draw_color(INK)
    pen.pdf.set_line_width(0.5)
    pen.pdf.rect(left, pen.y, _MARK_MM, 6)
    pen.write(mark, left, pen.y + 1.2, _MARK_MM, NORMAL, bold=True, align="C", most_lines=1)


def put_scores(pen: Pen, scores: Sequence[Score]) -> None:
    """A row an instrument, as high as its longest cell."""
    cells = [tuple(name for name, _ in _SCORE_COLUMNS)]
    cells += [
        (row.instrument, row.baseline, row.latest, row.change, row.category, row.n_forms) for row in scores
    ]
    for number, row in enumerate(cells):
        left, heights = MARGIN_MM, [0.0]
        for (name, width), text in zip(_SCORE_COLUMNS, row, strict=True):
            is_strong = number > 0 and name in ("", "Status")
            grey = INK if number else MUTED
            heights.append(
                pen.write(text, left, pen.y, width - 2, NORMAL, bold=is_strong, grey=grey, most_lines=3)
            )
            left += width
        # Rows of two lines must not run into one another.
        pen.y += max(heights) + 1.2
    pen.y += GAP_MM - 1.2


def put_facts(pen: Pen, facts: Sequence[tuple[str, str]]) -> None:
    for name, words in facts:
        pen.write(name, MARGIN_MM, pen.y, _FACT_NAME_MM, NORMAL, grey=MUTED)
        left = MARGIN_MM + _FACT_NAME_MM
        pen.y += pen.write(words, left, pen.y, TEXT_MM - _FACT_NAME_MM, NORMAL, most_lines=4) + 0.3
    pen.y += GAP_MM


def put_flags(pen: Pen, flags: Sequence[Flag], until: float) -> None:
    """The open flags down to a height, the most severe first; what does not fit is counted and named."""
    heading = f"{len(flags)} open flag{'' if len(flags) == 1 else 's'}" if flags else "No open flag"
    pen.y += pen.write(heading, MARGIN_MM, pen.y, TEXT_MM, HEADING, bold=True) + 0.4
    for number, flag in enumerate(flags):
        rest = _say_rest(flags[number:], number)
        height = _put_flag(pen, flag, is_trial=True)
        is_last = number == len(flags) - 1
        # The most severe is always there; after another one there must be room to say what is left out.
        if number and pen.y + height + (0 if is_last else pen.measure(rest, TEXT_MM, NORMAL)) > until:
            pen.y += pen.write(rest, MARGIN_MM, pen.y, TEXT_MM, NORMAL, bold=True, most_lines=2)
            break
        pen.y += _put_flag(pen, flag)
    pen.y += GAP_MM


def _say_rest(flags: Sequence[Flag], shown: int) -> str:
    names = ", ".join(f"{flag.label} ({flag.severity})" for flag in flags)
    return f"and {len(flags)} more on screen: {names}" if shown else names


def _put_flag(pen: Pen, flag: Flag, *, is_trial: bool = False) -> float:
    """How high it is; on trial nothing is written. The evidence stands beside the heading where there is room for both."""
    left, width = MARGIN_MM + _SEVERITY_MM + 2, TEXT_MM - _SEVERITY_MM - 2
    beside = pen.width(flag.heading, NORMAL, bold=True) + 2
    is_one_line = beside + pen.width(flag.evidence, NORMAL) < width
    written = [(flag.heading, NORMAL, True, INK), (flag.evidence, NORMAL, False, INK)]
    written = [*written[: 1 if is_one_line else 2], (flag.basis, SMALL, False, MUTED)]
    height = 0.0
    for text, size, bold, grey in written:
        if is_trial:
            most = _MOST_FLAG_LINES * pen.measure("x", width, size)
            height += min(pen.measure(text, width, size, bold=bold), most)
        else:
            place = (left, pen.y + height, width)
            height += pen.write(text, *place, size, bold=bold, grey=grey, most_lines=_MOST_FLAG_LINES)
    if not is_trial:
        _put_severity(pen, flag.severity)
        if is_one_line:
            pen.write(flag.evidence, left + beside, pen.y, width - beside, NORMAL)
    return height + 0.8


def _put_severity(pen: Pen, severity: str) -> None:
    """A word in a frame; black where it is critical or high, so that it holds on any printer."""
    is_urgent = severity in ("critical", "high")
    pen.pdf.set_draw_color(INK)
    pen.pdf.set_fill_color(INK if is_urgent else 255)
    pen.pdf.set_line_width(0.2)
    pen.pdf.rect(MARGIN_MM, pen.y + 0.1, _SEVERITY_MM, 3.4, style="DF")
    grey = 255 if is_urgent else INK
    pen.write(severity, MARGIN_MM, pen.y + 0.25, _SEVERITY_MM, SMALL, bold=True, grey=grey, align="C")


def put_decisions(pen: Pen, decisions: Sequence[Decisions], *, is_trial: bool = False) -> float:
    """Side by side, the newest first; how high they stand."""
    width = (TEXT_MM - _BETWEEN_MM * (len(decisions) - 1)) / len(decisions)
    highest = 0.0
    for number, one in enumerate(decisions):
        rows = [(one.heading, HEADING, True)]
        rows += [(entry, NORMAL, False) for entry in one.entries or (one.nothing,)]
        if one.n_earlier:
            rows.append((f"and {one.n_earlier} earlier on screen", NORMAL, False))
        height = 0.0
        for text, size, bold in rows:
            if is_trial:
                most = 2 * pen.measure("x", width, size)
                height += min(most, pen.measure(text, width, size, bold=bold))
            else:
                place = (MARGIN_MM + number * (width + _BETWEEN_MM), pen.y + height, width)
                height += pen.write(text, *place, size, bold=bold, most_lines=2)
        highest = max(highest, height)
    return highest


def put_foot(pen: Pen, standing_line: str) -> None:
    pen.rule(FOOT_MM - 5.2)
    pen.write(standing_line, MARGIN_MM, FOOT_MM - 4.6, TEXT_MM, SMALL, grey=MUTED)
    if pen.has_missing:
        words = f"{MISSING} stands for a character that this page cannot print; the screen shows it."
        pen.write(words, MARGIN_MM, FOOT_MM - 1.6, TEXT_MM, SMALL, grey=MUTED)
