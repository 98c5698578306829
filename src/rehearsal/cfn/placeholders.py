"""The handle that stands in a stack which may hold nothing else."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cloud import Cloud


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    return Made(f"{cloud.endpoint}/handle/{name}", {"Id": name})


def _delete(cloud: Cloud, name: str, properties: Properties) -> None:
    """Leave things as they are: there is nothing to delete."""


TYPES = [
    ResourceType(
        "AWS::CloudFormation::WaitConditionHandle",
        _create,
        _delete,
        attributes=frozenset({"Id"}),
        properties=frozenset(),
    )
]
