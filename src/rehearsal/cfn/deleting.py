"""Resources deleted, each before what it needs, but for those that are to be kept."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from copy import deepcopy

from rehearsal.cfn.checking import needs
from rehearsal.cfn.dynamic_references import dereferenced
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Live
from rehearsal.cfn.stack import Stack
from rehearsal.cfn.types import resource_types
from rehearsal.cloud import Cloud


def delete(cloud: Cloud, live: Live) -> None:
    """Delete a resource."""
    properties = deepcopy(live.properties)
    with contextlib.suppress(RefusedError):  # what it names outside the stack may be gone before it
        properties = dereferenced(cloud, properties)
    kind = resource_types()[live.type].placed(live.stack, live.logical_id)
    kind.delete(cloud, live.physical_id, properties)


def delete_stack(
    cloud: Cloud, stack: Stack, kept: Collection[str] = (), forced: bool = False
) -> None:
    """Delete a stack's resources, each before what it needs.

    Those whose policy says so stay, as do `kept`, by logical id. What cannot be deleted stays in the
    stack with what it needs, to be tried again; where it is `forced` it is left alone instead.
    """
    if stack.status != "DELETE_IN_PROGRESS":
        stack.become("DELETE_IN_PROGRESS", "User Initiated")
    failed: list[str] = []
    held: set[str] = set()
    for live in _dependent_first(stack):
        name, body = live.logical_id, stack.making.get(live.logical_id, {})
        if name in held:
            held |= needs(body)  # needed by what is still there
        elif name in kept:
            stack.note(name, live.physical_id, live.type, "DELETE_SKIPPED")
            del stack.live[name]
        elif delete_noting(cloud, stack, live, "DeletionPolicy") or forced:
            del stack.live[name]
        else:
            failed.append(name)
            held |= needs(body)
    if failed:
        names = ", ".join(failed)
        stack.become("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
    else:
        stack.become("DELETE_COMPLETE")


def _dependent_first(stack: Stack) -> list[Live]:
    """Return what lives in a stack, each before what it needs, the last made first where it may be."""
    pending, order = list(reversed(stack.live.values())), list[Live]()
    while pending:
        needed = {
            name
            for live in pending
            for name in needs(stack.making.get(live.logical_id, {})) - {live.logical_id}
        }
        free = [live for live in pending if live.logical_id not in needed] or pending
        order += free
        pending = [live for live in pending if live not in free]
    return order


def delete_noting(cloud: Cloud, stack: Stack, live: Live, policy: str) -> bool:
    """Delete a resource unless its policy keeps it; tell whether it is no longer the stack's."""
    who = (live.logical_id, live.physical_id, live.type)
    if live.policies.get(policy, "").startswith("Retain"):
        stack.note(*who, "DELETE_SKIPPED")
        return True
    stack.note(*who, "DELETE_IN_PROGRESS")
    try:
        delete(cloud, live)
    except Exception as error:
        stack.note(*who, "DELETE_FAILED", str(error))
        return False
    stack.note(*who, "DELETE_COMPLETE")
    return True
