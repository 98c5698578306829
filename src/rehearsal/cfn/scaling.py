"""Application Auto Scaling: what may grow, and by which policy."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, without
from rehearsal.cloud import Cloud

_REMARK = "autoscaling: what may grow is registered, and never grows"
_PARTS = ("ResourceId", "ScalableDimension", "ServiceNamespace")


def _register(cloud: Cloud, _: str, properties: Properties) -> Made:
    cloud.journal.remark(_REMARK)
    cloud.clients.client("application-autoscaling").register_scalable_target(**properties)
    return Made("|".join(properties[part] for part in _PARTS))


def _deregister(cloud: Cloud, _: str, properties: Properties) -> None:
    parts = {part: properties[part] for part in _PARTS}
    cloud.clients.client("application-autoscaling").deregister_scalable_target(**parts)


def _policy(properties: Properties) -> Properties:
    target = properties.get("ScalingTargetId")
    parts = dict(zip(_PARTS, target.split("|"), strict=True)) if target else {}
    return without(properties, "ScalingTargetId") | parts


def _put(cloud: Cloud, _: str, properties: Properties) -> Made:
    scaling = cloud.clients.client("application-autoscaling")
    return Made(scaling.put_scaling_policy(**_policy(properties))["PolicyARN"])


def _drop(cloud: Cloud, _: str, properties: Properties) -> None:
    given = _policy(properties)
    parts = {part: given[part] for part in ("PolicyName", *_PARTS)}
    cloud.clients.client("application-autoscaling").delete_scaling_policy(**parts)


TYPES = [
    ResourceType(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        _register,
        _deregister,
        lambda cloud, name, _, new: _register(cloud, name, new).attributes,
        replaced_by=frozenset(_PARTS),
    ),
    ResourceType(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        _put,
        _drop,
        lambda cloud, name, _, new: _put(cloud, name, new).attributes,
        replaced_by=frozenset({"PolicyName", "ScalingTargetId", *_PARTS}),
    ),
]
