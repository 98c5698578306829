"""SageMaker: models, endpoint configurations, endpoints and package groups."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import (
    Made,
    Properties,
    ResourceType,
    snake,
    tags,
    without,
)
from rehearsal.cloud import Cloud
from rehearsal.sagemaker import configs, models

_POLL_SECONDS = 0.1
_UNDER_WAY = {"Creating", "Updating", "RollingBack", "SystemUpdating", "Deleting"}
_OF_UPDATES = ("RetainAllVariantProperties", "ExcludeRetainedVariantProperties")
_OF_CREATION = ("EndpointName", "Tags")


def _creating(kind: str) -> Callable[[Cloud, str, Properties], Made]:
    def create(cloud: Cloud, name: str, properties: Properties) -> Made:
        name = _name(kind, name, properties)
        call = getattr(cloud.clients.client("sagemaker"), f"create_{snake(kind)}")
        identity = call(**properties | {f"{kind}Name": name})[f"{kind}Arn"]
        return Made(identity, {f"{kind}Name": name, f"{kind}Arn": identity})

    return create


def _name(kind: str, name: str, properties: Properties) -> str:
    """Return the name given, or the logical one with a suffix: these know nothing of their stack."""
    if f"{kind}Name" in properties:
        return name
    return "-".join(name.rsplit("-", 2)[-2:])[:63]


def _deleting(kind: str) -> Callable[[Cloud, str, Properties], None]:
    def delete(cloud: Cloud, identity: str, _: Properties) -> None:
        call = getattr(cloud.clients.client("sagemaker"), f"delete_{snake(kind)}")
        call(**{f"{kind}Name": identity.rpartition("/")[2]})

    return delete


def _create_endpoint(cloud: Cloud, name: str, properties: Properties) -> Made:
    """Create an endpoint and wait until it is in service; one that fails is not left behind."""
    made = _creating("Endpoint")(cloud, name, without(properties, *_OF_UPDATES))
    told = _settled(cloud, made.attributes["EndpointName"])
    if told["EndpointStatus"] != "InService":
        _deleting("Endpoint")(cloud, made.physical_id, properties)
        raise RefusedError(_unstable(told))
    return made


def _update_endpoint(cloud: Cloud, identity: str, old: Properties, new: Properties) -> None:
    """Update an endpoint and wait until that has ended. Raises `RefusedError` if it went back.

    Where the configuration was to change and is live already, that is the way back from an update
    that SageMaker has undone itself: nothing is left to do.
    """
    name, wanted = identity.rpartition("/")[2], new["EndpointConfigName"]
    live = _described(cloud, name)["EndpointConfigName"]
    if without(old, *_OF_CREATION) == without(new, *_OF_CREATION):
        return
    if live == wanted != old["EndpointConfigName"]:
        return
    given = without(new, *_OF_CREATION) | {"EndpointName": name}
    cloud.clients.client("sagemaker").update_endpoint(**given)
    told = _settled(cloud, name)
    if (told["EndpointStatus"], told["EndpointConfigName"]) != ("InService", wanted):
        raise RefusedError(_unstable(told))


def _described(cloud: Cloud, name: str) -> dict[str, Any]:
    sagemaker = cloud.clients.client("sagemaker")
    told: dict[str, Any] = sagemaker.describe_endpoint(EndpointName=name)
    return told


def _settled(cloud: Cloud, name: str) -> dict[str, Any]:
    while (told := _described(cloud, name))["EndpointStatus"] in _UNDER_WAY:
        time.sleep(_POLL_SECONDS)
    return told


def _unstable(told: Mapping[str, Any]) -> str:
    return (
        f"Resource of type 'AWS::SageMaker::Endpoint' with identifier '{told['EndpointName']}' did "
        f"not stabilize: {told.get('FailureReason', told['EndpointStatus'])}"
    )


def _checking(
    problems: Callable[[Properties], Iterable[str]],
) -> Callable[[Cloud, Properties], None]:
    """Return a check that refuses, while changes are planned, what the service would refuse."""

    def check(_: Cloud, properties: Properties) -> None:
        found = list(problems(properties))
        if found:
            raise RefusedError(" ".join(found))

    return check


def _type(
    kind: str,
    create: Callable[[Cloud, str, Properties], Made] | None = None,
    update: Callable[[Cloud, str, Properties, Properties], None] | None = None,
    check: Callable[[Cloud, Properties], None] | None = None,
    replaced_by: tuple[str, ...] = (),
) -> ResourceType:
    return ResourceType(
        f"AWS::SageMaker::{kind}",
        create or _creating(kind),
        _deleting(kind),
        update or _retagged,
        named_by=f"{kind}Name",
        attributes=frozenset({f"{kind}Name", f"{kind}Arn"}),
        check=check,
        replaced_by=frozenset(replaced_by),
    )


def _retagged(cloud: Cloud, identity: str, old: Properties, new: Properties) -> None:
    """Change the tags: all else of it is replaced."""
    sagemaker = cloud.clients.client("sagemaker")
    gone = sorted(set(tags(old)) - set(tags(new)))
    if gone:
        sagemaker.delete_tags(ResourceArn=identity, TagKeys=gone)
    if new.get("Tags"):
        sagemaker.add_tags(ResourceArn=identity, Tags=new["Tags"])


TYPES = [
    _type(
        "Model",
        check=_checking(models.unknown_parts),
        replaced_by=(
            *("Containers", "EnableNetworkIsolation", "ExecutionRoleArn"),
            *("InferenceExecutionConfig", "PrimaryContainer", "VpcConfig"),
        ),
    ),
    _type(
        "EndpointConfig",
        check=_checking(configs.unknown_parts),
        replaced_by=(
            *("AsyncInferenceConfig", "DataCaptureConfig", "EnableNetworkIsolation"),
            *("ExecutionRoleArn", "ExplainerConfig", "KmsKeyId", "ProductionVariants"),
            *("ShadowProductionVariants", "VpcConfig", "MetricsConfig"),
        ),
    ),
    _type("Endpoint", _create_endpoint, _update_endpoint),
    _type("ModelPackageGroup", replaced_by=("ModelPackageGroupDescription",)),
]
