"""Whether a resource is one of FHIR R4 or STU3, by the models of fhir.resources (R4B, which R4 is read with, and STU3)."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lib.intake.fhir.elements import Element

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
_FAULTS = {
    "missing": "is missing",
    "extra_forbidden": "is not part of it",
    "list_type": "is not a list",
    "string_pattern_mismatch": "is not written as FHIR asks",
}
_MOST_FAULTS = 3


@lru_cache(maxsize=256)
def is_resource_type(name: str) -> bool:
    """Whether FHIR R4 or STU3 has resources of this name."""
    return any(_model(version, name) is not None for version in ("R4B", "STU3"))


def find_version(resource: Element) -> tuple[str, str]:
    """ "R4" or "STU3" and nothing, or "" and why it is neither: places and faults, never a value.

    A linkId that is missing is no fault here: which question an answer belongs to is the reader's to find out.
    """
    of_r4 = _find_fault("R4B", resource)
    if not of_r4:
        return "R4", ""
    of_stu3 = _find_fault("STU3", resource)
    if not of_stu3:
        return "STU3", ""
    return "", of_r4 if of_r4 == of_stu3 else f"in R4, {of_r4}; in STU3, {of_stu3}"


def _model(version: str, name: str) -> Any:
    from fhir.resources.R4B import get_fhir_model_class as of_r4b
    from fhir.resources.STU3 import get_fhir_model_class as of_stu3

    find: Callable[[str], Any] = of_r4b if version == "R4B" else of_stu3
    try:
        model = find(name)
    except (ValueError, KeyError, LookupError):
        return None
    return model if model.model_fields.keys() >= {"meta", "implicitRules"} else None


def _find_fault(version: str, resource: Element) -> str:
    model = _model(version, str(resource.get("resourceType")))
    if model is None:
        return "there is no such resource"
    try:
        model.model_validate(resource)
    except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError) as error:
        # pydantic's ValidationError, a ValueError, lists what it found.
        list_faults = getattr(error, "errors", None)
        if list_faults is None:
            return "its parts do not fit together"
        faults = [fault for fault in list_faults() if not _is_missing_link(fault)]
        return ", ".join(map(_describe, faults[:_MOST_FAULTS]))
    return ""


def _is_missing_link(fault: Any) -> bool:
    return fault["loc"][-1:] == ("linkId",) and fault["type"].endswith("missing")


def _describe(fault: Any) -> str:
    # A name that FHIR does not know may be anything that somebody wrote.
    place = ".".join(str(part) if _is_name(part) else "…" for part in fault["loc"])
    kind = next((said for name, said in _FAULTS.items() if fault["type"].endswith(name)), "has no such value")
    return f"{place or 'the resource'} {kind}"


def _is_name(part: str | int) -> bool:
    return isinstance(part, int) or _NAME.fullmatch(part) is not None
