"""Rules hear what AWS's services tell of themselves, and match what EventBridge would."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from job_requests import BUCKET, IMAGE, ROLE, processing, put, run, training
from small_endpoints import configure, save_model
from small_listener import waited

from open_queue import open_queue
from rehearsal.cloud import Cloud
from rehearsal.event_rules import untold


class Heard:
    """A rule on one source, and what its queue got."""

    def __init__(self, cloud: Cloud, source: str, **pattern: Any) -> None:
        self._sqs = cloud.clients.client("sqs")
        self._url, arn = open_queue(self._sqs, "heard")
        events = cloud.clients.client("events")
        events.put_rule(Name="heard", EventPattern=json.dumps({"source": [source]} | pattern))
        events.put_targets(Rule="heard", Targets=[{"Id": "queue", "Arn": arn}])
        self._events: list[dict[str, Any]] = []

    def details(self, kind: str, number: int) -> list[dict[str, Any]]:
        """Wait for so many events of a kind; return their details."""

        def found() -> list[dict[str, Any]]:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            self._events += [json.loads(each["Body"]) for each in answer.get("Messages", ())]
            told = [each["detail"] for each in self._events if each["detail-type"] == kind]
            return told if len(told) >= number else []

        return waited(found, f"no {number} events {kind!r}")


def test_a_model_package_that_is_approved_starts_what_its_rule_says(acme: Cloud) -> None:
    """The template of every deployment by approval: SageMaker's developer guide, Model package state change."""
    approved = {"ModelApprovalStatus": ["Approved"], "ModelPackageGroupName": ["acme"]}
    heard = Heard(acme, "aws.sagemaker", detail=approved)
    sagemaker = acme.clients.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="acme")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="acme",
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    (told,) = heard.details("SageMaker Model Package State Change", 1)
    assert (told["ModelPackageArn"], told["ModelPackageVersion"]) == (arn, 1)
    assert told["ModelPackageStatus"] == "Completed"
    assert told["InferenceSpecification"]["Containers"][0]["Image"] == IMAGE
    assert told["CreationTime"].endswith("Z")


def test_jobs_tell_that_they_begin_and_how_they_end(acme: Cloud) -> None:
    heard = Heard(acme, "aws.sagemaker")
    put(acme, "in/a.txt", "rows")
    tags = [{"Key": "team", "Value": "churn"}]
    run(acme, "training", training("t-1", eta="0.25") | {"Tags": tags})
    first, last = heard.details("SageMaker Training Job State Change", 2)
    assert (first["TrainingJobStatus"], last["TrainingJobStatus"]) == ("InProgress", "Completed")
    assert last["HyperParameters"]["eta"] == "0.25"
    assert (last["Tags"], isinstance(last["CreationTime"], int)) == ({"team": "churn"}, True)
    run(acme, "processing", processing("p-1", "fail"))
    _, failed = heard.details("SageMaker Processing Job State Change", 2)
    assert failed["ProcessingJobStatus"] == "Failed"
    assert "the table has no rows" in failed["FailureReason"]


def test_an_endpoint_tells_of_itself_in_the_words_of_events(acme: Cloud) -> None:
    heard = Heard(acme, "aws.sagemaker", detail={"EndpointStatus": ["IN_SERVICE"]})
    save_model(acme, "one")
    configure(acme, "c-1", "one", InitialInstanceCount=1)
    acme.clients.client("sagemaker").create_endpoint(EndpointName="e-1", EndpointConfigName="c-1")
    (told,) = heard.details("SageMaker Endpoint State Change", 1)
    assert (told["EndpointName"], told["EndpointConfigName"]) == ("e-1", "c-1")
    assert told["ProductionVariants"][0]["DesiredInstanceCount"] == 1


def test_an_execution_of_a_standard_machine_tells_that_it_begins_and_how_it_ends(
    acme: Cloud,
) -> None:
    heard = Heard(acme, "aws.states")
    states = {"Fail": {"Type": "Fail", "Error": "Enough", "Cause": "late"}}
    definition = json.dumps({"StartAt": "Fail", "States": states})
    machines = acme.clients.client("stepfunctions")
    made = {"roleArn": ROLE, "definition": definition}
    for kind in ("EXPRESS", "STANDARD"):
        machine = machines.create_state_machine(name=f"acme-{kind}", type=kind, **made)
        asked = {"stateMachineArn": machine["stateMachineArn"], "input": '{"n":1}'}
        arn = machines.start_execution(**asked)["executionArn"]
    told = heard.details("Step Functions Execution Status Change", 2)
    last = told[-1]
    assert [each["status"] for each in told] == ["RUNNING", "FAILED"]
    assert {each["executionArn"] for each in told} == {arn}  # nothing of the Express one
    assert (last["executionArn"], last["input"], last["output"]) == (arn, '{"n":1}', None)
    assert (last["error"], last["cause"]) == ("Enough", "late")
    assert last["startDate"] <= last["stopDate"]


