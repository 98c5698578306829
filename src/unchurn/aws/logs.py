"""What a run wrote: the logs of its jobs and functions, oldest line first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.execution import Execution
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.aws.history import Visit

_GROUPS = {
    "ProcessingJobName": "/aws/sagemaker/ProcessingJobs",
    "TrainingJobName": "/aws/sagemaker/TrainingJobs",
    "HyperParameterTuningJobName": "/aws/sagemaker/TrainingJobs",
    "TransformJobName": "/aws/sagemaker/TransformJobs",
}
_GLUE = ("/aws-glue/{}", "/aws-glue/jobs/error", "/aws-glue/jobs/output")
"""A job's own group, and those that all jobs of the account write to."""
_LATE = timedelta(minutes=5)
"""Logs arrive after the job that wrote them has ended."""


@dataclass(frozen=True)
class LogLine:
    """One line of a log, and the state whose work wrote it."""

    state: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Place:
    """A log group, narrowed to streams by their beginning, or to lines by what they hold."""

    group: str
    stream: str = ""
    words: str = ""

    def request(self) -> dict[str, str]:
        """The place as CloudWatch is asked for it."""
        narrowed = {"logGroupName": self.group}
        if self.stream:
            narrowed["logStreamNamePrefix"] = self.stream
        if self.words:
            narrowed["filterPattern"] = f'"{self.words}"'
        return narrowed

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Tell whether an event is of this place: patterns are not understood everywhere."""
        streamed = str(event.get("logStreamName", "")).startswith(self.stream)
        return streamed and self.words in str(event["message"])


def read_logs(clients: Clients, execution: Execution, state: str = "") -> tuple[LogLine, ...]:
    """Return what the work of a run wrote, of one `state` where that is named."""
    lines: list[LogLine] = []
    with asking_aws(f"read the logs of {execution.run}"):
        for visit in execution.visits:
            if visit.work and state in ("", visit.state):
                lines += _written(clients, visit, execution.run)
    return tuple(sorted(lines, key=lambda line: line.at))


def _written(clients: Clients, visit: Visit, run: str) -> Iterator[LogLine]:
    for place in _places(visit, run):
        for event in _events(clients, place, visit):
            at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
            yield LogLine(visit.state, at, str(event["message"]).rstrip())


def _places(visit: Visit, run: str) -> Iterator[Place]:
    """Yield where the work that a visit asked for writes."""
    request = visit.request
    for key, group in _GROUPS.items():
        if key in request:
            yield Place(group, stream=str(request[key]))
    if "JobName" in request:
        # Streams of Glue are named by the job's run, which the visit's window stands for.
        yield from (Place(group.format(request["JobName"])) for group in _GLUE)
    if "FunctionName" in request:
        name = str(request["FunctionName"]).split(":function:")[-1].split(":")[0]
        yield Place(f"/aws/lambda/{name}", words=run)


def _events(clients: Clients, place: Place, visit: Visit) -> Iterator[dict[str, Any]]:
    from botocore.exceptions import ClientError

    end = (visit.left or datetime.now(UTC)) + _LATE
    pages = clients.client("logs").get_paginator("filter_log_events")
    window = {"startTime": _milliseconds(visit.entered), "endTime": _milliseconds(end)}
    try:
        for page in pages.paginate(**place.request(), **window):
            yield from (event for event in page["events"] if place.holds(event))
    except ClientError as error:
        if not is_missing(error):
            raise


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
