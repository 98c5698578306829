"""What is printed comes whole to CloudWatch Logs, however much it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal.cloud import Cloud
from rehearsal.logs import keep_log


@pytest.mark.parametrize(("lines", "width"), [(10_001, 3), (30, 100_000)])
def test_more_than_one_call_takes_is_put_by_several(
    acme: Cloud, tmp_path: Path, lines: int, width: int
) -> None:
    """PutLogEvents takes 10,000 events and 1,048,576 bytes at once."""
    file = tmp_path / "log"
    file.write_text("".join(f"{number:0{width}d}\n\n" for number in range(lines)))
    keep_log(acme, "group", "stream", file)
    logs, found = acme.clients.client("logs"), 0
    token = {"startFromHead": True}
    while True:
        page = logs.get_log_events(logGroupName="group", logStreamName="stream", **token)
        found += len(page["events"])
        if page["nextForwardToken"] == token.get("nextToken"):
            break
        token = {"nextToken": page["nextForwardToken"]}
    assert found == lines
