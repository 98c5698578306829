"""Versions of a machine: published, started and deleted by ARN; what one runs never changes.

moto makes versions only while a machine is made or changed, and cannot start one.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, added, around
from rehearsal.permissions.machines import ask_to_trace
from rehearsal.step_functions.notices import tell_begun


def patches(cloud: Cloud) -> list[Patch]:
    """Return what publishes, lists and deletes versions, and lets them be started."""
    from moto.stepfunctions.models import StateMachine, StateMachineVersion
    from moto.stepfunctions.parser.backend.execution import Execution
    from moto.stepfunctions.responses import StepFunctionResponse

    same_again = StateMachine._handle_name_input_idempotency
    return [
        around(StateMachine, "publish", _published),
        Patch(StateMachineVersion, "_handle_name_input_idempotency", same_again, new=True),
        around(Execution, "start", partial(_begun, cloud)),
        around(StepFunctionResponse, "describe_execution", _described),
        added(StepFunctionResponse, "publish_state_machine_version", _publish),
        added(StepFunctionResponse, "list_state_machine_versions", _list),
        added(StepFunctionResponse, "delete_state_machine_version", _delete),
    ]


def revision(definition: str, role: str) -> str:
    """Name what a machine is at a moment: another definition or role is another revision."""
    digest = hashlib.sha256(f"{role}\n{definition}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def _published(original: Any, machine: Any, *given: Any, **named: Any) -> None:
    """Publish; executions of a version are the machine's own, and so listed with them."""
    original(machine, *given, **named)
    version = machine.latest_version
    version.executions, version.backend = machine.executions, machine.backend


def _begun(cloud: Cloud, original: Any, execution: Any, *given: Any, **named: Any) -> None:
    """Begin, and tell so before it can have ended; its machine is named without the version."""
    from moto.stepfunctions.parser.api import ExecutionStatus

    execution.state_machine_arn = getattr(
        execution.state_machine, "source_arn", execution.state_machine.arn
    )
    ask_to_trace(cloud, execution.state_machine)
    execution.exec_status = ExecutionStatus.RUNNING  # for whoever hears of it and looks
    tell_begun(cloud, execution)
    for hear in cloud.beginnings:
        hear(str(execution.state_machine.definition))
    original(execution, *given, **named)


def _described(original: Any, api: Any) -> Any:
    answer = original(api)
    execution = api.stepfunction_backend.describe_execution(api._get_param("executionArn"))
    if hasattr(execution.state_machine, "source_arn"):
        answer.result["stateMachineVersionArn"] = execution.state_machine.arn
    return answer


def _publish(api: Any) -> Any:
    """Publish a machine as it is; the same revision again is the version that there is."""
    from moto.core.responses import ActionResult

    machine = api.stepfunction_backend.describe_state_machine(api._get_param("stateMachineArn"))
    expected, now = api._get_param("revisionId"), revision(machine.definition, machine.roleArn)
    if expected and expected != now:
        why = f"Failed to publish the State Machine version for revision {expected}. The current State Machine revision is {now}."
        raise _refusal("ConflictException", why)
    latest = machine.latest_version
    if latest is None or revision(latest.definition, latest.roleArn) != now:
        machine.publish(api._get_param("description"))
        latest = machine.latest_version
    told = {"creationDate": latest.creation_date, "stateMachineVersionArn": latest.arn}
    return ActionResult(told)


def _list(api: Any) -> Any:
    from moto.core.responses import ActionResult

    machine = api.stepfunction_backend.describe_state_machine(api._get_param("stateMachineArn"))
    newest = sorted(machine.versions.values(), key=lambda each: -each.version)
    told = [
        {"stateMachineVersionArn": each.arn, "creationDate": each.creation_date} for each in newest
    ]
    return ActionResult({"stateMachineVersions": told})


def _delete(api: Any) -> Any:
    """Delete a version; executions of it that run go on."""
    from moto.core.responses import ActionResult

    arn = api._get_param("stateMachineVersionArn")
    machine, _, number = arn.rpartition(":")
    found = api.stepfunction_backend.describe_state_machine(machine)
    gone = found.versions.pop(int(number), None) if number.isdecimal() else None
    if gone is not None and found.latest_version is gone:
        # the next one that is published has a number of its own
        found.latest_version = max(found.versions.values(), key=lambda v: v.version, default=None)
    return ActionResult({})


def _refusal(kind: str, why: str) -> Exception:
    from moto.core.exceptions import AWSError

    return AWSError(why, kind)  # type: ignore[no-any-return]
