"""A deployment that failed leaves the champion where the endpoint is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from registry_stage import Stage, emptied, staged

from open_queue import open_queue
from unchurn.registry.history import champions

EVENT = {
    "detail-type": "CodePipeline Action Execution State Change",
    "source": "aws.codepipeline",
    "detail": {"pipeline": "s-delivery", "execution-id": "commit-1", "stage": "Deploy",
               "state": "FAILED"},
}  # fmt: skip


@pytest.fixture(scope="module")
def aws() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(aws: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Give an account whose stack of the endpoint has a name of its own, and a topic with ears."""
    topic = aws.clients.client("sns").create_topic(Name=f"t-{uuid4()}")["TopicArn"]
    monkeypatch.setenv("TOPIC_ARN", topic)
    monkeypatch.setenv("ENDPOINT_STACK", f"s-{uuid4()}")
    with emptied(aws, f"t-{uuid4()}") as stage:
        yield stage


@pytest.fixture
def heard(stage: Stage) -> str:
    """Return where messages arrive: the address of a queue."""
    url, arn = open_queue(stage.clients.client("sqs"), f"q-{uuid4()}")
    stage.clients.client("sns").subscribe(
        TopicArn=os.environ["TOPIC_ARN"], Protocol="sqs", Endpoint=arn
    )
    return url


def messages(stage: Stage, heard: str) -> list[str]:
    found = stage.clients.client("sqs").receive_message(QueueUrl=heard, MaxNumberOfMessages=10)
    return [json.loads(each["Body"])["Message"] for each in found.get("Messages", [])]


def serve(stage: Stage, model: str) -> None:
    """Make an endpoint of a model, and the stack that names it."""
    sagemaker, name = stage.clients.client("sagemaker"), f"e-{uuid4()}"
    sagemaker.create_model(
        ModelName=model,
        ExecutionRoleArn="arn:aws:iam::123456789012:role/jobs",
        PrimaryContainer={"Image": "image:1"},
    )
    variant = {"VariantName": "AllTraffic", "ModelName": model, "InitialInstanceCount": 1,
               "InstanceType": "ml.m5.large"}  # fmt: skip
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    body = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"EndpointName": {"Value": name}},
    }
    stage.clients.client("cloudformation").create_stack(
        StackName=os.environ["ENDPOINT_STACK"], TemplateBody=json.dumps(body)
    )


def registered(stage: Stage, *runs: str) -> None:
    for run in runs:
        stage.record(run)
        stage.register(run)


def restore(stage: Stage) -> dict[str, Any]:
    return stage.call("restore_champion", **EVENT)


def test_the_champion_goes_back_to_what_is_served_as_a_rollback(stage: Stage, heard: str) -> None:
    runs = [f"run-{uuid4()}"[:20] for _ in range(2)]
    registered(stage, *runs)
    serve(stage, f"s-model-{runs[0]}")
    words = "Version 2 was not deployed; the endpoint still serves version 1."
    assert restore(stage) == {"version": 1, "restored": True, "words": words}
    assert stage.registry.alias("champion") == 1
    move = stage.registry.audit()[-1]
    assert (move.action, move.by, move.version, move.previous) == ("rollback", "the pipeline", 1, 2)
    assert move.reason in words.replace("V", "v")
    assert champions(stage.registry.audit()) == [1], "a rollback after it finds nothing earlier"
    assert messages(stage, heard) == [words]


def test_twice_moves_once_and_tells_once(stage: Stage, heard: str) -> None:
    runs = [f"run-{uuid4()}"[:20] for _ in range(2)]
    registered(stage, *runs)
    serve(stage, f"s-model-{runs[0]}")
    restore(stage)
    before = stage.registry.audit()
    again = restore(stage)
    assert again == {
        "version": 1,
        "restored": False,
        "words": "Version 1 is served and is the champion.",
    }
    assert stage.registry.audit() == before
    assert len(messages(stage, heard)) == 1


def test_further_back_than_the_last_champion_it_is_promoted(stage: Stage) -> None:
    runs = [f"run-{uuid4()}"[:20] for _ in range(3)]
    registered(stage, *runs)
    serve(stage, f"s-model-{runs[0]}")
    assert restore(stage)["restored"]
    assert stage.registry.audit()[-1].action == "promote"
    assert champions(stage.registry.audit()) == [1, 2, 3, 1]


def test_what_undoes_a_rollback_is_a_promotion(stage: Stage) -> None:
    """Version 2 serves; a rollback to 1 moved the alias, and was not deployed."""
    runs = [f"run-{uuid4()}"[:20] for _ in range(2)]
    registered(stage, *runs)
    serve(stage, f"s-model-{runs[1]}")
    stage.registry.rollback("somebody", lambda _: None)
    assert restore(stage)["restored"]
    assert stage.registry.audit()[-1].action == "promote"
    assert champions(stage.registry.audit()) == [1, 2]


def test_without_an_endpoint_nothing_is_moved(stage: Stage) -> None:
    registered(stage, f"run-{uuid4()}"[:20])
    before = stage.registry.audit()
    words = "No endpoint stands to follow."
    assert restore(stage) == {"version": None, "restored": False, "words": words}
    assert stage.registry.audit() == before


def test_a_model_of_no_version_is_named_and_nothing_moved(stage: Stage) -> None:
    registered(stage, f"run-{uuid4()}"[:20])
    serve(stage, model := f"theirs-{uuid4()}")
    with pytest.raises(Exception, match=model) as caught:
        restore(stage)
    assert type(caught.value).__name__ == "NotThere"
    assert stage.registry.alias("champion") == 1
