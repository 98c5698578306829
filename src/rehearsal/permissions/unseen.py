"""What services do as somebody's role without a call that is made here: asked for all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rehearsal.permissions.actions import Need, Place

_REPOSITORY = re.compile(r"(\d{12})\.dkr\.ecr\.([\w-]+)\.[\w.]+/([^:@]+)")
_PULLED = ("BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "BatchGetImage")
_PUSHED = (
    *("BatchCheckLayerAvailability", "InitiateLayerUpload", "UploadLayerPart"),
    *("CompleteLayerUpload", "PutImage"),
)
_DELIVERING = (
    *("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "ListLogDeliveries"),
    *("PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
)
_TRACING = (*("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"),)


def pulling(image: str, account: str) -> list[Need]:
    """Return what pulling an image takes; nothing where it is no account's own here."""
    return _with_image(image, account, _PULLED)


def pushing(image: str, account: str) -> list[Need]:
    """Return what pushing an image takes."""
    return _with_image(image, account, _PUSHED)


def _with_image(image: str, account: str, actions: Iterable[str]) -> list[Need]:
    found = _REPOSITORY.match(image)
    if found is None or found[1] != account:
        return []
    repository = f"arn:aws:ecr:{found[2]}:{account}:repository/{found[3]}"
    login = Need("ecr:GetAuthorizationToken", "*")
    return [login, *(Need(f"ecr:{action}", repository) for action in actions)]


def logging(place: Place, group: str, stream: str, makes_group: bool = False) -> Iterator[Need]:
    """Yield what writing to a stream of CloudWatch Logs takes."""
    of_group = place.arn("logs", f"log-group:{group}:log-stream:")
    if makes_group:
        yield Need("logs:CreateLogGroup", of_group)
    yield Need("logs:CreateLogStream", of_group)
    yield Need("logs:PutLogEvents", f"{of_group}{stream}")


def measuring(namespace: str) -> Need:
    """Return what publishing metrics takes."""
    return Need("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": [namespace]})


def delivering_logs() -> list[Need]:
    """Return what Step Functions takes to deliver a machine's log, and makes sure of at its making."""
    # DescribeLogGroups is asked for on all groups at once. DeleteLogDelivery is for the day on which
    # logging ends: roles of public samples that deploy do not have it.
    return [Need(f"logs:{action}", "*") for action in _DELIVERING]


def tracing() -> list[Need]:
    """Return what tracing an execution takes."""
    return [Need(f"xray:{action}", "*") for action in _TRACING]
