"""Lines appended to CloudWatch Logs, where the verbs look for them."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from rehearsal.batches import batches
from rehearsal.cloud import Cloud

_BATCH, _BATCH_BYTES, _EVENT_BYTES = 10_000, 1_048_576, 26
"""What PutLogEvents takes at once: events, and bytes with so many for each event."""


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
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=group)  # two may be the first at once
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_stream(**place)
        except logs.exceptions.ResourceAlreadyExistsException:
            pass
        told = (line for line in lines if line["message"])
        for batch in batches(told, _size, _BATCH, _BATCH_BYTES):
            logs.put_log_events(**place, logEvents=batch)
    except logs.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise


def keep_log(cloud: Cloud, group: str, stream: str, file: Path) -> None:
    """Append what a process printed to `file`; nothing is made where it printed nothing."""
    lines = file.read_text(errors="replace").splitlines() if file.is_file() else []
    if lines:
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line[: _BATCH_BYTES // 8]} for line in lines]
        write_log(cloud, group, stream, events)


def _size(event: dict[str, Any]) -> int:
    return len(event["message"].encode()) + _EVENT_BYTES
