"""What a pipeline tells EventBridge: its own changes of state, its stages' and its actions'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rehearsal.delivery.execution import ActionRun, Execution, StageRun
from rehearsal.events import announce

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_WORDS = {
    "InProgress": "STARTED",
    "Succeeded": "SUCCEEDED",
    "Failed": "FAILED",
    "Stopping": "STOPPING",
    "Stopped": "STOPPED",
    "Superseded": "SUPERSEDED",
    "Abandoned": "ABANDONED",
}


def tell_pipeline(cloud: Cloud, execution: Execution) -> None:
    """Tell the state of a whole execution."""
    _tell(cloud, execution, "Pipeline", execution.status, {})


def tell_stage(cloud: Cloud, execution: Execution, stage: StageRun) -> None:
    """Tell the state of a stage."""
    _tell(cloud, execution, "Stage", stage.status, {"stage": stage.name})


def tell_action(cloud: Cloud, execution: Execution, run: ActionRun) -> None:
    """Tell the state of an action; of one that ended, what came of it."""
    detail: dict[str, Any] = {
        "stage": run.stage,
        "action": run.name,
        "action-execution-id": run.id,
        "region": cloud.region,
        "type": {
            name: str(run.declared["actionTypeId"][name])
            for name in ("owner", "provider", "category", "version")
        },
    }
    if run.outputs:
        detail["output-artifacts"] = [each.describe() for each in run.outputs]
    result = {
        "external-execution-id": run.external,
        "external-execution-summary": run.message or run.summary,
        "error-code": run.code,
    }
    if any(result.values()):
        detail["execution-result"] = {name: value for name, value in result.items() if value}
    _tell(cloud, execution, "Action", run.status, detail)


def _tell(
    cloud: Cloud, execution: Execution, kind: str, status: str, detail: dict[str, Any]
) -> None:
    resource = f"arn:aws:codepipeline:{cloud.region}:{cloud.account}:{execution.pipeline}"
    told = {
        "pipeline": execution.pipeline,
        "execution-id": execution.id,
        "start-time": f"{execution.started:%Y-%m-%dT%H:%M:%S}.000Z",
        "state": _WORDS[status],
        "version": float(execution.version),
        "pipeline-execution-attempt": 1.0,
        **detail,
    }
    kind = f"CodePipeline {kind} Execution State Change"
    announce(cloud, "aws.codepipeline", kind, [resource], told)
