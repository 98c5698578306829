"""What the server of a cloud leaves behind: nothing, whatever is still being made."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cloud import Setup
from rehearsal.loopback import _forget
from rehearsal.opening import open_cloud

WAITS = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 6000, "End": True}}}


def test_an_execution_that_is_only_beginning_ends_with_its_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine of many states takes its time to begin, on a busy machine seconds."""
    from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

    begin = ExecutionWorker._get_evaluation_entrypoint

    def slowly(self: Any) -> Any:
        time.sleep(0.5)
        return begin(self)

    monkeypatch.setattr(ExecutionWorker, "_get_evaluation_entrypoint", slowly)
    before = set(threading.enumerate())
    with open_cloud(tmp_path / "cloud", setup=Setup(enforce=False)) as opened:
        machines = opened.clients.client("stepfunctions")
        role = "arn:aws:iam::123456789012:role/waits"
        made = machines.create_state_machine(name="w", definition=json.dumps(WAITS), roleArn=role)
        machines.start_execution(stateMachineArn=made["stateMachineArn"])
    for thread in set(threading.enumerate()) - before:
        thread.join(300)  # it ends at once, however busy the machine
    assert not [each for each in set(threading.enumerate()) - before if each.is_alive()]


def test_state_is_lost_although_a_last_thread_adds_to_it() -> None:
    """A dictionary that grows while it is walked through breaks a reset off; it is begun again."""
    state, growing = {"a": 1}, [True, True]

    def reset() -> None:
        for name in state:
            if growing:
                growing.pop()
                state[name + "b"] = 2
        state.clear()

    _forget(reset)
    assert not state


def test_a_reset_that_never_ends_is_an_error() -> None:
    """It is not passed over in silence."""

    def reset() -> None:
        raise RuntimeError("dictionary changed size during iteration")

    with pytest.raises(RuntimeError, match="changed size"):
        _forget(reset)


_OWN_STACK = """
import json
from loopback_aws import loopback_aws
from rehearsal.cfn import api

api._api()
queue = {"Type": "AWS::SQS::Queue"}
with loopback_aws() as clients:
    formation = clients.client("cloudformation")
    formation.create_stack(StackName="own", TemplateBody=json.dumps({"Resources": {"Queue": queue}}))
    print(formation.describe_stacks()["Stacks"][0]["StackStatus"])
"""


def test_moto_makes_stacks_of_its_own_in_a_process_that_opened_a_rehearsal() -> None:
    made = subprocess.run(
        [sys.executable, "-c", _OWN_STACK],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.strip() == "CREATE_COMPLETE"
