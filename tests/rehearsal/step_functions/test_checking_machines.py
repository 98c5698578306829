"""A machine that could not be run is refused before it is made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.cfn.problems import RefusedError
from rehearsal.step_functions import check_machine, task_states
from rehearsal.step_functions.absent_services import ABSENT
from rehearsal.step_functions.checking import absences


def machine(resource: str, **parameters: Any) -> str:
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    return json.dumps({"StartAt": "Work", "States": {"Work": state}})


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::dynamodb:putItem.waitForTaskToken",
        "arn:aws:states:::batch:submitJobs",
        "arn:aws:states:::http:invoke.sync:2",
        "arn:aws:states:::aws-sdk:http:invoke",
        "arn:aws:states:::aws-sdk:emr-containers:startJobRun",
        "arn:aws:states:::sagemaker:createModel.sync",
        "arn:aws:states:::sagemaker:listModels",
        "arn:aws:states:::aws-sdk:glue:getUnheardOf",
        "arn:aws:states:::aws-sdk:bedrock:invokeModel",
        "arn:aws:states:::aws-sdk:ssm:sendCommand",
        "arn:aws:states:::aws-sdk:lookoutvision:detectAnomalies",
        "arn:aws:lambda:acme",
    ],
)
def test_an_integration_that_is_not_rehearsed_is_refused_by_name(resource: str) -> None:
    with pytest.raises(RefusedError, match=resource):
        check_machine(machine(resource))


def test_a_service_that_botocore_no_longer_knows_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whichever of those that are absent here AWS gives up next."""
    monkeypatch.setitem(ABSENT, "givenup", "it is not here")
    called = "arn:aws:states:::aws-sdk:givenup:detectAnomalies"
    with pytest.raises(RefusedError, match=called):
        check_machine(machine(called))


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::batch:submitJob.sync",
        "arn:aws:states:::apigateway:invoke.waitForTaskToken",
        "arn:aws:states:::aws-sdk:bedrockruntime:converse",
    ],
)
def test_what_aws_has_and_cannot_be_here_is_taken_and_said(resource: str) -> None:
    taken = machine(resource, **({"ModelId": "x"} if "converse" in resource else {}))
    check_machine(taken)
    (said,) = absences(taken)
    assert said.startswith(f"machines: a state that uses {resource} fails when it is reached: ")


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("arn:aws:states:::sns:publish", r"'Topic'.*TopicArn"),
        ("arn:aws:states:::aws-sdk:rekognition:detectLabels", r"'Topic'.*MaxLabels"),
    ],
)
def test_a_parameter_that_the_service_does_not_have_is_refused(resource: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        check_machine(machine(resource, Topic="x", Message="y"))


def test_a_parameter_that_the_service_requires_is_missed() -> None:
    with pytest.raises(RefusedError, match="lacks 'Message'"):
        check_machine(machine("arn:aws:states:::sns:publish", TopicArn="x"))


def test_members_deep_inside_are_looked_at() -> None:
    parameters = {"ModelName.$": "$.name", "PrimaryContainer": {"Imag": "x"}}
    with pytest.raises(RefusedError, match="'Imag'"):
        check_machine(machine("arn:aws:states:::sagemaker:createModel", **parameters))


def test_every_reason_is_given_at_once_with_its_states() -> None:
    clusters = "arn:aws:states:::batch:submitJobs"
    states = {
        "One": {"Type": "Task", "Resource": clusters, "Next": "Two"},
        "Two": {"Type": "Task", "Resource": clusters, "Next": "Three"},
        "Three": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True},
    }
    with pytest.raises(RefusedError) as refused:
        check_machine(json.dumps({"StartAt": "One", "States": states}))
    assert (
        "the states 'One', 'Two' use 'arn:aws:states:::batch:submitJobs': which the rehearsal"
        in str(refused.value)
    )
    assert "the state 'Three' lacks 'Message'" in str(refused.value)


PASS: dict[str, Any] = {"Type": "Pass", "End": True}


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"A": {"Type": "Pass", "Next": "B"}}, "'A' goes on to 'B', which does not exist"),
        ({"A": PASS, "B": PASS}, "nothing leads to 'B'"),
        ({"A": {"Type": "Pass"}}, "'A' needs one of 'Next' and 'End'"),
        ({"A": {"Type": "Succeed", "End": True}}, "'A' is a Succeed and cannot have 'End'"),
        ({"B": PASS}, "it starts at 'A', which does not exist"),
        ({"A": {}}, "the state 'A' has no Type"),
        ({"A": {"Type": "Task", "End": True}}, "the state 'A' has no Resource"),
        ({}, "it has no States"),
        ({"A" * 81: PASS}, "longer than 80"),
        ({"A": PASS | {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": PASS}}]}}, "more than one state 'A'"),
        ({"A": PASS | {"Type": "Parallel", "Branches": [{"StartAt": "C", "States": {"B": PASS}}]}}, "starts at 'C'"),
        ({"A": PASS | {"Retry": [{"ErrorEquals": ["States.ALL", "X"]}]}}, "alone and last"),
        ({"A": PASS | {"Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"]}]}}, "alone and last"),
        ({"A": PASS | {"Retry": [{"ErrorEquals": []}]}}, "without ErrorEquals"),
    ],
)  # fmt: skip
def test_states_that_do_not_hang_together_are_refused(states: Any, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        check_machine(json.dumps({"StartAt": "A", "States": states}))


def test_a_resource_that_is_not_known_while_changes_are_planned_is_let_through() -> None:
    check_machine(machine("<known when it is made Judge.Arn>"))


def test_a_machine_that_does_not_hold_together_is_refused() -> None:
    with pytest.raises(RefusedError, match="Invalid State Machine Definition"):
        check_machine('{"StartAt": "A", "States": {"A": {"Type": "Nap"}}}')


def test_tasks_are_found_in_branches_too() -> None:
    inner = json.loads(machine("arn:aws:states:::sns:publish", TopicArn="x", Message="y"))
    both = {"Type": "Parallel", "Branches": [inner], "End": True}
    assert task_states(json.dumps({"StartAt": "Both", "States": {"Both": both}})) == ["Work"]
