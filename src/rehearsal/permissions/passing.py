"""Roles that a request hands to a service: passing one needs ``iam:PassRole``, and the role's trust."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.permissions.operations import Operation

_AT: Mapping[str, Sequence[tuple[str, str]]] = {
    "application-autoscaling": ((r"RegisterScalableTarget", "RoleARN"),),
    "cloudformation": ((r"(Create|Update|Delete)(Stack|ChangeSet)", "RoleARN"),),
    "codebuild": ((r"(Create|Update)Project", "serviceRole"),),
    "codepipeline": (
        (r"(Create|Update)Pipeline", "pipeline.roleArn"),
        (r"(Create|Update)Pipeline", "pipeline.stages.actions.roleArn"),
    ),
    "events": ((r"PutTargets", "Targets.RoleArn"), (r"PutRule", "RoleArn")),
    "firehose": ((r"CreateDeliveryStream", "ExtendedS3DestinationConfiguration.RoleARN"),),
    "glue": (
        (r"Create(Job|Crawler|DevEndpoint|Session)|UpdateCrawler", "Role"),
        (r"UpdateJob", "JobUpdate.Role"),
    ),
    "lambda": ((r"CreateFunction|UpdateFunctionConfiguration", "Role"),),
    "sagemaker": (
        (r"CreateModel|UpdateModel", "ExecutionRoleArn"),
        (r"CreateHyperParameterTuningJob", "TrainingJobDefinition.RoleArn"),
        (r"CreateHyperParameterTuningJob", "TrainingJobDefinitions.RoleArn"),
        (r"(Create|Update|Start)\w+", "RoleArn"),
    ),
    "scheduler": ((r"(Create|Update)Schedule", "Target.RoleArn"),),
    "states": ((r"(Create|Update)StateMachine", "roleArn"),),
}
"""By service: which operations, and where in their parameters a role is."""
_NOT_TRUSTED: Mapping[str, tuple[str, str]] = {
    "lambda": (
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    ),
    "sagemaker": (
        "ValidationException",
        "Could not assume role {role}. Please ensure that the role exists and allows principal "
        "'sagemaker.amazonaws.com' to assume the role.",
    ),
    "states": (
        "AccessDeniedException",
        "Neither the global service principal states.amazonaws.com, nor the regional one is "
        "authorized to assume the provided role.",
    ),
    "codebuild": (
        "InvalidInputException",
        "CodeBuild is not authorized to perform: sts:AssumeRole on {role}",
    ),
    "codepipeline": (
        "InvalidStructureException",
        "CodePipeline is not authorized to perform AssumeRole on role {role}",
    ),
    "scheduler": (
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    ),
    "cloudformation": (
        "ValidationError",
        "Role {role} is invalid or cannot be assumed",
    ),
}
"""How a service refuses, when it is given one, a role that does not trust it."""


@dataclass(frozen=True)
class Passed:
    """A role, by name or ARN, handed to the `principal` of a service."""

    role: str
    principal: str


def passed(operation: Operation) -> list[Passed]:
    """Return the roles that a request passes."""
    principal = f"{operation.service}.amazonaws.com"
    found = {
        role: Passed(role, principal)
        for pattern, path in _AT.get(operation.service, ())
        if re.fullmatch(pattern, operation.name)
        for role in _at(operation.parameters, path.split("."))
    }
    return list(found.values())


def may_pass(service: str) -> bool:
    """Tell whether a service has an operation to which a role is passed."""
    return service in _AT


def not_trusted(service: str, role: str) -> tuple[str, str] | None:
    """Return code and message for a role that does not trust the service; None if it is found later."""
    if service not in _NOT_TRUSTED:
        return None
    code, words = _NOT_TRUSTED[service]
    return code, words.format(role=role)


def _at(given: Any, path: list[str]) -> Iterator[str]:
    if isinstance(given, list):
        for each in given:
            yield from _at(each, path)
    elif not path:
        yield from [str(given)] if given else []
    elif isinstance(given, Mapping) and path[0] in given:
        yield from _at(given[path[0]], path[1:])
