"""What a request may not ask for: names that AWS refuses, kinds of change that are not rehearsed."""

from __future__ import annotations

import re
from typing import Any

from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.stack import Stack

NAME = "[a-zA-Z][-a-zA-Z0-9]*"
NAME_CHARACTERS = 128
_NOT_REHEARSED = ("ImportExistingResources", "ResourceTypes")


def check_name(name: str, where: str = "stackName") -> None:
    """Raise `RefusedError`, in AWS's words, for a name that no stack or change set can have."""
    told = f"1 validation error detected: Value '{name}' at '{where}' failed to satisfy constraint:"
    if not re.fullmatch(NAME, name):
        pattern = NAME if where != "stackName" else f"{NAME}|arn:[-a-zA-Z0-9:/._+]*"
        raise RefusedError(f"{told} Member must satisfy regular expression pattern: {pattern}")
    if len(name) > NAME_CHARACTERS:
        raise RefusedError(
            f"{told} Member must have length less than or equal to {NAME_CHARACTERS}"
        )


def change_of(request: dict[str, Any]) -> str:
    """Return what a change set is to do: CREATE, UPDATE or IMPORT. Raises `RefusedError` for all else."""
    check_name(request["ChangeSetName"], "changeSetName")
    kind = str(request.get("ChangeSetType") or "UPDATE")
    if kind not in {"CREATE", "UPDATE", "IMPORT"}:
        raise RefusedError(
            f"1 validation error detected: Value '{kind}' at 'changeSetType' failed to satisfy "
            "constraint: Member must satisfy enum value set: [IMPORT, UPDATE, CREATE]"
        )
    if bool(request.get("ResourcesToImport")) != (kind == "IMPORT"):
        raise RefusedError(
            "ResourcesToImport has to be given for a change set of type IMPORT, and for no other; "
            f"this one is of type {kind}."
        )
    return kind


def check_members(request: dict[str, Any]) -> None:
    """Raise `RefusedError` for what a change can ask for and the rehearsal does not do."""
    for member in _NOT_REHEARSED:
        if str(request.get(member) or "false").lower() != "false":
            raise RefusedError(f"The rehearsal does not know {member} of a change set.")


def is_asked(request: dict[str, Any], member: str) -> bool:
    """Tell whether a member that says yes or no says yes; in requests it is text."""
    return str(request.get(member) or "false").lower() == "true"


def failing(request: dict[str, Any]) -> str:
    """Return what is done when a change fails: ROLLBACK, DELETE or DO_NOTHING."""
    if is_asked(request, "DisableRollback"):
        return "DO_NOTHING"
    return str(request.get("OnFailure") or request.get("OnStackFailure") or "ROLLBACK")


def given_parameters(request: dict[str, Any], stack: Stack) -> dict[str, str]:
    """Return the parameters as given, or as they were before. Raises `RefusedError` for new ones."""
    given: dict[str, str] = {}
    for item in request.get("Parameters") or []:
        name = item["ParameterKey"]
        if not is_asked(item, "UsePreviousValue"):
            given[name] = item["ParameterValue"]
        elif name not in stack.template.parameters:
            raise RefusedError(
                f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true "
                "for a parameter key not in the previous template"
            )
        elif name in stack.given:
            given[name] = stack.given[name]
        else:  # it was a default: of the template before, which may not be that of this one
            given[name] = plain_text(stack.template.parameters[name]["Default"])
    return given
