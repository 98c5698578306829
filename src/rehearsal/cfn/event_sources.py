"""Lambda: queues and streams mapped to functions, which are then polled for."""

from __future__ import annotations

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, without
from rehearsal.cloud import Cloud
from rehearsal.errors import listing
from rehearsal.notifications.streams import SERVICES

_SERVICES = ("sqs", *SERVICES)
_UNHEEDED = (
    *("BisectBatchOnFunctionError", "DestinationConfig", "MaximumBatchingWindowInSeconds"),
    *("MaximumRecordAgeInSeconds", "ParallelizationFactor", "TumblingWindowInSeconds"),
)
_KNOWN = frozenset(
    {
        *("BatchSize", "Enabled", "EventSourceArn", "FilterCriteria", "FunctionName"),
        *("FunctionResponseTypes", "MaximumRetryAttempts", "ScalingConfig", "StartingPosition"),
        *_UNHEEDED,
    }
)


def _check(_: Cloud, properties: Properties) -> None:
    source = properties.get("EventSourceArn", "")
    if not unknown(source) and source.split(":")[2:3] not in [[each] for each in _SERVICES]:
        raise RefusedError(
            f"The rehearsal maps queues of SQS and streams of {listing(SERVICES)} to functions, and "
            f"not {source}."
        )


def _create(cloud: Cloud, _: str, properties: Properties) -> Made:
    _check(cloud, properties)
    made = cloud.clients.client("lambda").create_event_source_mapping(**properties)
    for name in _UNHEEDED:
        if properties.get(name):
            cloud.journal.remark(f"mappings of functions: their {name} is not heeded")
    return Made(
        made["UUID"], {"Id": made["UUID"], "EventSourceMappingArn": _arn(cloud, made["UUID"])}
    )


def _arn(cloud: Cloud, identity: str) -> str:
    return f"arn:aws:lambda:{cloud.region}:{cloud.account}:event-source-mapping:{identity}"


def _update(cloud: Cloud, identity: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("lambda").update_event_source_mapping(
        UUID=identity, **without(new, "EventSourceArn", "StartingPosition")
    )


def _delete(cloud: Cloud, identity: str, _: Properties) -> None:
    client = cloud.clients.client("lambda")
    try:
        client.delete_event_source_mapping(UUID=identity)
    except client.exceptions.ResourceNotFoundException:
        return


TYPES = [
    ResourceType(
        "AWS::Lambda::EventSourceMapping",
        _create,
        _delete,
        _update,
        attributes=frozenset({"Id", "EventSourceMappingArn"}),
        properties=_KNOWN,
        replaced_by=frozenset({"EventSourceArn"}),
        check=_check,
    )
]
