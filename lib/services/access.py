"""Who asks, and what they may: every public function of the services names one permission."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from lib.store.engine import Store

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Permission(StrEnum):
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


class NotPermittedError(PermissionError):
    """The sentence that the reader gets."""


@dataclass(frozen=True)
class Actor:
    """Somebody who asks. clinics: the clinic ids in scope, or None for all of them."""

    name: str
    permissions: frozenset[Permission]
    clinics: frozenset[str] | None = None


def local_actor(name: str) -> Actor:
    """Until sign-in exists: whoever sits at this machine, with all rights."""
    return Actor(name, frozenset(Permission))


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
                *(_within_clinics(actor, arg) for arg in args),
                **{name: _within_clinics(actor, arg) for name, arg in kwargs.items()},
            )

        checked.permission = permission  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate


def _within_clinics(actor: Actor, argument: Any) -> Any:
    """What a service is asked with; its store with the actor's clinics only: this is the one door to it."""
    return argument.acting_for(actor.clinics) if isinstance(argument, Store) else argument
