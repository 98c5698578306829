"""How executions of pipelines are told to those who ask."""

from __future__ import annotations

from typing import Any

from rehearsal.delivery.execution import ActionRun, Artefact, Execution

Answer = dict[str, Any]


def execution(each: Execution) -> Answer:
    """Return what GetPipelineExecution says."""
    return {
        "pipelineName": each.pipeline,
        "pipelineVersion": each.version,
        "pipelineExecutionId": each.id,
        "status": each.status,
        "statusSummary": each.summary,
        "artifactRevisions": [_revision(made) for made in each.artefacts.values() if made.revision],
        "variables": [{"name": k, "resolvedValue": v} for k, v in each.variables.items()],
        "trigger": {"triggerType": each.trigger, "triggerDetail": ""},
        "executionMode": each.declared.get("executionMode", "SUPERSEDED"),
    }


def summary(each: Execution) -> Answer:
    """Return one line of ListPipelineExecutions."""
    return {
        "pipelineExecutionId": each.id,
        "status": each.status,
        "statusSummary": each.summary,
        "startTime": each.started,
        "lastUpdateTime": each.updated,
        "sourceRevisions": [
            {"actionName": run.name, "revisionId": made.revision, "revisionSummary": run.summary}
            for run in each.actions
            for made in run.outputs
            if made.revision
        ],
        "trigger": {"triggerType": each.trigger, "triggerDetail": ""},
    }


def action(each: Execution, run: ActionRun) -> Answer:
    """Return one line of ListActionExecutions."""
    inputs = [each.artefacts.get(made["name"]) for made in run.declared.get("inputArtifacts") or []]
    return {
        "pipelineExecutionId": each.id,
        "actionExecutionId": run.id,
        "pipelineVersion": each.version,
        "stageName": run.stage,
        "actionName": run.name,
        "startTime": run.started,
        "lastUpdateTime": run.updated,
        "status": run.status,
        "input": {
            "actionTypeId": run.declared["actionTypeId"],
            "configuration": run.declared.get("configuration") or {},
            "inputArtifacts": [made.describe() for made in inputs if made],
        },
        "output": {
            "outputArtifacts": [made.describe() for made in run.outputs],
            "executionResult": _result(run),
            "outputVariables": run.variables,
        },
    }


def state(found: Answer, executions: list[Execution]) -> Answer:
    """Return what GetPipelineState says; `executions` are newest first."""
    pipeline = found["pipeline"]
    return {
        "pipelineName": pipeline["name"],
        "pipelineVersion": pipeline["version"],
        "stageStates": [_stage(declared, executions) for declared in pipeline["stages"]],
        "created": found["metadata"]["created"],
        "updated": found["metadata"]["updated"],
    }


def _stage(declared: Answer, executions: list[Execution]) -> Answer:
    latest = next(
        (
            (each, stage)
            for each in executions
            for stage in each.stages
            if stage.name == declared["name"]
        ),
        None,
    )
    runs = {run.name: run for run in latest[1].actions} if latest else {}
    told: Answer = {
        "stageName": declared["name"],
        "inboundTransitionState": {"enabled": True},
        "actionStates": [_action_state(each["name"], runs) for each in declared["actions"]],
    }
    if latest:
        told["latestExecution"] = {
            "pipelineExecutionId": latest[0].id,
            "status": latest[1].status,
        }
    return told


def _action_state(name: str, runs: dict[str, ActionRun]) -> Answer:
    run = runs.get(name)
    if run is None:
        return {"actionName": name}
    latest: Answer = {
        "actionExecutionId": run.id,
        "status": run.status,
        "summary": run.summary,
        "lastStatusChange": run.updated,
    }
    if run.token:
        latest["token"] = run.token
    if run.external:
        latest["externalExecutionId"] = run.external
    if run.message:
        latest["errorDetails"] = {"code": run.code, "message": run.message}
    return {"actionName": name, "latestExecution": latest}


def _result(run: ActionRun) -> Answer:
    told: Answer = {"externalExecutionId": run.external, "externalExecutionSummary": run.summary}
    if run.message:
        told["errorDetails"] = {"code": run.code, "message": run.message}
    return told


def _revision(made: Artefact) -> Answer:
    return {"name": made.name, "revisionId": made.revision}
