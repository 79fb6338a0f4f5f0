"""The published figures that the product ships."""

from functools import cache

from lib import settings
from lib.clinical.benchmarks import Published, parse_benchmarks
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store


@permitted(Permission.SEE_OUTCOMES)
def read_benchmarks(actor: Actor, store: Store) -> tuple[Published, ...]:
    """Every figure, in the order of the file; the same for every store."""
    return _shipped()


@cache
def _shipped() -> tuple[Published, ...]:
    """Read once: the file belongs to the release, like the code."""
    return parse_benchmarks(settings.BENCHMARKS_FILE.read_bytes(), settings.BENCHMARKS_FILE.name)
