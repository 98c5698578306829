"""Trainings on Spot: checkpoints in S3 and back, instances taken away, requests that AWS refuses."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from job_requests import BUCKET, CLUSTER, get, keys, put, run, training, tuning

from rehearsal.cloud import Cloud, Setup
from rehearsal.images import Program
from rehearsal.opening import open_cloud

URI = f"s3://{BUCKET}/runs/r1/checkpoints/"
SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60},
}
KEEPS = {"CheckpointConfig": {"S3Uri": URI}}
GOES_ON = (
    "cd ${SAGEMAKER_BASE_DIR:-/opt/ml};"
    " trap 'echo SIGTERM; echo last > checkpoints/last; exit 143' TERM;"
    " echo begun >> checkpoints/begun; ls checkpoints input/data/prepared output; n=0;"
    " while [ $n -lt 300 ] && [ $(wc -l < checkpoints/begun) -lt 2 ]; do sleep 0.1; n=$((n+1)); done;"
    " cp checkpoints/begun model/begun"
)
"""Writes down in its checkpoints that it has begun; waits to be interrupted the first time."""
LIFE = ["Starting", "Downloading", "Training"]


def asked(name: str, script: str, **more: Any) -> dict[str, Any]:
    request = training(name) | more
    image = request["AlgorithmSpecification"]
    request["AlgorithmSpecification"] = image | {
        "ContainerEntrypoint": ["sh", "-c"],
        "ContainerArguments": ['eval "$SCRIPT"'],
    }
    return request | {"Environment": {"SCRIPT": script}}


def statuses(found: dict[str, Any]) -> list[str]:
    return [each["Status"] for each in found["SecondaryStatusTransitions"]]


def test_an_interrupted_training_goes_on_from_its_checkpoints(acme: Cloud) -> None:
    """On an instance that has nothing else of it; SIGTERM lets it write a last one."""
    put(acme, "in/a.txt", "rows")
    acme.faults.add("t-1", "interrupted", 1)
    found = run(acme, "training", asked("t-1", GOES_ON, **SPOT, **KEEPS))
    assert found["TrainingJobStatus"] == "Completed", found.get("FailureReason")
    assert statuses(found) == [*LIFE, "Interrupted", *LIFE, "Uploading", "Completed"]
    assert found["EnableManagedSpotTraining"] is True
    assert 0 < found["BillableTimeInSeconds"] <= found["TrainingTimeInSeconds"]
    assert get(acme, "runs/r1/checkpoints/begun") == b"begun\nbegun\n"
    assert get(acme, "runs/r1/checkpoints/last") == b"last\n"
    assert any("Spot capacity" in words for words in acme.journal.unproven)
    logs = acme.clients.client("logs")
    group = {"logGroupName": "/aws/sagemaker/TrainingJobs"}
    stream = logs.describe_log_streams(**group)["logStreams"][0]["logStreamName"]
    said = [e["message"] for e in logs.get_log_events(**group, logStreamName=stream)["events"]]
    assert said.count("SIGTERM") == 1 and said.count("a.txt") == 2


def test_without_the_fault_it_is_not_interrupted(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    found = run(acme, "training", training("t-1") | SPOT)
    assert statuses(found) == [*LIFE, "Uploading", "Completed"]


def test_without_a_place_for_checkpoints_it_begins_anew(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    acme.faults.add("t-1", "interrupted", 2)
    found = run(acme, "training", training("t-1") | SPOT)
    assert found["TrainingJobStatus"] == "Completed"
    assert statuses(found).count("Interrupted") == 2
    assert keys(acme, "runs/") == []


def test_one_on_demand_is_not_interrupted_and_that_is_said(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    acme.faults.add("t-1", "interrupted", 1)
    found = run(acme, "training", training("t-1"))
    assert "Interrupted" not in statuses(found)
    assert found["EnableManagedSpotTraining"] is False
    assert any("runs on demand" in words for words in acme.journal.unproven)


def test_checkpoints_of_before_are_there_and_new_ones_are_stored_while_it_runs(acme: Cloud) -> None:
    """Of every host, on demand too; what is deleted there is deleted in S3."""
    put(acme, "in/a.txt", "rows")
    put(acme, "runs/r1/checkpoints/deep/old", "old")
    put(acme, "runs/r1/checkpoints-of-another", "other")
    script = (
        "cd ${SAGEMAKER_BASE_DIR:-/opt/ml}; mv kept/deep/old kept/deep/new; echo 1 > kept/$$;"
        " cp input/config/checkpointconfig.json kept/told; while ! [ -f kept/end ]; do sleep 0.05;"
        " [ $(ls kept | wc -l) -gt 3 ] && exit 3; n=$((n+1)); [ $n -gt 40 ] && exit; done"
    )
    keeps = {"S3Uri": URI, "LocalPath": "/opt/ml/kept"}
    acme.clients.client("sagemaker").create_training_job(
        **asked("t-1", script, CheckpointConfig=keeps)
    )
    until = time.monotonic() + 60
    while len(keys(acme, "runs/r1/checkpoints/")) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    assert acme.clients.client("sagemaker").describe_training_job(
        TrainingJobName="t-1"
    )["TrainingJobStatus"] == "InProgress"  # fmt: skip
    assert "runs/r1/checkpoints/deep/new" in keys(acme, "runs/r1/checkpoints/")
    assert "runs/r1/checkpoints/deep/old" not in keys(acme, "runs/r1/checkpoints/")
    assert json.loads(get(acme, "runs/r1/checkpoints/told")) == keeps
    assert get(acme, "runs/r1/checkpoints-of-another") == b"other"


def test_a_place_outside_what_is_rehearsed_is_refused(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    elsewhere = {"S3Uri": URI, "LocalPath": "/mnt/kept"}
    found = run(acme, "training", training("t-1") | {"CheckpointConfig": elsewhere})
    assert found["FailureReason"] == "InternalServerError: /mnt/kept is not below /opt/ml."


REFUSED = [
    (True, {"MaxRuntimeInSeconds": 60}, "must be present and be greater than or equal"),
    (True, {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 59}, "greater than or equal to"),
    (True, {"MaxWaitTimeInSeconds": 3600}, "greater than or equal to"),
    (False, {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60}, "It is only supported when"),
]


@pytest.mark.parametrize(("spot", "limits", "words"), REFUSED)
def test_a_wait_that_does_not_suit_is_refused(
    acme: Cloud, spot: bool, limits: dict[str, int], words: str
) -> None:
    """A day is what a job may run where nothing is said; trials are held to the same."""
    sagemaker = acme.clients.client("sagemaker")
    more = {"EnableManagedSpotTraining": spot, "StoppingCondition": limits}
    with pytest.raises(sagemaker.exceptions.ClientError, match=words) as told:
        sagemaker.create_training_job(**(training("t-1") | more))
    assert told.value.response["Error"]["Code"] == "ValidationException"
    request = tuning("u-1", {})
    request["TrainingJobDefinition"] |= more
    with pytest.raises(sagemaker.exceptions.ClientError, match=words):
        sagemaker.create_hyper_parameter_tuning_job(**request)


def test_a_trial_on_spot_is_interrupted_and_goes_on(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    eta = {"Name": "eta", "MinValue": "0.1", "MaxValue": "0.3"}
    request = tuning("u-1", {"ContinuousParameterRanges": [eta]})
    request["TrainingJobDefinition"] |= SPOT
    acme.faults.add("u-1", "interrupted", 1)
    found = run(acme, "hyper_parameter_tuning", request)
    assert found["HyperParameterTuningJobStatus"] == "Completed"
    sagemaker = acme.clients.client("sagemaker")
    names = [e["TrainingJobName"] for e in sagemaker.list_training_jobs()["TrainingJobSummaries"]]
    trials = [sagemaker.describe_training_job(TrainingJobName=name) for name in names]
    assert len(trials) == 4
    assert sum(statuses(trial).count("Interrupted") for trial in trials) == 1


def test_every_instance_of_several_is_taken_and_has_what_all_have_kept(tmp_path: Path) -> None:
    script = (
        "cd ${SAGEMAKER_BASE_DIR:-/opt/ml};"
        " me=$(grep -o 'current_host.: .algo-.' input/config/resourceconfig.json | tail -c 7);"
        " ls checkpoints > model/$me; echo 1 >> checkpoints/$me;"
        " [ $(wc -l < checkpoints/$me) -gt 1 ] || sleep 30"
    )
    request = asked("t-1", script, **SPOT, **KEEPS)
    request["ResourceConfig"] = CLUSTER | {"InstanceCount": 2}
    image = Program(("sh", "-c"), several_hosts=True)
    with open_cloud(tmp_path, setup=Setup(images=[lambda _: image], enforce=False)) as cloud:
        cloud.clients.client("s3").create_bucket(Bucket=BUCKET)
        put(cloud, "in/a.txt", "rows")
        for n in (1, 2):
            put(cloud, f"runs/r1/checkpoints/algo-{n}", "")
        cloud.faults.add("t-1", "interrupted", 1)
        found = run(cloud, "training", request)
        assert found["TrainingJobStatus"] == "Completed", found.get("FailureReason")
        assert statuses(found).count("Interrupted") == 1
        for n in (1, 2):
            assert get(cloud, f"runs/r1/checkpoints/algo-{n}") == b"1\n1\n"
