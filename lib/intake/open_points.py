"""What still has to be said of a mapping before anything of its table is taken: questions, each with its key."""

from collections.abc import Callable, Iterator

from lib.clinical.frames import COMMON_COLUMNS, ITEM_COLUMNS, KINDS
from lib.clinical.instruments import INSTRUMENTS, ITEM_9, PHQ9
from lib.intake.aliases import PHQ8
from lib.intake.answer_labels import parse_answer
from lib.intake.choices import AGAIN, NO_CHOICES, Choices, Question, bind_answer
from lib.intake.dose_text import DoseText, read_dose
from lib.intake.grid import Grid
from lib.intake.header_row import is_by_place
from lib.intake.lost_answers import find_lost_answers
from lib.intake.mapping import DATE_WAYS, Mapping, RecordMapping
from lib.intake.unreadable import shorten
from lib.intake.weights import WeightText, read_weight

_COMMON = tuple(column.name for column in COMMON_COLUMNS)
# By the way of reading: the reader, its code for a bare number, and what such a number may be.
UNITS: dict[str, tuple[Callable[[str], DoseText | WeightText], str, dict[str, str]]] = {
    "dose": (read_dose, "dose-unit", {"mg": "milligrams", "g": "grams", "mg/kg": "milligrams a kilogram"}),
    "weight": (read_weight, "weight-unit", {"kg": "kilograms", "lb": "pounds"}),
}
POINTS = {
    "points 0-3": "0 not at all to 3 nearly every day; each 4 is an error",
    "points 1-4": "1 not at all to 4 nearly every day",
}
_EIGHT_ITEMS = {
    PHQ8: "PHQ-8: the questionnaire without the question about death and self-harm",
    PHQ9.name: "PHQ-9, of which the answer to item 9 was not exported",
}
_ANSWERS = (*ITEM_COLUMNS, "difficulty", "total")
_N_EXAMPLES = 3


def find_open_points(mapping: Mapping, grid: Grid, choices: Choices = NO_CHOICES) -> tuple[Question, ...]:
    """One question for each thing that is not settled; the key `mapping` where only another mapping settles it. choices: what
    was said once more of a file that contradicts its mapping."""
    if not mapping.records:
        text = "None of the columns has a name that is known: say which column holds what."
        if is_by_place(grid.names[0]):
            text = f"The table has no header: say what its columns hold, {grid.names[0]} to {grid.names[-1]}."
        return (Question("mapping", text),)
    questions = [*_find_lost_columns(mapping, grid)]
    for record in mapping.records:
        questions += [
            *_find_unsaid_answers(record),
            *_find_gaps(record, mapping, grid),
            *_find_doubles(record),
            *_find_item_gaps(record),
        ]
        questions += [*_find_units(record, grid), *_find_scales(record, grid, choices)]
    return tuple({(question.key, question.text): question for question in questions}.values())


def _find_unsaid_answers(record: RecordMapping) -> Iterator[Question]:
    """An answer is the patient's: no mapping gives one that was not given, or reads one as the status of its form."""
    for name, text in record.constants:
        if text and name in _ANSWERS:
            said = f"{name} cannot be the same in every row: name its column, or leave it empty."
            yield Question("mapping", said)
    for take in record.takes:
        if take.reads == "complete" and take.column != "complete":
            said = f"“{shorten(take.source)}” is called {take.column} and read as a form's status: say which it is."
            yield Question("mapping", said)


def is_form(record: RecordMapping) -> bool:
    return record.kind == "assessments"


def named_columns(record: RecordMapping) -> set[str]:
    """Our columns that are taken from theirs; REDCap's status of a form is none of them."""
    return {take.column for take in record.takes if take.reads != "complete"}


def _find_lost_columns(mapping: Mapping, grid: Grid) -> Iterator[Question]:
    """Columns that the table no longer has, and columns that nobody has mapped and that look like answers."""
    for source in sorted(mapping.sources.difference(grid.names)):
        yield Question(
            "mapping", f"The column “{shorten(source)}” of the mapping is not in the table: map it anew."
        )
    unmapped = mapping.unmapped(grid.names)
    for name in find_lost_answers(unmapped, [grid.columns[grid.names.index(name)] for name in unmapped]):
        text = f"The column “{shorten(name)}” looks like an item of a form: say which one, or that it is not taken."
        yield Question("mapping", text)


def _find_gaps(record: RecordMapping, mapping: Mapping, grid: Grid) -> Iterator[Question]:
    """Required columns of ours that nothing gives; any column that is not taken, and the date of another form, may be the one."""
    said = named_columns(record) | {name for name, text in record.constants if text}
    dates = [take.source for one in mapping.records for take in one.takes if take.reads in DATE_WAYS]
    for name in KINDS[record.kind].required:
        if name in said:
            continue
        if name == "instrument":
            options = {form: form for form in (*INSTRUMENTS, PHQ8)}
            yield Question("instrument", "No column says which questionnaire the answers are of.", options)
        else:
            event = KINDS[record.kind].event_column
            known = dates if event and name == event.name else []
            sources = dict.fromkeys([*known, *mapping.unmapped(grid.names)])
            text = f"No column is known to be {name} of {record.name}: say which one it is."
            yield Question(key_of_gap(record, name), text, {source: source for source in sources})


