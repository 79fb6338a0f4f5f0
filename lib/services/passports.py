"""Whether a passport is what left: read from its bytes, this store's key and its register."""

from dataclasses import dataclass
from pathlib import Path

from lib.clinical.policy import Policy
from lib.clinical.policy_changes import compare_policies
from lib.clinical.policy_completion import parse_earlier_policy
from lib.research.verifying import State, Verdict, read_policy, verify_passport
from lib.services import _release_register as register
from lib.services._policy_upgrade import shipped_policy
from lib.services._refresh import current_policy
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store
from lib.store import releases

# Thresholds that are named; a policy has far more.
_N_SAID = 8


@dataclass(frozen=True)
class Verified:
    """text: one sentence that says all. is_unchanged: every byte is as it left, and this store signed it. release: its number in
    this store's register, None where it is not there. policy: how its thresholds stand to those in force here, "" where nobody
    can tell."""

    verdict: Verdict
    text: str
    is_unchanged: bool
    release: int | None
    policy: str = ""


@permitted(Permission.SEE_RESEARCH)
def verify_file(actor: Actor, store: Store | None, path: Path) -> Verified:
    """store: None where there is none; then nobody can tell who signed it."""
    if store is None:
        verdict = verify_passport(path, None)
        return Verified(verdict, _say(verdict, None), False, None)
    with store.read() as connection:
        # A store that never made a release has no key.
        verdict = verify_passport(path, register.read_key(connection))
        found = releases.read_releases(connection)
        written = found[found["manifest_sha256"] == verdict.manifest_sha256]
        in_force = current_policy(connection)
    release = None if written.empty else int(written["id"].iloc[0])
    is_unchanged = verdict.state == State.UNCHANGED and bool(verdict.is_signed)
    is_whole = verdict.state in (State.UNCHANGED, State.REPACKED)
    policy = _say_policy(path, verdict, in_force) if is_whole else ""
    return Verified(verdict, _say(verdict, release), is_unchanged, release, policy)


def _say_policy(path: Path, verdict: Verdict, in_force: Policy) -> str:
    """Policy version 2 made it; version 3 is in force here, and differs: Counts are suppressed below: 11, here 8."""
    version = verdict.manifest.get("policy_version")
    made = f"Policy version {version} made it; version {in_force.version} is in force here"
    try:
        own = parse_earlier_policy(read_policy(path).decode(), shipped_policy(), int(str(version)))
    except (KeyError, ValueError) as error:
        return f"{made}, and its own cannot be read: {error}"
    changed = compare_policies(own, in_force)
    changed = changed[changed["what"] == "value"]
    if changed.empty:
        return f"{made}, with the same thresholds."
    said = [
        f"{row.table}.{row.key} {row.before}, here {row.after}" for row in changed.head(_N_SAID).itertuples()
    ]
    more = f"; and {len(changed) - _N_SAID:,} more" if len(changed) > _N_SAID else ""
    return f"{made}, and differs: {'; '.join(said)}{more}."


def _say(verdict: Verdict, release: int | None) -> str:
    """Unchanged, made on 14 Apr 2026, 12:05:10 UTC by analyst 3 from data version 91ab…; release 7 of this store's register."""
    made = _say_made(verdict)
    if verdict.state == State.UNREADABLE:
        return f"Not readable. {' '.join(verdict.changes)}"
    if verdict.state == State.CHANGED:
        return f"Changed: {' '.join(verdict.changes)} It says of itself: {made}."
    known = f"release {release} of this store's register" if release else "not in this store's register"
    signed = (
        ""
        if verdict.is_signed is not None
        else " Without the store that made it nobody can tell who signed it."
    )
    if verdict.state == State.REPACKED:
        return (
            f"Every file in it is unchanged, {made}; {known}. The zip around them was packed again.{signed}"
        )
    return f"Unchanged, {made}; {known}.{signed}"


def _say_made(verdict: Verdict) -> str:
    said = verdict.manifest
    return (
        f"made {said.get('made_at', 'at an unknown time')} by {said.get('made_by', 'nobody named')} from data version "
        f"{said.get('data_version', 'unknown')}, policy version {said.get('policy_version', 'unknown')}"
    )
