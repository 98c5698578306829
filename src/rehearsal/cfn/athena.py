"""Athena: work groups."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cloud import Cloud


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    pairs = properties.get("Tags") or []
    cloud.clients.client("athena").create_work_group(
        Name=name,
        Configuration=properties.get("WorkGroupConfiguration", {}),
        Description=properties.get("Description", ""),
        Tags=pairs,
    )
    return Made(name)


def _update(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    # moto has no UpdateWorkGroup; no query is kept by it.
    _delete(cloud, name, new)
    _create(cloud, name, new)


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("athena").delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)


TYPES = [
    ResourceType(
        "AWS::Athena::WorkGroup",
        _create,
        _delete,
        _update,
        named_by="Name",
        properties=frozenset(
            {
                "Name",
                "Description",
                "RecursiveDeleteOption",
                "State",
                "Tags",
                "WorkGroupConfiguration",
            }
        ),
    )
]
