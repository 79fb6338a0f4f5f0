"""What somebody who wants to find a person could try, tried on a file before it leaves; what came of it stands in its manifest.

The attempts are those of evidence/reliability.md 5. Each says what it found, and whether that is what was promised.
"""

import base64
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5, sha1, sha256

import numpy as np
import pandas as pd

from lib.research.k_anonymity import count_alike
from lib.research.plan import PERSON, RESEARCH_ID, Plan
from lib.research.spreadsheet import make_safe
from lib.research.table import ColumnNote, ExportTable, Risk

N_TRIED = 200
# The reader remembers a visit within so many days either way.
_DAYS_OFF = 3
# Of the people who have a day in a column: more on one calendar day is no chance.
_MOST_ON_A_DAY = 0.5


@dataclass(frozen=True)
class Attack:
    name: str
    found: str
    holds: bool


def attack_traits(people: pd.DataFrame, plan: Plan) -> Attack:
    """Somebody knows the birth date, the sex, the diagnosis and the clinic of a person: who shares what is left of them?"""
    alike = count_alike(people, plan.traits)
    least = int(alike.min()) if len(alike) else 0
    found = f"{least:,} people or more share every combination of {', '.join(plan.traits)}."
    return Attack("known birth date and clinic", found, least >= plan.smallest_class)


def attack_outliers(tables: Sequence[ExportTable], plan: Plan) -> Attack:
    """Somebody knows of an extreme dose: how many people have the most extreme one of the file?"""
    least: dict[str, int] = {}
    for table in tables:
        amounts = [note.name for note in table.columns if _is_amount(note)]
        if not amounts or not any(note.name == RESEARCH_ID for note in table.columns):
            continue
        rows = pd.concat([block[[RESEARCH_ID, *amounts]] for block in table.read()] or [pd.DataFrame()])
        for name in amounts:
            values = rows[name].astype("float64")
            for extreme in (values.min(), values.max()):
                n_people = rows.loc[values == extreme, RESEARCH_ID].nunique()
                if n_people:
                    least[f"{table.name}.{name}"] = min(least.get(f"{table.name}.{name}", n_people), n_people)
    said = ", ".join(f"{name} by {n:,}" for name, n in least.items()) or "no column of amounts"
    return Attack(
        "outlier dose",
        f"The extremes are shared: {said}.",
        all(n >= plan.smallest_class for n in least.values()),
    )


def _is_amount(note: ColumnNote) -> bool:
    """Of doses and weights, and other numbers that tell somebody together with others."""
    is_telling = note.risk == Risk.QUASI and note.type in ("whole", "number") and note.unit != "study day"
    return note.unit in ("mg", "kg") or is_telling


def attack_order(people: pd.DataFrame) -> Attack:
    """Somebody knows who came before whom: does the order of the file follow the order of the store?

    people: in the order of the store. Spearman's correlation; by chance it stays within 4 / sqrt(n).
    """
    n = len(people)
    place = people[RESEARCH_ID].rank().to_numpy()
    related = float(np.corrcoef(np.arange(n), place)[0, 1]) if n > 2 else 0.0
    return Attack(
        "order of the rows",
        f"Correlation with the order in the store: {related:.3f}.",
        bool(abs(related) < 4 / np.sqrt(max(n, 1))),
    )


def attack_calendar(tables: Sequence[ExportTable], people: pd.DataFrame) -> Attack:
    """Somebody knows the calendar day of something that is of one day for many, such as that of a file: that would date every
    study day of theirs. people: with day_0 and shift_days. Of each column: how many have the day that most have."""
    of = people.drop_duplicates(RESEARCH_ID).set_index(RESEARCH_ID)[["day_0", "shift_days"]].astype("float64")
    worst, share = "no column of days", 0.0
    for table in tables:
        for name, is_shifted in _list_days(table):
            blocks = [block[[RESEARCH_ID, name]].dropna().drop_duplicates() for block in table.read()]
            if not blocks:
                continue
            rows = pd.concat(blocks)
            whose = of.reindex(rows[RESEARCH_ID])
            on = rows.assign(day=_find_days(rows[name], whose, is_shifted=is_shifted)).drop_duplicates()
            n_people = on[RESEARCH_ID].nunique()
            most = int(on["day"].value_counts().max()) if n_people else 0
            if n_people and most / n_people > share:
                worst = f"{most:,} of {n_people:,} people have one day in {table.name}.{name}"
                share = most / n_people
    return Attack("known day of a file", f"At most, {worst}.", share <= _MOST_ON_A_DAY)


def _list_days(table: ExportTable) -> Iterator[tuple[str, bool]]:
    """Columns of study days, and of dates that were shifted."""
    if any(note.name == RESEARCH_ID for note in table.columns):
        for note in table.columns:
            if note.unit == "study day" or note.type == "date":
                yield note.name, note.type == "date"


