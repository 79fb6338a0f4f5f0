"""The tables of an export by their names."""

from collections.abc import Callable, Sequence
from functools import partial
from types import MappingProxyType

from lib.clinical.frames import CLOSINGS
from lib.research.choices import TOPICS, FileForm, topics_of
from lib.research.table import ExportTable
from lib.services._export_adam import ADAM_TABLES
from lib.services._export_closings import make_flag_closings
from lib.services._export_courses import make_course_scores, make_decisions, make_status
from lib.services._export_forms import make_items, make_wide
from lib.services._export_ground import Ground
from lib.services._export_records import make_record_table
from lib.services.errors import StoreError

_DERIVED: MappingProxyType[str, Callable[[Ground], ExportTable]] = MappingProxyType(
    {
        "items": make_items,
        "assessments_wide": make_wide,
        "status": make_status,
        "course_scores": make_course_scores,
        "decisions": make_decisions,
        CLOSINGS: make_flag_closings,
    }
)


def make_tables(ground: Ground, topics: Sequence[str], form: FileForm) -> tuple[ExportTable, ...]:
    """In the order of TOPICS. Raises StoreError for a table that the form cannot hold, or none at all."""
    allowed = topics_of(form)
    if strange := [name for name in topics if name not in allowed]:
        raise StoreError(f"The form {form} has no table {', '.join(strange)}; it has {', '.join(allowed)}.")
    chosen = [name for name in allowed if name in topics]
    if not chosen:
        raise StoreError("Choose at least one table.")
    if form is FileForm.ADAM:
        return tuple(ADAM_TABLES[TOPICS[name].adam](ground) for name in chosen)
    return tuple(_DERIVED.get(name, partial(make_record_table, name=name))(ground) for name in chosen)
