"""A machine that could not be run is refused before it is made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.cfn.problems import RefusedError
from rehearsal.step_functions import check_machine, task_states


def machine(resource: str, **parameters: Any) -> str:
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    return json.dumps({"StartAt": "Work", "States": {"Work": state}})


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:::batch:submitJob.sync",
        "arn:aws:states:::sagemaker:createModel.sync",
        "arn:aws:states:::sagemaker:listModels",
        "arn:aws:states:::aws-sdk:glue:getUnheardOf",
        "arn:aws:states:::aws-sdk:bedrock:invokeModel",
        "arn:aws:lambda:us-east-1:123456789012:function:acme",
    ],
)
def test_an_integration_that_is_not_rehearsed_is_refused_by_name(resource: str) -> None:
    with pytest.raises(RefusedError, match=resource):
        check_machine(machine(resource))


def test_a_parameter_that_the_service_does_not_have_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"'Topic'.*TopicArn"):
        check_machine(machine("arn:aws:states:::sns:publish", Topic="x", Message="y"))


def test_a_parameter_that_the_service_requires_is_missed() -> None:
    with pytest.raises(RefusedError, match="lacks 'Message'"):
        check_machine(machine("arn:aws:states:::sns:publish", TopicArn="x"))


def test_members_deep_inside_are_looked_at() -> None:
    parameters = {"ModelName.$": "$.name", "PrimaryContainer": {"Imag": "x"}}
    with pytest.raises(RefusedError, match="'Imag'"):
        check_machine(machine("arn:aws:states:::sagemaker:createModel", **parameters))


def test_a_machine_that_does_not_hold_together_is_refused() -> None:
    with pytest.raises(RefusedError, match="Invalid State Machine Definition"):
        check_machine('{"StartAt": "A", "States": {"A": {"Type": "Nap"}}}')


def test_tasks_are_found_in_branches_too() -> None:
    inner = json.loads(machine("arn:aws:states:::sns:publish", TopicArn="x", Message="y"))
    both = {"Type": "Parallel", "Branches": [inner], "End": True}
    assert task_states(json.dumps({"StartAt": "Both", "States": {"Both": both}})) == ["Work"]
