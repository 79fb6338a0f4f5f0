"""Who sits at the command line."""

from lib import settings
from lib.services.access import Actor, local_actor


def command_line_actor() -> Actor:
    """The local user, with all rights: whoever can open the store by its address and key. Nobody checked the name."""
    return local_actor(settings.user_name())