def _job(cloud: Cloud) -> dict[str, Any]:
    put(cloud, "code/shell.py", "print('done')")
    glue, script = cloud.clients.client("glue"), f"s3://{BUCKET}/code/shell.py"
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": script}
    glue.create_job(Name="acme-shell", Role=ROLE, Command=command)
    run = glue.start_job_run(JobName="acme-shell")["JobRunId"]
    return {"jobName": "acme-shell", "severity": "INFO", "state": "SUCCEEDED", "jobRunId": run}


def _crawl(cloud: Cloud) -> dict[str, Any]:
    glue = cloud.clients.client("glue")
    glue.create_database(DatabaseInput={"Name": "acme-db"})
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/data/"}]}
    glue.create_crawler(Name="acme", Role=ROLE, DatabaseName="acme-db", Targets=targets)
    glue.start_crawler(Name="acme")
    return {"crawlerName": "acme", "state": "Succeeded", "message": "Crawler Succeeded"}


def _build(cloud: Cloud) -> dict[str, Any]:
    spec = "version: 0.2\nphases: {build: {commands: ['true']}}"
    client = cloud.clients.client("codebuild")
    client.create_project(
        name="acme",
        source={"type": "NO_SOURCE", "location": "no_source", "buildspec": spec},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "standard",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=ROLE,
    )
    build = client.start_build(projectName="acme")["build"]
    return {"project-name": "acme", "build-status": "SUCCEEDED", "build-id": build["arn"]}


@pytest.mark.parametrize(
    ("source", "kind", "number", "begun"),
    [
        ("aws.glue", "Glue Job State Change", 1, _job),
        ("aws.glue", "Glue Crawler State Change", 2, _crawl),
        ("aws.codebuild", "CodeBuild Build State Change", 2, _build),
    ],
)
def test_jobs_crawlers_and_builds_tell_how_they_end(
    acme: Cloud, source: str, kind: str, number: int, begun: Callable[[Cloud], dict[str, Any]]
) -> None:
    heard = Heard(acme, source)
    expected = begun(acme)
    last = heard.details(kind, number)[-1]
    assert {name: last[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("wanted", "good"),
    [
        ({"items": {"sku": ["a"]}}, True),
        ({"items": {"sku": ["c"]}}, False),
        ({"items": {"sku": ["a"], "n": [2]}}, False),  # of two different objects
        ({"items": {"sku": ["b"], "n": [2]}}, True),
        ({"items": {"sku": [{"prefix": "b"}], "size": [{"exists": False}]}}, True),
        ({"items": {"sku": [{"exists": False}]}}, False),
        ({"none": {"sku": [{"exists": False}]}}, True),
        ({"$or": [{"items": {"n": [9]}}, {"items": {"n": [1]}}]}, True),
        ({"words": ["x"]}, True),
        ({"words": ["z"]}, False),
    ],
)
def test_a_pattern_reaches_into_lists_of_objects(
    acme: Cloud, wanted: dict[str, Any], good: bool
) -> None:
    """User guide, Arrays in event patterns: one object of the list has to match it all."""
    from moto.events.models import EventPattern

    detail = {"items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}], "words": ["x", "y"]}
    pattern = EventPattern.load(json.dumps({"detail": wanted}))
    assert pattern.matches_event({"source": "acme", "detail": detail}) is good


def test_a_rule_that_waits_for_what_nobody_tells_is_told_of(acme: Cloud) -> None:
    pattern = {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}
    acme.clients.client("events").put_rule(Name="push", EventPattern=json.dumps(pattern))
    assert any("no event of aws.ecr is told here" in each for each in acme.journal.unproven)
    assert untold({"source": ["aws.s3"], "detail-type": ["Object Created"]}) == []
    assert untold({"source": ["aws.glue", "acme"]}) == []
    kinds = ["Glue Job State Change", "Glue Data Catalog Table State Change"]
    (said,) = untold({"source": ["aws.glue"], "detail-type": kinds})
    assert "Glue Data Catalog Table State Change" in said
