"""Who asks, and what they may: every public function of the services names one permission; roles are sets of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

from lib.store.engine import Store

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Permission(StrEnum):
    SEE_FRESHNESS = "see how old the data are"
    SEE_PATIENTS = "see patients"
    CLOSE_FLAGS = "close flags"
    DECIDE = "review doses and sign decisions"
    HANDLE_FLAGS = "handle flags"
    IMPORT_RECORDS = "import records"
    ENTER_RECORDS = "enter records"
    VOID_RECORDS = "void records"
    MERGE_PATIENTS = "merge patients"
    SEE_OUTCOMES = "see outcomes"
    SEE_RESEARCH = "see research"
    EXPORT_RECORDS = "export records"
    CHECK_QUALITY = "check data quality"
    SEE_POLICY = "see the policy"
    CHANGE_POLICY = "change the policy"
    MANAGE_STORE = "manage the store"
    MANAGE_ACCOUNTS = "manage accounts"
    SEE_AUDIT = "read the audit"
    BREAK_GLASS = "open patients' records in an emergency"
    SIGN_PEOPLE_IN = "sign people in"


class Role(StrEnum):
    PHYSICIAN = "physician"
    MANAGER = "manager"
    RESEARCHER = "researcher"
    STEWARD = "steward"
    ADMIN = "admin"


_May = Permission
# The one table of permissions. Nobody has what does not stand here: signing people in is the server's alone.
ROLES = MappingProxyType(
    {
        # Reads and decides in the own clinics.
        Role.PHYSICIAN: frozenset(
            {
                *(
                    _May.SEE_FRESHNESS,
                    _May.SEE_PATIENTS,
                    _May.CLOSE_FLAGS,
                    _May.DECIDE,
                    _May.HANDLE_FLAGS,
                    _May.ENTER_RECORDS,
                ),
                *(_May.VOID_RECORDS, _May.SEE_OUTCOMES, _May.CHECK_QUALITY, _May.SEE_POLICY),
            }
        ),
        # Counts and completeness; nobody is named.
        Role.MANAGER: frozenset({_May.SEE_FRESHNESS, _May.SEE_OUTCOMES, _May.SEE_POLICY}),
        # De-identified rows and counts; identified files need SEE_PATIENTS beside it.
        Role.RESEARCHER: frozenset({_May.SEE_FRESHNESS, _May.SEE_RESEARCH, _May.EXPORT_RECORDS}),
        # Brings records in, and mends what held them up: sees rows of files, and no patient's page.
        Role.STEWARD: frozenset(
            {
                _May.SEE_FRESHNESS,
                _May.IMPORT_RECORDS,
                _May.CHECK_QUALITY,
                _May.MERGE_PATIENTS,
                _May.SEE_POLICY,
            }
        ),
        # Accounts, settings and audit. A patient's record only in an emergency: with a reason, for an hour, and audited.
        Role.ADMIN: frozenset(
            {
                *(
                    _May.SEE_FRESHNESS,
                    _May.MANAGE_ACCOUNTS,
                    _May.SEE_AUDIT,
                    _May.SEE_POLICY,
                    _May.CHANGE_POLICY,
                ),
                *(_May.MANAGE_STORE, _May.BREAK_GLASS),
            }
        ),
    }
)


class NotPermittedError(PermissionError):
    """The sentence that the reader gets."""


@dataclass(frozen=True)
class Actor:
    """Somebody who asks. clinics: the clinic ids in scope, or None for all of them. role: the roles of the account, in the order
    of Role, with commas. session: the reference of the sign-in, never its token; None for whoever was not signed in."""

    name: str
    permissions: frozenset[Permission]
    clinics: frozenset[str] | None = None
    role: str = ""
    session: str | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody checked who this is."""
        return self.session is not None


def local_actor(name: str) -> Actor:
    """Whoever sits at this machine, with all rights: the command line, and the demo on its own machine."""
    return Actor(name, frozenset(Permission), role="local")


def server_actor() -> Actor:
    """The server itself: it opens the store and signs people in, and sees no patient."""
    may = frozenset({Permission.MANAGE_STORE, Permission.SIGN_PEOPLE_IN})
    return Actor("the server", may, clinics=frozenset(), role="server")


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What several roles of one account may, together."""
    return frozenset().union(*(ROLES[role] for role in roles))


def check_can(actor: Actor, permission: Permission) -> None:
    """Raise NotPermittedError unless the actor has the permission."""
    if permission not in actor.permissions:
        raise NotPermittedError(f"{actor.name} may not {permission}.")


def can(actor: Actor, permission: Permission) -> bool:
    """Whether a button for it is drawn."""
    return permission in actor.permissions


def permitted(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[Actor, Parameters], Result]], Callable[Concatenate[Actor, Parameters], Result]
]:
    """The permission that a service function asks for, checked before anything else happens."""

    def decorate(
        service: Callable[Concatenate[Actor, Parameters], Result],
    ) -> Callable[Concatenate[Actor, Parameters], Result]:
        @wraps(service)
        def checked(actor: Actor, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            check_can(actor, permission)
            return service(
                actor,
                *(_behind_walls(actor, arg, permission) for arg in args),
                **{name: _behind_walls(actor, arg, permission) for name, arg in kwargs.items()},
            )

        checked.permission = permission  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate


def _behind_walls(actor: Actor, argument: Any, permission: Permission) -> Any:
    """What a service is asked with; its store with the actor's clinics only, and without names for whoever does research on
    patients and sees none: this is the one door to it."""
    if not isinstance(argument, Store):
        return argument
    is_nameless = permission is Permission.SEE_RESEARCH and not can(actor, Permission.SEE_PATIENTS)
    return argument.acting_for(actor.clinics, is_nameless=is_nameless)
