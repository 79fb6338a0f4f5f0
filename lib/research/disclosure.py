"""What was done to the people and rows of a release, and what is left to tell somebody: counted, for its manifest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from lib.research import attacks
from lib.research.aggregates import Rounding, describe_people
from lib.research.deidentify import Deidentified, deidentify_with_report
from lib.research.fingerprint import find_columns, measure_fingerprint, read_prints
from lib.research.k_anonymity import Protected, protect
from lib.research.plan import OTHER, SUPPRESSED, Plan
from lib.research.table import ExportTable

STATEMENT = (
    "These rows are pseudonymised. Names, dates, places and free text are gone, and the traits named here are shared by k people "
    "or more. A history of scores and days still tells most people apart (see fingerprints), and that of somebody who was still "
    "in treatment ends shortly before the release was made: keep the file as what it is, the record of persons, and link it with "
    "nothing."
)


@dataclass(frozen=True)
class Disclosure:
    """tables: as they leave. privacy: what the manifest says of it. attacks: tried before packing."""

    tables: tuple[ExportTable, ...]
    people: pd.DataFrame
    privacy: dict[str, object]
    attacks: tuple[attacks.Attack, ...]


def prepare_rows(
    tables: Sequence[ExportTable], people: pd.DataFrame, plan: Plan, of_other_projects: Iterable[str] = ()
) -> Disclosure:
    """people: as deidentify takes them, in the order of the store, with traits as they are and item_9 (yes, no, unknown: ever
    above 0). Raises ValueError where not even k people are left: then no rows leave."""
    protected = protect(people, plan.traits, plan.smallest_class, "item_9")
    if protected.k < plan.smallest_class:
        raise ValueError(
            f"No class of {plan.smallest_class} people is left of {len(people):,}: rows of so few cannot leave. "
            "An aggregate export can."
        )
    done = [deidentify_with_report(table, protected.people, plan) for table in tables]
    leaving = tuple(one.table for one in done if one.table.columns)
    prints = {
        table.name: (found[1], read_prints(table, *found))
        for table in leaving
        if (found := find_columns(table))
    }
    tried = (
        attacks.attack_traits(protected.people, plan),
        attacks.attack_outliers(leaving, plan),
        attacks.attack_order(protected.people),
        attacks.attack_calendar(leaving, protected.people),
        attacks.attack_hashes(protected.people),
        attacks.attack_projects(protected.people, of_other_projects),
        *(one for name, (_, rows) in prints.items() if (one := attacks.attack_visits(name, rows))),
    )
    privacy = {
        "statement": STATEMENT,
        **_describe_classes(protected, plan, len(people)),
        "dropped_columns": {one.table.name: list(one.dropped) for one in done},
        f"people_whose_value_is_{OTHER}": _count_folded(done),
        "fingerprints": [measure_fingerprint(name, of, rows).text for name, (of, rows) in prints.items()],
    }
    return Disclosure(leaving, protected.people, privacy, tried)


def prepare_counts(people: pd.DataFrame, rounding: Rounding, more: Iterable[ExportTable] = ()) -> Disclosure:
    """What may be told of a cohort without a row of anybody. people: as prepare_rows has them. more: tables of counts in which
    none is small already."""
    tables = (*describe_people(people, rounding), *more)
    said = (
        f"Counts of 1 to {rounding.limit}, and all from which one could be derived, are hidden; others are rounded to "
        f"{rounding.to}."
    )
    return Disclosure(tables, people, {"statement": said}, ())


def _describe_classes(protected: Protected, plan: Plan, n_people: int) -> dict[str, object]:
    return {
        "dates": plan.dates,
        "traits": list(plan.traits),
        "smallest_class_asked": plan.smallest_class,
        "k": protected.k,
        "classes": protected.n_classes,
        "people": len(protected.people),
        "people_of_the_cohort": n_people,
        "people_left_out": protected.n_left_out,
        "suppression_order": list(plan.traits),
        f"people_whose_trait_is_{SUPPRESSED}": dict(protected.n_suppressed),
        "classes_with_one_answer_to_item_9": protected.n_alike,
    }


def _count_folded(done: Sequence[Deidentified]) -> dict[str, int]:
    return {
        f"{one.table.name}.{name}": n
        for one in done
        for name, n in one.n_folded.items()
        if n and one.table.columns
    }
