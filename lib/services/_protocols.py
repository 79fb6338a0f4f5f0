"""The session protocols that the product ships."""

from functools import cache

from lib import settings
from lib.clinical.protocols import Protocols, parse_protocols


@cache
def shipped_protocols() -> Protocols:
    """Read once: the file belongs to the release, like the code."""
    return parse_protocols(settings.PROTOCOLS_FILE.read_bytes(), settings.PROTOCOLS_FILE.name)
