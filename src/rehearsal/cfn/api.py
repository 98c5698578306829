"""CloudFormation's API: moto reads the requests and writes the answers, what is between is ours."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import Any

from rehearsal.cfn.changing import Changing
from rehearsal.cfn.coercion import FormationClients
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.reading import Reading
from rehearsal.cfn.removing import Removing
from rehearsal.cfn.service_roles import ServiceRoles
from rehearsal.cfn.stacks import Request, Stacks
from rehearsal.cloud import Cloud
from rehearsal.patches import Patch

_PARSING = "moto.cloudformation.parsing"
NEW = ("list_imports", "update_termination_protection")
"""What moto does not know."""


def patches(cloud: Cloud) -> list[Patch]:
    """Return what answers CloudFormation's calls in this cloud."""
    api = _api()
    cloud = replace(
        cloud, clients=FormationClients(cloud.region, cloud.endpoint, cloud.clients.signing)
    )
    stacks = Stacks(cloud)
    changing = Changing(cloud, stacks)
    cloud.closing.callback(_join, changing.executions)
    roles = ServiceRoles(cloud, stacks)
    operations = {**_operations(changing), **_operations(Reading(stacks))}
    operations["create_stack_set"] = _refuse
    operations |= _operations(Removing(changing))
    new = {name: operations.pop(name) for name in NEW}
    return [
        # What moto would make of its own objects on their way out; ours are plain.
        Patch(api, "RESPONSE_KEY_PATH_TO_TRANSFORMER", {}),
        *(Patch(api, n, _answering(roles.acting(n, each))) for n, each in operations.items()),
        *(Patch(api, n, _answering(roles.acting(n, new[n])), new=True) for n in new),
    ]


@cache
def _api() -> Any:
    """Return moto's class of CloudFormation's calls, without what it makes resources with.

    That module loads every service that moto has, which takes a second; resources are made here by our own.
    """
    kept = sys.modules.get(_PARSING)
    stub = ModuleType(_PARSING)
    stub.__dict__.update(
        {name: _when_called(name) for name in ("Export", "OutputMap", "ResourceMap")}
    )
    sys.modules[_PARSING] = kept or stub
    try:
        from moto.cloudformation.responses import CloudFormationResponse
    finally:
        if kept is None:
            del sys.modules[_PARSING]  # who needs a network's model loads it
    return CloudFormationResponse


def _when_called(name: str) -> Callable[..., Any]:
    """Stand for a class of that module until somebody makes one: a server of moto's own, say."""

    def made(*args: Any, **named: Any) -> Any:
        return getattr(import_module(_PARSING), name)(*args, **named)

    return made


def _operations(of: Changing | Reading | Removing) -> dict[str, Callable[[Request], Request]]:
    names = [name for name, found in vars(type(of)).items() if callable(found)]
    return {name: getattr(of, name) for name in names if not name.startswith("_")}


def _refuse(_: Request) -> Request:
    raise RefusedError("The rehearsal has one account and one region, and no sets of stacks.")


def _join(executions: list[Thread]) -> None:
    for thread in executions:
        thread.join()


def _answering(operation: Callable[[Request], Request]) -> Callable[[Any], Any]:
    """Return the method that hands a request's parameters to `operation`."""
    from moto.cloudformation.exceptions import CloudFormationError
    from moto.core.responses import ActionResult

    def answer(self: Any) -> Any:
        try:
            return ActionResult(operation(dict(self._get_params())))
        except RefusedError as error:
            # Moto finds an error's shape by the module of its class: of this service, then.
            raise CloudFormationError(error.code, str(error)) from error

    return answer
