"""A processing job: folders in, the image's command, folders out."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import pytest
from job_requests import BUCKET, get, keys, processing, put, run

from rehearsal.cloud import Cloud
from rehearsal.images import Program

MINE = os.getpid()
"""Processes are known by how long they sleep: another run of the tests has others."""


def test_a_job_sees_its_inputs_below_opt_ml_and_its_outputs_are_stored(acme: Cloud) -> None:
    put(acme, "in/deep/a.txt", "one")
    put(acme, "in/b.txt", "two")
    found = run(acme, "processing", processing("p-1", "copy"))
    assert found["ProcessingJobStatus"] == "Completed", found["FailureReason"]
    assert keys(acme, "out/") == ["out/a.txt", "out/b.txt"]
    assert get(acme, "out/a.txt") == b"one"


def test_a_manifest_names_the_objects_of_an_input(acme: Cloud) -> None:
    """Those and no other; what it names has to be there."""
    for name in ("deep/a.txt", "b.txt", "c.txt"):
        put(acme, f"in/{name}", name)
    request = processing("p-1", "copy")
    given = request["ProcessingInputs"][0]["S3Input"]
    given |= {"S3DataType": "ManifestFile", "S3Uri": f"s3://{BUCKET}/list.json"}
    listed = [{"prefix": f"s3://{BUCKET}/in/"}, "deep/a.txt", "b.txt"]
    put(acme, "list.json", json.dumps(listed))
    found = run(acme, "processing", request)
    assert found["ProcessingJobStatus"] == "Completed", found["FailureReason"]
    assert keys(acme, "out/") == ["out/a.txt", "out/b.txt"]
    for number, (body, words) in enumerate(
        ((json.dumps([*listed, "d.txt"]), "no such object"), ("{}", "no manifest"))
    ):
        put(acme, "list.json", body)
        found = run(acme, "processing", request | {"ProcessingJobName": f"p-{number + 2}"})
        assert words in found["FailureReason"]


def test_it_is_in_progress_first_and_described_by_its_whole_request(acme: Cloud) -> None:
    put(acme, "in/a.txt", "one")
    sagemaker = acme.clients.client("sagemaker")
    sagemaker.create_processing_job(**processing("p-1", "sleep", "1", Environment={"A": "b"}))
    found = sagemaker.describe_processing_job(ProcessingJobName="p-1")
    assert found["ProcessingJobStatus"] == "InProgress"
    assert found["Environment"] == {"A": "b"}
    assert found["ProcessingResources"]["ClusterConfig"]["InstanceType"] == "ml.m5.large"


def test_a_failure_carries_what_the_job_wrote_and_its_exit_code(acme: Cloud) -> None:
    put(acme, "in/a.txt", "one")
    found = run(acme, "processing", processing("p-1", "fail"))
    assert found["ProcessingJobStatus"] == "Failed"
    assert found["FailureReason"] == "AlgorithmError: the table has no rows, exit code: 3"
    assert found["ExitMessage"] == "m" * 1024
    assert keys(acme, "out/") == []


def test_an_input_without_objects_fails_the_job_in_sagemakers_words(acme: Cloud) -> None:
    found = run(acme, "processing", processing("p-1", "copy"))
    assert found["ProcessingJobStatus"] == "Failed"
    assert "No S3 objects found under S3 URL" in found["FailureReason"]
    assert f"s3://{BUCKET}/in/" in found["FailureReason"]


def test_a_job_that_outlives_its_time_is_stopped_with_its_children(acme: Cloud) -> None:
    put(acme, "in/a.txt", "one")
    began = time.monotonic()
    request = processing(
        "p-1", "sleep", f"3210.{MINE}", StoppingCondition={"MaxRuntimeInSeconds": 1}
    )
    found = run(acme, "processing", request)
    assert found["ProcessingJobStatus"] == "Stopped"
    assert time.monotonic() - began < 600
    assert _gone(f"time.sleep(3210.{MINE})")


def test_closing_the_cloud_stops_what_still_runs(acme: Cloud) -> None:
    put(acme, "in/a.txt", "one")
    sagemaker = acme.clients.client("sagemaker")
    sagemaker.create_processing_job(**processing("p-1", "sleep", f"3220.{MINE}"))
    deadline = time.monotonic() + 3600
    while not _running(f"time.sleep(3220.{MINE})") and time.monotonic() < deadline:
        time.sleep(0.05)
    acme.closing.close()
    assert _gone(f"time.sleep(3220.{MINE})")


def test_nothing_of_the_users_environment_reaches_a_job(
    acme: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "ACME_MODEL", "SM_CHANNEL_TRAIN"):
        monkeypatch.setenv(name, "the user's")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    put(acme, "in/a.txt", "one")
    run(acme, "processing", processing("p-1", "environment", Environment={"WORD": "own"}))
    seen = json.loads(get(acme, "out/environment.json"))
    assert "the user's" not in seen.values()
    assert seen["AWS_ENDPOINT_URL"] == acme.endpoint
    assert (seen["WORD"], seen["TZ"]) == ("own", "UTC")


def test_an_isolated_job_is_not_told_where_the_cloud_is(acme: Cloud) -> None:
    put(acme, "in/a.txt", "one")
    isolation = {"EnableNetworkIsolation": True}
    run(acme, "processing", processing("p-1", "environment", NetworkConfig=isolation))
    seen = json.loads(get(acme, "out/environment.json"))
    assert acme.endpoint not in seen.values()
    assert not [name for name in seen if "KEY" in name or "TOKEN" in name]
    # The user's own files and AWS's addresses are as far away.
    assert {seen[name] for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")} == {
        os.devnull
    }
    assert seen["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")


def test_a_second_job_of_the_name_is_refused(acme: Cloud) -> None:
    put(acme, "in/a.txt", "one")
    run(acme, "processing", processing("p-1", "copy"))
    with pytest.raises(acme.clients.client("sagemaker").exceptions.ResourceInUse, match="unique"):
        run(acme, "processing", processing("p-1", "copy"))


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        ("fails", "Failed", "AlgorithmError: A fault made on purpose, exit code: 1"),
        ("stopped", "Stopped", "MaxRuntimeExceeded"),
        ("data-missing", "Failed", "ClientError: Data download failed"),
    ],
)
def test_a_fault_aimed_at_a_job_ends_it_without_running_it(
    acme: Cloud, kind: str, status: str, reason: str
) -> None:
    put(acme, "in/a.txt", "one")
    acme.faults.add("p-1", kind)  # type: ignore[arg-type]
    found = run(acme, "processing", processing("p-1", "copy"))
    assert found["ProcessingJobStatus"] == status
    assert found["FailureReason"].startswith(reason)
    assert keys(acme, "out/") == []


def test_what_is_not_rehearsed_fails_the_job_rather_than_pass(acme: Cloud) -> None:
    request = processing("p-1", "copy")
    request["ProcessingInputs"][0]["S3Input"]["S3InputMode"] = "Pipe"
    found = run(acme, "processing", request)
    assert "not 'Pipe'" in found["FailureReason"]


def test_the_journal_tells_how_each_job_ended(acme: Cloud) -> None:
    put(acme, "in/a.txt", "one")
    run(acme, "processing", processing("p-1", "copy"))
    note = acme.journal.notes[-1]
    assert (note.kind, note.name, note.status) == ("processing", "p-1", "Completed")


def _gone(words: str) -> bool:
    """Wait until a process that was killed is no more: it dies when the machine comes to it."""
    deadline = time.monotonic() + 3600
    while _running(words) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _running(words)


def _running(words: str) -> bool:
    for folder in Path("/proc").iterdir():
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            zombie = ") Z " in (folder / "stat").read_text()
        except OSError:
            continue
        if words in line and not zombie:
            return True
    return False


def test_python_in_an_entry_point_is_the_images_own(acme: Cloud, tmp_path: Path) -> None:
    """An image that is run by another Python runs the user's scripts by that one, too."""
    other = tmp_path / "python3.9"
    other.write_text('#!/bin/sh\necho "$@" > /dev/stderr\nexit 9\n')
    other.chmod(0o755)
    address = "111122223333.dkr.ecr.us-east-1.amazonaws.com/old:1"
    acme.images.rules.insert(0, lambda image: Program((str(other),)) if image == address else None)
    put(acme, "in/a.txt", "one")
    request = processing("p-1", "copy")
    request["AppSpecification"] = {"ImageUri": address, "ContainerEntrypoint": ["python3", "a.py"]}
    found = run(acme, "processing", request)
    assert found["FailureReason"] == "AlgorithmError: a.py, exit code: 9"


def test_what_it_prints_is_in_cloudwatch_logs_also_when_it_fails(acme: Cloud) -> None:
    """SageMaker's group and stream: one for each host, by the second in which the job was made."""
    put(acme, "in/a.txt", "one")
    found = run(acme, "processing", processing("p-1", "fail"))
    assert found["ProcessingJobStatus"] == "Failed"
    logs, group = acme.clients.client("logs"), "/aws/sagemaker/ProcessingJobs"
    assert logs.describe_log_groups()["logGroups"] == []  # it printed nothing
    request = processing("p-2")
    request["AppSpecification"]["ContainerEntrypoint"] = [
        "sh",
        "-c",
        "echo one; echo two >&2; exit 3",
    ]
    run(acme, "processing", request)
    (stream,) = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert re.fullmatch(r"p-2/algo-1-\d{10}", stream["logStreamName"])
    told = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    assert [each["message"] for each in told] == ["one", "two"]
