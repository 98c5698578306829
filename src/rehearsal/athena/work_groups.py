"""Work groups: updated in place, which moto cannot, and kept while there is anything in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.patches import Patch, added, around


def patches() -> list[Patch]:
    """Return what updates work groups, and refuses to delete one that is not empty."""
    from moto.athena.responses import AthenaResponse

    return [
        added(AthenaResponse, "update_work_group", _update),
        around(AthenaResponse, "delete_work_group", _delete),
    ]


def _update(response: Any) -> str:
    group = _group(response)
    for member, name in (("Description", "description"), ("State", "state")):
        if (given := response._get_param(member)) is not None:
            setattr(group, name, given)
    changed = dict(response._get_param("ConfigurationUpdates") or {})
    results = changed.pop("ResultConfigurationUpdates", None)
    if results is not None:
        kept = {k: v for k, v in results.items() if not k.startswith("Remove")}
        gone = {
            k.removeprefix("Remove") for k, v in results.items() if k.startswith("Remove") and v
        }
        there = group.configuration.get("ResultConfiguration", {})
        changed["ResultConfiguration"] = {k: v for k, v in there.items() if k not in gone} | kept
    group.configuration.update(changed)
    return "{}"


def _delete(original: Callable[[Any], Any], response: Any) -> Any:
    from moto.core.exceptions import JsonRESTError

    group, backend = _group(response), response.athena_backend
    held = [each for each in backend.executions.values() if each.workgroup is group]
    held += [each for each in backend.named_queries.values() if each.workgroup is group]
    if held and not response._get_param("RecursiveDeleteOption"):
        raise JsonRESTError("InvalidRequestException", f"WorkGroup {group.name} is not empty")
    return original(response)


def _group(response: Any) -> Any:
    from moto.core.exceptions import JsonRESTError

    name = response._get_param("WorkGroup")
    if name not in response.athena_backend.work_groups:
        raise JsonRESTError("InvalidRequestException", f"WorkGroup {name} is not found.")
    return response.athena_backend.work_groups[name]
