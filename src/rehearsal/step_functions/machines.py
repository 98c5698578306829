"""Machines as the API makes, changes and starts them: checked like those of a stack, Express too."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from rehearsal.cfn.problems import RefusedError
from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, added, around
from rehearsal.permissions.actions import Place
from rehearsal.permissions.machines import check_role
from rehearsal.step_functions.checking import absences, check_machine
from rehearsal.step_functions.data_flow import LARGEST
from rehearsal.step_functions.maps import EXPRESS, hurried
from rehearsal.step_functions.notices import tell_ended

SYNCHRONOUS = 300.0
"""The longest that an Express machine runs, in seconds."""


def patches(cloud: Cloud) -> list[Patch]:
    """Return what checks machines and inputs, and runs Express machines while the caller waits."""
    from moto.stepfunctions.parser.backend.execution import (
        BaseExecutionWorkerCommunication,
        Execution,
    )
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend as Backend
    from moto.stepfunctions.responses import StepFunctionResponse

    return [
        around(Backend, "create_state_machine", partial(_create, cloud)),
        around(Backend, "update_state_machine", partial(_update, cloud)),
        around(Backend, "start_execution", _start),
        around(Execution, "stop", _stop),
        around(
            BaseExecutionWorkerCommunication, "_reflect_execution_status", partial(_reflect, cloud)
        ),
        added(StepFunctionResponse, "start_sync_execution", _start_sync),
    ]


def _check(cloud: Cloud, definition: str, kind: str) -> None:
    try:
        check_machine(definition, kind)
    except RefusedError as refused:
        raise _refusal("InvalidDefinition", str(refused)) from refused
    for words in absences(definition):
        cloud.journal.remark(words)
    if hurried(definition):
        cloud.journal.remark(EXPRESS)


def _create(
    cloud: Cloud, original: Any, self: Any, name: str, definition: str, **given: Any
) -> Any:
    kind = given.get("sm_type") or "STANDARD"
    _check(cloud, definition, kind)
    known = next((each for each in self.state_machines if each.name == name), None)
    same = known and (known.definition, known.roleArn, known.type) == (
        definition,
        given["roleArn"],
        kind,
    )
    if known and not same:
        raise _refusal("StateMachineAlreadyExists", f"State Machine Already Exists: '{known.arn}'")
    arn = Place(cloud.region, cloud.account).arn("states", f"stateMachine:{name}")
    check_role(cloud, arn, given["roleArn"], definition, given.get("loggingConfiguration"))
    return original(self, name=name, definition=definition, **given)


def _update(
    cloud: Cloud, original: Any, self: Any, arn: str, definition: str | None = None, **given: Any
) -> Any:
    before = self.describe_state_machine(arn)
    if definition is not None:
        _check(cloud, definition, _kind(before))
    role = given.get("role_arn") or before.roleArn
    logs = given.get("logging_configuration")
    check_role(cloud, arn, role, definition or before.definition, logs)
    return original(self, arn, definition=definition, **given)


def _start(
    original: Any,
    self: Any,
    arn: str,
    name: str | None = None,
    given: str | None = None,
    *rest: Any,
) -> Any:
    """Start an execution; without a name it gets one, which moto would call None."""
    if name is not None and not re.fullmatch(
        r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}", name
    ):
        raise _refusal("InvalidName", f"Invalid Name: '{name}'")
    if given is not None and len(given.encode()) > LARGEST:
        why = f"1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to {LARGEST}"
        raise _refusal("ValidationException", why)
    try:
        json.loads(given or "{}")
    except ValueError as error:
        why = f"Invalid State Machine Execution Input: '{error}'"
        raise _refusal("InvalidExecutionInput", why) from error
    return original(self, arn, name or str(uuid4()), given, *rest)


def _stop(original: Any, self: Any, *given: Any, **named: Any) -> None:
    """Stop an execution at once, also while a state waits for what takes its time to end."""
    from moto.stepfunctions.parser.api import ExecutionStatus

    original(self, *given, **named)
    if self.exec_status == ExecutionStatus.RUNNING:
        self.stop_date = datetime.now(UTC)
        self.exec_status = ExecutionStatus.ABORTED


def _reflect(cloud: Cloud, _: Any, self: Any) -> None:
    """Note how an execution ended: its status last, for whoever looks at it; its output as JSON."""
    from moto.stepfunctions.parser.api import ExecutionStatus
    from moto.stepfunctions.parser.asl.eval import program_state as states

    execution = self.execution
    env = execution.exec_worker.env
    end = env.program_state()
    execution.stop_date = datetime.now(UTC)
    if isinstance(end, states.ProgramEnded):
        execution.output = json.dumps(env.states.get_input(), separators=(",", ":"))
        execution.exec_status = ExecutionStatus.SUCCEEDED
    elif isinstance(end, states.ProgramTimedOut):
        execution.error = "States.Timeout"
        execution.exec_status = ExecutionStatus.TIMED_OUT
    else:
        told = end.error if isinstance(end, states.ProgramError) else vars(end)
        execution.error, execution.cause = told.get("error"), told.get("cause")
        stopped = isinstance(end, states.ProgramStopped)
        execution.exec_status = ExecutionStatus.ABORTED if stopped else ExecutionStatus.FAILED
    cloud.bell.ring()
    tell_ended(cloud, execution)


def _start_sync(api: Any) -> Any:
    """Run an Express machine, and answer when it has ended."""
    from moto.core.responses import ActionResult

    arn = api._get_param("stateMachineArn")
    backend = api.stepfunction_backend
    if _kind(backend.describe_state_machine(arn)) != "EXPRESS":
        why = f"This operation is not supported by this type of state machine: '{arn}'"
        raise _refusal("StateMachineTypeNotSupported", why)
    given = api._get_param("input", if_none="{}")
    execution = backend.start_execution(arn, api._get_param("name"), given)
    until = time.monotonic() + SYNCHRONOUS
    while execution.status == "RUNNING" and time.monotonic() < until:
        time.sleep(0.02)
    ended = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": arn,
        "name": execution.name,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date or execution.start_date,
        "input": given,
        "status": execution.status,
    }
    if execution.status == "SUCCEEDED":
        ended["output"] = execution.output
    told = {"error": execution.error, "cause": execution.cause}
    return ActionResult(ended | {key: value for key, value in told.items() if value is not None})


def _kind(machine: Any) -> str:
    return str(getattr(machine, "type", None) or "STANDARD")


def _refusal(kind: str, why: str) -> Exception:
    from moto.core.exceptions import AWSError

    return AWSError(why, kind)  # type: ignore[no-any-return]
