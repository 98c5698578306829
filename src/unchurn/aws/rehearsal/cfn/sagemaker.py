"""SageMaker: models, endpoint configurations, endpoints and package groups."""

from __future__ import annotations

from collections.abc import Callable

from unchurn.aws.rehearsal.cfn.resource_type import Made, Properties, ResourceType, snake
from unchurn.aws.rehearsal.cloud import Cloud


def _creating(kind: str) -> Callable[[Cloud, str, Properties], Made]:
    def create(cloud: Cloud, name: str, properties: Properties) -> Made:
        call = getattr(cloud.clients.client("sagemaker"), f"create_{snake(kind)}")
        identity = call(**properties | {f"{kind}Name": name[:63]})[f"{kind}Arn"]
        return Made(identity, {f"{kind}Name": name[:63], f"{kind}Arn": identity})

    return create


def _deleting(kind: str) -> Callable[[Cloud, str, Properties], None]:
    def delete(cloud: Cloud, identity: str, _: Properties) -> None:
        call = getattr(cloud.clients.client("sagemaker"), f"delete_{snake(kind)}")
        call(**{f"{kind}Name": identity.rpartition("/")[2]})

    return delete


def _update_endpoint(cloud: Cloud, identity: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("sagemaker").update_endpoint(
        EndpointName=identity.rpartition("/")[2], EndpointConfigName=new["EndpointConfigName"]
    )


TYPES = [
    ResourceType(
        f"AWS::SageMaker::{kind}",
        _creating(kind),
        _deleting(kind),
        _update_endpoint if kind == "Endpoint" else None,
        named_by=f"{kind}Name",
        attributes=frozenset({f"{kind}Name", f"{kind}Arn"}),
    )
    for kind in ("Model", "EndpointConfig", "Endpoint", "ModelPackageGroup")
]
