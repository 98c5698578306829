"""Lines appended to CloudWatch Logs, where the verbs look for them."""

from __future__ import annotations

from typing import Any

from rehearsal.cloud import Cloud


def write_log(cloud: Cloud, group: str, stream: str, lines: list[dict[str, Any]]) -> None:
    """Append `lines` to a stream of CloudWatch Logs; group and stream are made if need be.

    Empty lines are left out: an event may not be empty. Who may not write has no log, as on AWS.
    """
    logs = cloud.clients.client("logs")
    place = {"logGroupName": group, "logStreamName": stream}
    try:
        try:
            logs.create_log_stream(**place)
        except logs.exceptions.ResourceNotFoundException:
            logs.create_log_group(logGroupName=group)
            logs.create_log_stream(**place)
        except logs.exceptions.ResourceAlreadyExistsException:
            pass
        logs.put_log_events(**place, logEvents=[line for line in lines if line["message"]])
    except logs.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
