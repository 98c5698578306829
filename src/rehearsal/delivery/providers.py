"""The actions that are rehearsed, by what a template calls them; any other is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.delivery import approving, commissioning, formation, invoking, sources
from rehearsal.delivery.action_context import Doing
from rehearsal.errors import RehearsalError, listing

STAGE = {"name", "actions"}
ACTION = {
    *("name", "actionTypeId", "configuration", "inputArtifacts", "outputArtifacts"),
    *("namespace", "roleArn", "runOrder"),
}


class PipelineError(RehearsalError):
    """A pipeline that CodePipeline would refuse, or that asks for what is not rehearsed."""


@dataclass(frozen=True)
class Provider:
    """What does an action, and the keys that its configuration may have."""

    do: Doing | None
    keys: frozenset[str]


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


PROVIDERS: dict[tuple[str, str], Provider] = {
    ("Source", "S3"): Provider(
        sources.take_bundle,
        _keys("S3Bucket", "S3ObjectKey", "PollForSourceChanges", "AllowOverrideForS3ObjectKey"),
    ),
    ("Source", "CodeStarSourceConnection"): Provider(
        sources.take_commit,
        _keys(
            *("ConnectionArn", "FullRepositoryId", "BranchName"),
            *("OutputArtifactFormat", "DetectChanges"),
        ),
    ),
    ("Source", "CodeCommit"): Provider(
        sources.take_commit,
        _keys("RepositoryName", "BranchName", "PollForSourceChanges", "OutputArtifactFormat"),
    ),
    ("Build", "CodeBuild"): Provider(
        commissioning.build, _keys("ProjectName", "PrimarySource", "EnvironmentVariables")
    ),
    ("Test", "CodeBuild"): Provider(
        commissioning.build, _keys("ProjectName", "PrimarySource", "EnvironmentVariables")
    ),
    ("Approval", "Manual"): Provider(
        approving.ask_person, _keys("NotificationArn", "CustomData", "ExternalEntityLink")
    ),
    ("Deploy", "CloudFormation"): Provider(
        formation.change_stack,
        _keys(
            *("ActionMode", "StackName", "TemplatePath", "TemplateConfiguration"),
            *("ParameterOverrides", "Capabilities", "RoleArn", "ChangeSetName"),
        ),
    ),
    ("Invoke", "Lambda"): Provider(None, _keys("FunctionName", "UserParameters")),
    ("Invoke", "StepFunctions"): Provider(
        invoking.run_machine,
        _keys("StateMachineArn", "ExecutionNamePrefix", "InputType", "Input"),
    ),
}
"""By category and provider. What a function does is answered by the pipelines' own jobs."""


def provider_of(action: Mapping[str, Any]) -> Provider:
    """Return what does an action. Raises `PipelineError` for one that is not rehearsed."""
    kind = action["actionTypeId"]
    found = PROVIDERS.get((kind["category"], kind["provider"]))
    if found is None or kind["owner"] != "AWS" or str(kind["version"]) != "1":
        raise PipelineError(
            f"The rehearsal does not know the action {kind['owner']}/{kind['category']}/"
            f"{kind['provider']}, version {kind['version']}.",
            f"It knows AWS/{', AWS/'.join('/'.join(key) for key in PROVIDERS)}.",
        )
    return found


def check_pipeline(pipeline: Mapping[str, Any]) -> None:
    """Refuse, before it is made, a pipeline that could not be executed. Raises `PipelineError`."""
    if pipeline.get("executionMode") not in (None, "SUPERSEDED", "QUEUED"):
        raise PipelineError(f"ExecutionMode {pipeline['executionMode']} is not rehearsed.")
    if "artifactStore" not in pipeline:
        raise PipelineError("The rehearsal keeps artefacts in one ArtifactStore: name it.")
    made: dict[str, tuple[int, int]] = {}
    """When each artefact is there: the number of the stage, the order of the action in it."""
    actions = [
        (number, stage["name"], action)
        for number, stage in enumerate(pipeline["stages"])
        for action in sorted(stage["actions"], key=order_of)
    ]
    for stage in pipeline["stages"]:
        _only(stage, STAGE, f"stage {stage.get('name')}")
    for number, stage_name, action in actions:
        where = f"action {stage_name}/{action.get('name')}"
        _only(action, ACTION, where)
        _check_configuration(action, where)
        context = (number, order_of(action))
        early = [
            name for name in _names(action, "inputArtifacts") if made.get(name, context) >= context
        ]
        if early:
            raise PipelineError(f"The {where} reads {listing(early)}, made by no earlier action.")
        for name in _names(action, "outputArtifacts"):
            if name in made:
                raise PipelineError(f"The {where} makes {name!r}, which another action makes.")
            made[name] = context


def _check_configuration(action: Mapping[str, Any], where: str) -> None:
    configuration = action.get("configuration") or {}
    _only(configuration, provider_of(action).keys, where)
    form = configuration.get("OutputArtifactFormat", sources.FORMATS[0])
    if form not in sources.FORMATS:
        raise PipelineError(
            f"OutputArtifactFormat of the {where} is {form!r}; it is one of "
            f"{listing(sources.FORMATS)}."
        )


def order_of(action: Mapping[str, Any]) -> int:
    """Return when in its stage an action's turn comes; those of one order have it together."""
    return int(action.get("runOrder") or 1)


def _names(action: Mapping[str, Any], key: str) -> list[str]:
    return [each["name"] for each in action.get(key) or []]


def _only(given: Mapping[str, Any], known: set[str] | frozenset[str], where: str) -> None:
    strangers = sorted(set(given) - known)
    if strangers:
        raise PipelineError(f"The rehearsal does not know {listing(strangers)} of the {where}.")
