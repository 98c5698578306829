"""Lines appended to CloudWatch Logs, where the verbs look for them."""

from __future__ import annotations

from typing import Any

from rehearsal.cloud import Cloud


def write_log(cloud: Cloud, group: str, stream: str, lines: list[dict[str, Any]]) -> None:
    """Append `lines` to a stream of CloudWatch Logs; group and stream are made if need be.

    Empty lines are left out: an event may not be empty.
    """
    logs = cloud.clients.client("logs")
    for make, names in (
        (logs.create_log_group, {"logGroupName": group}),
        (logs.create_log_stream, {"logGroupName": group, "logStreamName": stream}),
    ):
        try:
            make(**names)
        except logs.exceptions.ResourceAlreadyExistsException:
            continue
    events = [line for line in lines if line["message"]]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
