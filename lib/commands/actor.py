"""Who sits at the command line."""

from lib import settings
from lib.services.access import Actor, local_actor


def command_line_actor() -> Actor:
    """Until sign-in exists: the local user, with all rights."""
    return local_actor(settings.user_name())
