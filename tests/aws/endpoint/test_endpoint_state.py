"""What is told of an endpoint, what it is deployed with, and how it goes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from endpoint_stage import CANARY, EndpointStage

from unchurn.aws.bundles import pack
from unchurn.aws.destroy import destroy, stand
from unchurn.aws.endpoint.invocation import CSV, JSON, ask
from unchurn.aws.endpoint.moving import NotServedError
from unchurn.aws.endpoint.parameters import endpoint_values
from unchurn.aws.endpoint.state import EndpointState, read_state
from unchurn.aws.failure import AwsError
from unchurn.aws.layout import RunLayout
from unchurn.aws.plan import planned_changes
from unchurn.aws.stack_state import failures
from unchurn.aws.templates import read_templates
from unchurn.errors import ConfigError, DataError

pytestmark = pytest.mark.slow
STACK = "acme-deploy-model"


def told(stage: EndpointStage) -> EndpointState:
    return read_state(stage.clients, stage.deployment, stage.registry)


def test_without_an_endpoint_the_state_says_how_to_get_one(stage: EndpointStage) -> None:
    state = told(stage)
    assert (state.live, state.stack_status, state.alarms) == (None, None, {})
    assert "unchurn aws endpoint deploy" in state.words


def test_an_endpoint_that_serves_another_than_the_champion_says_so(stage: EndpointStage) -> None:
    one, two = stage.version("a-one"), stage.version("a-two")
    stage.mover().deploy(one)
    document = told(stage).document()
    assert document["serves_champion"] is True
    assert (document["version"], document["model"]) == (one, "acme-model-a-one")
    assert set(document["alarms"].values()) <= {"OK", "INSUFFICIENT_DATA"}
    assert len(document["alarms"]) == 3
    stage.registry.promote(two, "ada", "", bool)
    state = told(stage)
    assert state.document()["serves_champion"] is False
    assert state.words.startswith(f"Version {one} serves, but version {two} is the champion.")


def test_failures_of_the_past_can_be_read_and_are_not_taken_for_the_latest(
    stage: EndpointStage,
) -> None:
    good, dead = stage.version("b-good"), stage.version("b-dead", starts=False)
    stage.mover().deploy(good)
    with pytest.raises(NotServedError):
        stage.mover().deploy(dead)
    assert "Endpoint: " in failures(stage.clients, STACK)
    stage.mover().deploy(stage.version("b-better"))
    assert failures(stage.clients, STACK) == "CloudFormation gave no reason."
    past = told(stage).failures
    assert [each["resource"] for each in past] == ["Endpoint"]
    assert past[0]["at"]


def test_the_parameters_are_the_runs_but_for_size_and_care(stage: EndpointStage) -> None:
    stage.version("c-run")
    stage.set("instances = 3\nbake_seconds = 90", 'endpoint_instance = "ml.m5.large"')
    values = endpoint_values(stage.clients, stage.deployment, "c-run")
    assert values["ModelName"] == "acme-model-c-run"
    assert values["RoleArn"] == stage.outputs["SageMakerRoleArn"]
    assert (values["InstanceType"], values["InstanceCount"]) == ("ml.m5.large", "3")
    assert (values["BakeSeconds"], values["Guarded"]) == ("90", "false")
    assert values["Bucket"] == stage.outputs["Bucket"]


def test_a_run_that_left_no_parameters_or_broken_ones_is_refused(stage: EndpointStage) -> None:
    with pytest.raises(ConfigError, match="left no parameters"):
        endpoint_values(stage.clients, stage.deployment, "never-ran")
    s3, bucket = stage.clients.client("s3"), stage.outputs["Bucket"]
    for body in (b"", b"[]", b'{"Parameters": {"ModelName": "m"}}'):
        s3.put_object(Bucket=bucket, Key=RunLayout("broken").parameters, Body=body)
        with pytest.raises(AwsError, match="not what a training writes"):
            endpoint_values(stage.clients, stage.deployment, "broken")


def test_what_is_asked_reaches_the_server_and_what_it_refuses_is_the_callers(
    stage: EndpointStage,
) -> None:
    stage.mover().deploy(stage.version("d-run"))

    def asking(body: bytes) -> dict[str, str]:
        answer = ask(
            stage.clients, stage.deployment, stage.registry, (body, CSV), JSON, "reasons=all"
        )
        return dict(answer.document()["answer"])

    answer = asking(b"a,b\n1,2\n")
    assert (answer["Content-Type"], answer["Accept"], answer["asked"]) == (CSV, JSON, "reasons=all")
    with pytest.raises(DataError, match="row 7 has no id") as caught:
        asking(b"bad")
    assert caught.value.hint == "Give it one."
    unwatched = replace(stage.mover(), watched=False)
    unwatched.deploy(stage.version("d-broken", status=500))
    with pytest.raises(AwsError, match="The endpoint failed"):
        asking(b"a,b\n1,2\n")


def test_scaling_and_capture_come_and_go(stage: EndpointStage) -> None:
    large = 'endpoint_instance = "ml.m5.large"'
    stage.set(f"{CANARY}\nmax_instances = 4\ncapture_percent = 100", large)
    version = stage.version("e-run")
    stage.mover().deploy(version)
    scaling = stage.clients.client("application-autoscaling")
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 4)
    stage.set(CANARY, large)
    stage.mover().deploy()
    left = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert left == []
    assert stage.serves == version


def test_a_plan_tells_of_the_endpoint_and_destroying_takes_it_first(stage: EndpointStage) -> None:
    stage.mover().deploy(stage.version("z-run"))
    packed = stage.deployment.with_values(pack().values)
    changes = planned_changes(stage.clients, packed, read_templates())
    assert changes is not None
    assert changes[-1].startswith(f"{STACK}: CREATE_COMPLETE; changed by unchurn aws endpoint")
    standing = stand(stage.clients, stage.deployment)
    assert STACK in standing.found.names("stack")
    notes: list[str] = []
    stage.progress.note = notes.append  # type: ignore[method-assign]
    gone = destroy(stage.clients, stage.deployment, standing, False, stage.progress)
    assert {each["kind"] for each in gone["left"]} == {"bucket"}
    deleted = [note for note in notes if note.endswith(": deleted")]
    assert deleted[0] == f"{STACK}: deleted"
    assert stage.clients.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert stage.clients.client("sagemaker").list_endpoint_configs()["EndpointConfigs"] == []
