"""How long an account waits after wrong tries."""

from lib.store.accounts import Row

# NIST SP 800-63B, 5.2.2, asks for a limit below 100 tries in a row, and names waits that grow. With five free tries, then 30 s
# that double up to an hour, a day allows about 30 tries: of a million one-time codes, three valid at once, 1 day in 11,000.
FREE_TRIES = 5
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 3_600


def is_to_wait(account: Row, now: int) -> bool:
    """Whether a try is refused unheard. now: UTC epoch seconds."""
    n_over = account["n_failures"] - FREE_TRIES
    if n_over < 0:
        return False
    wait = min(FIRST_WAIT_SECONDS * 2 ** min(n_over, 20), LONGEST_WAIT_SECONDS)
    return now < account["failed_at"] + wait
