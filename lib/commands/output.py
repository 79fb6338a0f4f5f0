"""CSV on standard output: booleans true and false, dates ISO, unknown empty."""

import argparse
import sys
from datetime import date

import pandas as pd


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-04-03") from None


def print_csv(rows: pd.DataFrame) -> None:
    """Write a frame with lib.clinical.status's types."""
    plain = rows.copy()
    for name in plain.columns:
        if plain[name].dtype == "boolean":
            plain[name] = plain[name].map({True: "true", False: "false"}, na_action="ignore")
    plain.to_csv(sys.stdout, index=False, date_format="%Y-%m-%d", lineterminator="\n")
