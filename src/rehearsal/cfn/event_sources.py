"""Lambda: queues and streams mapped to functions, which are then polled for."""

from __future__ import annotations

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, without
from rehearsal.cloud import Cloud
from rehearsal.errors import listing
from rehearsal.notifications.streams import SERVICES

_SERVICES = ("sqs", *SERVICES)
_BROKERS = ("kafka", "mq", "rds")
"""What nothing is read from: there is no broker here, and no DocumentDB, whose ARNs are RDS's."""
_OF_BROKERS = (
    *("AmazonManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig", "Queues"),
    *("SelfManagedEventSource", "SelfManagedKafkaEventSourceConfig", "SourceAccessConfigurations"),
    *("StartingPositionTimestamp", "Topics"),
)
_UNHEEDED = (
    *("BisectBatchOnFunctionError", "DestinationConfig", "MaximumBatchingWindowInSeconds"),
    *("MaximumRecordAgeInSeconds", "ParallelizationFactor", "TumblingWindowInSeconds"),
)
_KNOWN = frozenset(
    {
        *("BatchSize", "Enabled", "EventSourceArn", "FilterCriteria", "FunctionName"),
        *("FunctionResponseTypes", "MaximumRetryAttempts", "ScalingConfig", "StartingPosition"),
        *_UNHEEDED,
        *_OF_BROKERS,
    }
)


def _check(_: Cloud, properties: Properties) -> None:
    source = properties.get("EventSourceArn", "")
    known = (*_SERVICES, *_BROKERS)
    if source and not unknown(source) and source.split(":")[2:3] not in [[e] for e in known]:
        raise RefusedError(
            f"The rehearsal maps queues of SQS and streams of {listing(SERVICES)} to functions, and "
            f"not {source}."
        )


def _is_read(properties: Properties) -> bool:
    """Tell whether what a mapping reads from is there: a queue or a stream, and no broker."""
    service = str(properties.get("EventSourceArn", "")).split(":")[2:3]
    return service in [[each] for each in _SERVICES]


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    _check(cloud, properties)
    if not _is_read(properties):
        cloud.journal.remark(
            "mappings of functions to brokers: kept in their stack, and nothing comes from there"
        )
        return Made(name, {"Id": name, "EventSourceMappingArn": _arn(cloud, name)})
    given = without(properties, *_OF_BROKERS)
    made = cloud.clients.client("lambda").create_event_source_mapping(**given)
    for each in _UNHEEDED:
        if properties.get(each):
            cloud.journal.remark(f"mappings of functions: their {each} is not heeded")
    return Made(
        made["UUID"], {"Id": made["UUID"], "EventSourceMappingArn": _arn(cloud, made["UUID"])}
    )


def _arn(cloud: Cloud, identity: str) -> str:
    return f"arn:aws:lambda:{cloud.region}:{cloud.account}:event-source-mapping:{identity}"


def _update(cloud: Cloud, identity: str, _: Properties, new: Properties) -> None:
    if not _is_read(new):
        return
    cloud.clients.client("lambda").update_event_source_mapping(
        UUID=identity, **without(new, "EventSourceArn", "StartingPosition", *_OF_BROKERS)
    )


def _delete(cloud: Cloud, identity: str, properties: Properties) -> None:
    if not _is_read(properties):
        return
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
