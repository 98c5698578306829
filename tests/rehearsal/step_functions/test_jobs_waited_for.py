"""A task that runs a job waits for its end, and its failure is the job's own description."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import pytest
from job_requests import processing, put
from small_stack import Ran, finished

from rehearsal.cloud import Cloud
from rehearsal.faults import Kind

ROLE = "arn:aws:iam::123456789012:role/acme-workflow"


def run(cloud: Cloud, *words: str, name: str = "acme-copy", seconds: int = 60) -> Ran:
    """Run a machine with one state, Copy, that asks the small door for `words`."""
    put(cloud, "in/a.txt", "a")
    request = processing(name, *words)
    state: dict[str, Any] = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
        "Parameters": request,
        "TimeoutSeconds": seconds,
        "End": True,
    }
    machines = cloud.clients.client("stepfunctions")
    machine = machines.create_state_machine(
        name=f"acme-{uuid4().hex[:6]}",
        roleArn=ROLE,
        definition=json.dumps({"StartAt": "Copy", "States": {"Copy": state}}),
    )
    started = machines.start_execution(stateMachineArn=machine["stateMachineArn"])
    return finished(cloud, started["executionArn"])


def test_the_state_gets_the_description_with_plain_times(acme: Cloud) -> None:
    ran = run(acme, "copy")
    assert ran.status == "SUCCEEDED", ran.cause
    kinds = [event["type"] for event in ran.events]
    assert kinds.index("TaskSubmitted") < kinds.index("TaskSucceeded")
    output = json.loads(ran.events[-1]["executionSucceededEventDetails"]["output"])
    assert output["ProcessingJobStatus"] == "Completed"
    assert isinstance(output["CreationTime"], int)


def test_a_failed_job_fails_its_state_with_its_reason(acme: Cloud) -> None:
    ran = run(acme, "fail")
    assert (ran.status, ran.error) == ("FAILED", "States.TaskFailed")
    cause = json.loads(ran.cause)
    assert cause["ProcessingJobStatus"] == "Failed"
    assert "the table has no rows" in cause["FailureReason"]


def test_a_state_that_outlives_its_time_has_its_job_stopped(acme: Cloud) -> None:
    ran = run(acme, "sleep", "60", seconds=2)
    assert ran.error == "States.Timeout"
    until = time.monotonic() + 3600
    while status(acme, "acme-copy") == "InProgress" and time.monotonic() < until:
        time.sleep(0.05)
    assert status(acme, "acme-copy") == "Stopped"


def status(cloud: Cloud, job: str) -> str:
    found = cloud.clients.client("sagemaker").describe_processing_job(ProcessingJobName=job)
    return str(found["ProcessingJobStatus"])


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("fails", "States.TaskFailed", "exit code: 1"),
        ("data-missing", "States.TaskFailed", "No S3 objects found"),
        ("throttled", "SageMaker.AmazonSageMakerException", "Rate exceeded"),
        ("times-out", "States.Timeout", ""),
    ],
)
def test_a_fault_is_handed_to_the_job_or_made_for_it(
    acme: Cloud, kind: Kind, error: str, words: str
) -> None:
    acme.faults.add("Copy", kind, 1)
    ran = run(acme, "copy")
    assert (ran.status, ran.error) == ("FAILED", error)
    assert words in ran.cause


def test_a_second_job_of_the_same_name_is_refused_by_the_service(acme: Cloud) -> None:
    run(acme, "copy")
    assert run(acme, "copy").error == "SageMaker.ResourceInUseException"