def _find_days(told: pd.Series, whose: pd.DataFrame, *, is_shifted: bool) -> np.ndarray:
    """The days that were, from what is told of them."""
    if is_shifted:
        days = (pd.to_datetime(told) - pd.Timestamp(0)) // pd.Timedelta(days=1)
        return days.to_numpy() - whose["shift_days"].to_numpy()
    day = told.astype("float64").to_numpy()
    return whose["day_0"].to_numpy() + np.where(day > 0, day - 1, day)


def attack_hashes(people: pd.DataFrame) -> Attack:
    """Somebody hashes every number that an id could be, with the digests that are usual: is a research id among them?"""
    ids = {one.lower()[1:] for one in people[RESEARCH_ID]}
    lengths = {len(one) for one in ids}
    names = [str(name).encode() for name in people[PERSON]]
    digests = (digest(name).digest() for name in names for digest in (md5, sha1, sha256))
    written = (text for one in digests for text in (one.hex(), base64.b32encode(one).decode().lower()))
    n_found = sum(any(text[:length] in ids for length in lengths) for text in written)
    return Attack(
        "hashes of the original ids",
        f"{n_found:,} of {len(names):,} ids are a hash of the original.",
        not n_found,
    )


def attack_projects(people: pd.DataFrame, of_other_projects: Iterable[str]) -> Attack:
    """Somebody has the files of two projects: does an id of one stand in the other?"""
    n_shared = len(set(people[RESEARCH_ID]) & set(of_other_projects))
    return Attack("linkage of two projects", f"{n_shared:,} ids stand in another project too.", not n_shared)


def attack_differences(n_releases: int) -> Attack:
    """Somebody has two releases: does their difference tell of a few? n_releases: older ones of which it does."""
    return Attack(
        "differencing two releases",
        f"{n_releases:,} older releases differ from it by so few people.",
        not n_releases,
    )


def attack_visits(name: str, prints: pd.DataFrame) -> Attack | None:
    """Somebody knows three scores and the gaps between their dates within 3 days either way: how many people fit? This cannot be
    taken out of a history: it is printed, and promises nothing. Tried on 200 people. prints: of fingerprint.read_prints."""
    if prints.empty:
        return None
    tried = prints.iloc[np.linspace(0, len(prints) - 1, min(N_TRIED, len(prints))).astype(int)]
    by_gap = _count_fitting(prints[["gap_1"]].to_numpy(), tried[["gap_1"]].to_numpy())
    by_all = _count_fitting(prints.to_numpy(), tried.to_numpy())
    said = (
        f"{name}, {len(tried):,} people tried: two known visits leave {int(np.median(by_gap)):,} candidates (median; "
        f"{(by_gap == 1).sum():,} people are alone), three with their values {int(np.median(by_all)):,} "
        f"({(by_all == 1).sum():,} alone)."
    )
    return Attack("known visit dates", said, True)


def _count_fitting(prints: np.ndarray, tried: np.ndarray) -> np.ndarray:
    """Gaps fit within twice 3 days (both dates may be off), values exactly. The gaps are the last columns."""
    n_gaps = 1 if prints.shape[1] == 1 else 2
    fits = np.ones((len(tried), len(prints)), dtype=bool)
    for column in range(prints.shape[1]):
        off = 2 * _DAYS_OFF if column >= prints.shape[1] - n_gaps else 0
        fits &= np.abs(tried[:, [column]] - prints[:, column]) <= off
    return fits.sum(axis=1)


def count_formulas(rows: pd.DataFrame) -> int:
    """Distinct texts that a spreadsheet would run as they are written. Told by another rule than the one that escapes them: what
    is compatible with = + - @ (NFKC) after all that does not show."""
    columns = (rows[name] for name in rows if not pd.api.types.is_numeric_dtype(rows[name]))
    texts = (text for column in columns for text in column.dropna().unique())
    return sum(_would_run(str(make_safe(str(text)))) for text in texts)


def _would_run(text: str) -> bool:
    first = next((sign for sign in text if not _is_unseen(sign)), "")
    return unicodedata.normalize("NFKC", first)[:1] in ("=", "+", "-", "@", "\u2212")


def _is_unseen(sign: str) -> bool:
    is_selector = "\ufe00" <= sign <= "\ufe0f" or sign == "\u034f"
    return is_selector or unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def attack_formulas(n_found: int) -> Attack:
    """Somebody wrote a formula into a record: is a cell left that a spreadsheet would run?"""
    return Attack("formula in a cell", f"{n_found:,} cells would be run by a spreadsheet.", not n_found)