def key_of_gap(record: RecordMapping, column: str) -> str:
    return f"column:{column}" if column == "patient_id" else f"column:{record.name}.{column}"


def key_of_double(record: RecordMapping, column: str) -> str:
    """Whose and when are the same for every record of a row."""
    event = KINDS[record.kind].event_column
    is_shared = column in ("patient_id", *_COMMON) or (event is not None and column == event.name)
    return f"column:{column}" if is_shared else f"column:{record.name}.{column}"


def _find_doubles(record: RecordMapping) -> Iterator[Question]:
    taken = [take for take in record.takes if take.reads != "complete"]
    for column in dict.fromkeys(take.column for take in taken):
        sources = [take.source for take in taken if take.column == column]
        if len(sources) > 1:
            text = f"{len(sources)} columns may be {column} of {record.name}: choose one of them."
            yield Question(key_of_double(record, column), text, {source: source for source in sources})


def _find_item_gaps(record: RecordMapping) -> Iterator[Question]:
    """A form of which only some items have a column. An empty constant says that an item is not collected."""
    constants = dict(record.constants)
    instrument = INSTRUMENTS.get(constants.get("instrument", ""))
    given = {take.column for take in record.takes}.intersection(ITEM_COLUMNS)
    if instrument is None or not given:
        return
    wanted = ITEM_COLUMNS[: instrument.n_items]
    missing = [name for name in wanted if name not in given and name not in constants]
    if instrument is PHQ9 and missing == [ITEM_COLUMNS[ITEM_9]]:
        text = "The columns are the eight items of a PHQ-8, which is not a PHQ-9: it does not ask about suicidality."
        yield Question(f"instrument:{record.name}", text, _EIGHT_ITEMS)
    elif missing:
        text = (
            f"{record.name} has no column for {', '.join(missing)}: map it, or say that it is not collected."
        )
        yield Question("mapping", text)


def _find_units(record: RecordMapping, grid: Grid) -> Iterator[Question]:
    """A column of bare numbers whose unit nobody has said: asked once for the mapping, not once a row."""
    for take in record.takes:
        if take.reads in UNITS and take.source in grid.names:
            read, code, options = UNITS[take.reads]
            cells = grid.columns[grid.names.index(take.source)].distinct
            bare = [cell for cell in cells if read(cell).code == code]
            if bare:
                text = f"The numbers in “{shorten(take.source)}” have no unit: say which one they are in."
                yield Question(f"unit:{take.source}", text, options, examples=tuple(bare[:_N_EXAMPLES]))


def answers_again(record: RecordMapping, grid: Grid) -> dict[str, str]:
    """What may be said of the points of a form whose cells contradict its mapping: way of reading by answer, for these cells."""
    cells = [
        cell
        for take in record.takes
        if take.source in grid.names and take.reads in ("answer", *POINTS)
        for cell in grid.columns[grid.names.index(take.source)]
    ]
    return {bind_answer(way, cells): way for way in POINTS}


def _find_scales(record: RecordMapping, grid: Grid, choices: Choices) -> Iterator[Question]:
    """Answers from 1 to 4 and none 0: a form that counts from 1. With a 0 it does not, whatever was said of another file."""
    if not is_form(record):
        return
    key = f"points:{record.name}"
    if "0" in _find_points(record, grid, "points 1-4")[1]:
        again = answers_again(record, grid)
        if again.get(choices.get(f"{key}{AGAIN}", "")) != "points 1-4":
            text = f"The answers of {record.name} were said to count from 1, and some are 0. Say it for this file."
            yield Question(f"{key}{AGAIN}", text, {bound: POINTS[way] for bound, way in again.items()})
    words, numbers = _find_points(record, grid, "answer")
    # One form with a 4 has a slip of one row, which says nothing of a scale; nor do codes off the scale (99).
    if len(grid.lines) > 1 and "4" in numbers and "0" not in numbers and 0 not in words:
        text = f"The answers of {record.name} reach 4 and none is 0: say from where the form counts."
        yield Question(key, text, POINTS)


def _find_points(record: RecordMapping, grid: Grid, way: str) -> tuple[set[int], set[str]]:
    """Of the columns that are read in one way: the points that words say, and everything else."""
    cells = {
        cell
        for take in record.takes
        if take.reads == way and take.source in grid.names
        for cell in set(grid.columns[grid.names.index(take.source)].distinct).difference(take.missing)
    }
    words = {points for cell in cells if (points := parse_answer(cell)) is not None}
    return words, {cell.removesuffix(".0") for cell in cells if cell and parse_answer(cell) is None}
