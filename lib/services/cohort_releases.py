"""A release of a cohort: its tables, its criteria and its steps, for somebody who is named."""

from dataclasses import dataclass, replace
from pathlib import Path

from lib.research.aggregates import Rounding
from lib.research.choices import FileForm, Privacy
from lib.research.cohort import Cohort, list_steps
from lib.research.criteria_file import write_criteria
from lib.research.plan import STUDY_DAYS
from lib.research.table import ExportTable
from lib.services._cohort_outcomes import count_outcomes, rounding_of
from lib.services._export_ground import prepare_ground
from lib.services._export_tables import make_tables
from lib.services._importing import Progress, silently
from lib.services._refresh import current_policy
from lib.services._release_register import Request
from lib.services.access import Actor, Permission, check_can, permitted
from lib.services.errors import Store
from lib.services.exports import Order
from lib.services.releases import Release, make_release
from lib.store.engine import Transaction


@dataclass(frozen=True)
class Purpose:
    """Why somebody gets a release. agreement: the number of a data use agreement. Rows go to nobody without both."""

    project: str
    purpose: str
    recipient: str = ""
    agreement: str = ""
    dates: str = STUDY_DAYS
    has_start_year: bool = False


@permitted(Permission.EXPORT_RECORDS)
def release_cohort(
    actor: Actor,
    store: Store,
    order: Order,
    cohort: Cohort,
    purpose: Purpose,
    *,
    path: Path,
    progress: Progress = silently,
) -> Release:
    """Write the passport of a cohort to path. order: tables, form and class; its people are the cohort's. cohort: as
    cohorts.read_cohort has it now. Raises what make_release raises, NotPermittedError for identified rows without the right to
    see patients, and StoreError for a table that the form cannot hold."""
    if order.privacy is Privacy.IDENTIFIED:
        check_can(actor, Permission.SEE_PATIENTS)
    with store.read() as connection:
        rounding = rounding_of(current_policy(connection))
    request = _ask(order, cohort, purpose, rounding)
    done = [0, 1]

    def tables_of(connection: Transaction) -> tuple[ExportTable, ...]:
        if order.privacy is Privacy.AGGREGATE:
            return (count_outcomes(connection, cohort),)
        ground = prepare_ground(connection, actor, cohort.patients)
        tables = make_tables(ground, order.topics, order.form)
        done[1] = max(sum(table.n_rows for table in tables), 1)
        return tables

    def report(n_rows: int) -> None:
        done[0] += n_rows
        progress(f"{done[0]:,} rows", min(done[0] / done[1], 1.0))

    return make_release(actor, store, request, cohort.patients, tables_of, path=path, report=report)


def _ask(order: Order, cohort: Cohort, purpose: Purpose, rounding: Rounding) -> Request:
    """Who gets no rows gets no small count of who left either, and no exact one."""
    is_counts = order.privacy is Privacy.AGGREGATE
    steps = list_steps(cohort.count(), rounding.limit if is_counts else 0, is_rest_told=is_counts).astype(
        "str"
    )
    if is_counts:
        steps = steps.assign(**{name: steps[name].map(rounding.say_again) for name in ("left", "remaining")})
    # Where people are treated is a place of theirs: rows without names, and counts, do not say of which clinics they are.
    is_identified = order.privacy is Privacy.IDENTIFIED
    criteria = cohort.criteria if is_identified else replace(cohort.criteria, clinics=())
    return Request(
        **vars(purpose),
        privacy=order.privacy,
        form=FileForm.TIDY if is_counts else order.form,
        cohort=write_criteria(criteria, vars(cohort.drawn)),
        consort=(tuple(steps), *steps.itertuples(index=False, name=None)),
    )
