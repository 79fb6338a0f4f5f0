"""What became of a file, on the command line."""

import shlex
import sys

import pandas as pd

from lib.clinical.wording import count
from lib.services.imports import Question, Receipt

_SHOWN_PROBLEMS = 20


def print_receipt(receipt: Receipt) -> None:
    """Counts on standard output; what was not taken, and what has to be said, on the other."""
    counts = receipt.counts
    if receipt.outcome != "accepted":
        waiting = f"; {counts.n_released} rows that had waited are taken" if counts.n_released else ""
        waiting += f"; {counts.n_held} rows are not taken yet" if counts.n_held else ""
        print(f"{receipt.file_name}: {receipt.outcome}: {receipt.message}{waiting}")
        if receipt.outcome == "held":
            print("  take it anyway: --take-shrunk", file=sys.stderr)
        for question in receipt.questions:
            _print_question(question)
        return
    parts = {
        "new": counts.n_new,
        "changed": counts.n_changed,
        "unchanged": counts.n_unchanged,
        "kept behind a later version": counts.n_behind,
        "repeated": counts.n_repeated,
        "held": counts.n_held,
        "rejected": counts.n_rejected,
        "taken that had waited": counts.n_released,
    }
    listed = ", ".join(f"{n} {name}" for name, n in parts.items() if n)
    would = "would be " if receipt.is_dry_run else ""
    print(f"{receipt.file_name}: {receipt.kind}, {counts.n_rows} rows: {would}{listed or 'nothing to take'}")
    if receipt.unknown_columns:
        print(f"  columns not read: {', '.join(receipt.unknown_columns)}")
    for said in receipt.warnings:
        print(f"  {said}")
    if receipt.n_item_9:
        print(
            f"  not taken, and may hold an item 9: {count(receipt.n_item_9, 'row')}; a clinician closes them in the review queue"
        )
    _print_problems(receipt.problems)


def _print_question(question: Question) -> None:
    """With the option to write on the command line for each answer; of a mapping the suggestion, to be put into a file."""
    print(f"  {question.text}", file=sys.stderr)
    for option, words in question.options.items():
        mark = " (the file looks like this)" if option == question.suggested else ""
        print(f"    --answer {shlex.quote(f'{question.key}={option}')}: {words}{mark}", file=sys.stderr)
    if question.suggested and not question.options:
        print(f"    --answer {question.key}=@FILE, with this in FILE where it is right:", file=sys.stderr)
        print(f"    {question.suggested}", file=sys.stderr)


def _print_problems(problems: pd.DataFrame | None) -> None:
    if problems is None or problems.empty:
        return
    is_read_by_a_person = sys.stderr.isatty()
    for row in problems.head(_SHOWN_PROBLEMS).itertuples():
        # What stood in the file may be a patient's word: it is for the person at a terminal, not for the log of a job.
        value = f" {row.value!r}" if is_read_by_a_person else ""
        print(
            f"  line {row.line}, {row.column or 'row'}:{value} {row.outcome}: {row.reason}", file=sys.stderr
        )
    if len(problems) > _SHOWN_PROBLEMS:
        print(
            f"  … and {len(problems) - _SHOWN_PROBLEMS} more; the Import page offers them all as a file",
            file=sys.stderr,
        )
