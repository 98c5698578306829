"""What Step Functions tells EventBridge: that an execution began, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rehearsal.events import announce

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def tell_begun(cloud: Cloud, execution: Any) -> None:
    """Tell that an execution begins."""
    ended = ("stopDate", "output", "error", "cause", "outputDetails")
    _tell(cloud, execution, {"status": "RUNNING"} | dict.fromkeys(ended))


def tell_ended(cloud: Cloud, execution: Any) -> None:
    """Tell how an execution ended."""
    included = {"included": True} if execution.output is not None else None
    ended = {
        "status": execution.status,
        "stopDate": _milliseconds(execution.stop_date),
        "output": execution.output,
        "error": execution.error,
        "cause": execution.cause,
        "outputDetails": included,
    }
    _tell(cloud, execution, ended)


def _tell(cloud: Cloud, execution: Any, state: dict[str, Any]) -> None:
    """Tell of an execution in its present `state`; those of Express machines nobody tells of."""
    if execution.state_machine.type == "EXPRESS":
        return
    arn = str(execution.execution_arn)
    told = {
        "executionArn": arn,
        "stateMachineArn": str(execution.state_machine_arn),
        "name": execution.name,
        "startDate": _milliseconds(execution.start_date),
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        **state,
    }
    announce(cloud, "aws.states", "Step Functions Execution Status Change", [arn], told)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
