"""What is printed comes whole to CloudWatch Logs, however much it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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


def test_two_that_are_the_first_of_a_group_both_have_their_streams(
    acme: Cloud, tmp_path: Path
) -> None:
    (tmp_path / "log").write_text("one\n")
    names = [f"stream-{number}" for number in range(12)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: keep_log(acme, "group", name, tmp_path / "log"), names))
    found = acme.clients.client("logs").describe_log_streams(logGroupName="group")["logStreams"]
    assert sorted(each["logStreamName"] for each in found) == sorted(names)
