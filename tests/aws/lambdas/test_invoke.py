"""Starting the machines: any payload does, names are checked, a name is used once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Account = Callable[[str], Any]
Function = Callable[[str], Callable[[Any], Any]]
DEFINITION = '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
both = pytest.mark.parametrize("name", ["invoke_training", "invoke_inference"])


@pytest.fixture(scope="module", autouse=True)
def machines(account: Account) -> Iterator[Any]:
    """Step Functions with a machine that is done at once."""
    made = account("stepfunctions").create_state_machine(
        name="machine", definition=DEFINITION, roleArn="arn:aws:iam::123456789012:role/machine"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_MACHINE_ARN", made["stateMachineArn"])
        yield account("stepfunctions")


def input_of(machines: Any, execution: str) -> Any:
    return json.loads(machines.describe_execution(executionArn=execution)["input"])


@both
@pytest.mark.parametrize(
    "event", [{"": ""}, {}, None, [], "x", {"Records": [{"s3": {}}]}, {"name": ""}]
)
def test_any_payload_starts_a_run(function: Function, machines: Any, name: str, event: Any) -> None:
    """The origin's payload, none, and what schedules and notifications send."""
    answer = function(name)(event)
    assert answer["statusCode"] == 200
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{6}", answer["executionArn"].rpartition(":")[2])
    assert input_of(machines, answer["executionArn"]) == {}


def test_a_run_and_its_names_may_be_given(function: Function, machines: Any) -> None:
    names = {"TrainingJobName": "my-training", "ModelName": "my-model", "Data": "bucket"}
    answer = function("invoke_training")({"name": "my-run", "other": 1, **names})
    assert answer["executionArn"].endswith(":my-run")
    assert input_of(machines, answer["executionArn"]) == names


def test_a_scoring_trains_nothing(function: Function, machines: Any) -> None:
    answer = function("invoke_inference")({"TrainingJobName": "my-training"})
    assert input_of(machines, answer["executionArn"]) == {}


def test_the_day_of_a_history_may_be_given(function: Function, machines: Any) -> None:
    given = {"AsOf": "2027-03-01", "Data": "bucket"}
    answer = function("invoke_inference")(given)
    assert input_of(machines, answer["executionArn"]) == given


@both
@pytest.mark.parametrize("run", ["a b", "-a", "a-", "a--b", "x" * 31, "a_b", "ä", 7, ["a"], "a/b"])
def test_a_name_that_jobs_cannot_carry_is_refused(function: Function, name: str, run: Any) -> None:
    with pytest.raises(Exception, match="name is") as raised:
        function(name)({"name": run})
    assert type(raised.value).__name__ == "BadInput"


@pytest.mark.parametrize("key", ["TrainingJobName", "ModelName"])
def test_a_name_that_sagemaker_refuses_is_refused_at_once(function: Function, key: str) -> None:
    with pytest.raises(Exception, match=f"{key} is 'a_b'"):
        function("invoke_training")({key: "a_b"})


@both
@pytest.mark.parametrize("data", ["Bucket", "customers.csv", ["bucket"], 1])
def test_data_that_no_machine_knows_is_refused(function: Function, name: str, data: Any) -> None:
    """It would have been passed over, and other customers taken."""
    with pytest.raises(Exception, match=r"Data is .*; it may be 'bucket'") as raised:
        function(name)({"Data": data})
    assert type(raised.value).__name__ == "BadInput"


@both
def test_a_run_has_its_name_alone(
    function: Function, machines: Any, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arn = function(name)({"name": f"once-{name[-5:]}"})["executionArn"]
    machines.stop_execution(executionArn=arn)
    with pytest.raises(Exception, match=r"There was a run 'once-.*' before"):
        function(name)({"name": f"once-{name[-5:]}"})
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["outcome"], line["error"], line["request"]) == ("failed", "BadInput", "request-1")
