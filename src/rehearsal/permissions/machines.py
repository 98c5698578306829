"""State machines: what their role must be allowed for one to be made at all, and for its tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rehearsal.permissions.actions import Need, Place, of_machine, resources
from rehearsal.permissions.operations import Operation
from rehearsal.permissions.refusals import DeniedError
from rehearsal.permissions.unseen import delivering_logs, tracing

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_RULES = {
    "createProcessingJob": "StepFunctionsGetEventsForSageMakerProcessingJobsRule",
    "createTrainingJob": "StepFunctionsGetEventsForSageMakerTrainingJobsRule",
    "createTransformJob": "StepFunctionsGetEventsForSageMakerTransformJobsRule",
    "createHyperParameterTuningJob": "StepFunctionsGetEventsForSageMakerTuningJobsRule",
    "startBuild": "StepFunctionsGetEventForCodeBuildStartBuildRule",
    "startExecution": "StepFunctionsGetEventsForStepFunctionsExecutionRule",
}
"""The rule by which Step Functions hears of a job's end, where it does not ask for it."""
_RESOURCE = re.compile(r"arn:[^:]*:states:::(?:\w+):(\w+)\.sync")


def ask_to_trace(cloud: Cloud, machine: Any) -> None:
    """Ask, as a machine's role, for its execution to be traced; one that is not runs, too."""
    if (machine.tracingConfiguration or {}).get("enabled"):
        source = of_machine(machine.arn)
        with cloud.permissions.as_role(machine.roleArn, "states", source=source):
            cloud.permissions.ask(tracing())


def check_role(cloud: Cloud, arn: str, role: str, definition: str, logs: Any) -> None:
    """Refuse a machine, as its API does, whose role could not have it told of its jobs and its log."""
    from moto.core.exceptions import JsonRESTError

    try:
        session = cloud.permissions.session(role, "states", source=arn)
    except DeniedError as error:
        raise JsonRESTError("AccessDeniedException", error.message) from error
    if session is None:
        return
    if cloud.permissions.ask(list(_rules(cloud, definition)), session):
        raise JsonRESTError(
            "AccessDeniedException", f"'{role}' is not authorized to create managed-rule."
        )
    kept = (logs or {}).get("level", "OFF") != "OFF"
    if kept and cloud.permissions.ask(delivering_logs(), session):
        raise JsonRESTError(
            "AccessDeniedException",
            "The state machine IAM Role is not authorized to access the Log Destination",
        )


def _rules(cloud: Cloud, definition: str) -> Iterator[Need]:
    for action in sorted(set(_RESOURCE.findall(definition)) & set(_RULES)):
        rule = Place(cloud.region, cloud.account).arn("events", f"rule/{_RULES[action]}")
        for need in ("PutTargets", "PutRule", "DescribeRule"):
            yield Need(f"events:{need}", rule)


def tagging(cloud: Cloud, service: str, action: str, parameters: Mapping[str, Any]) -> list[Need]:
    """Return what a job that is waited for takes beside being made: Step Functions tags it as its own."""
    if service != "sagemaker" or not action.startswith("create"):
        return []
    operation = Operation(service, action[:1].upper() + action[1:], parameters)
    return [Need("sagemaker:AddTags", resources(operation, Place(cloud.region, cloud.account))[0])]
