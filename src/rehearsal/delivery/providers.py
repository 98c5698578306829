"""The actions that are rehearsed, by what a template calls them; any other is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.delivery import (
    absent_targets,
    approving,
    commissioning,
    formation,
    image_sources,
    invoking,
    publishing,
    sources,
)
from rehearsal.delivery.action_context import Doing
from rehearsal.errors import RehearsalError, listing

STAGE = {"name", "actions"}
ACTION = {
    *("name", "actionTypeId", "configuration", "inputArtifacts", "outputArtifacts"),
    *("namespace", "region", "roleArn", "runOrder"),
}


class PipelineError(RehearsalError):
    """A pipeline that CodePipeline would refuse, or that asks for what is not rehearsed.

    `reasons` are all that is wrong with it.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Provider:
    """What does an action, and the keys that its configuration may have, or how they may begin.

    `absent` is what it deploys to, where that cannot be here.
    """

    do: Doing | None
    keys: frozenset[str]
    absent: str = ""
    numbered: tuple[str, ...] = ()

    def strangers(self, configuration: Iterable[str]) -> set[str]:
        """Return the keys of a configuration that the provider does not know."""
        return {
            key for key in set(configuration) - self.keys if not key.startswith(self.numbered or ())
        }


def _absent(what: str, *keys: str, numbered: tuple[str, ...] = ()) -> Provider:
    return Provider(absent_targets.deploying_to(what), _keys(*keys), what, numbered)


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


_IN_SETS = (
    *("DeploymentTargets", "Regions", "FailureTolerancePercentage", "MaxConcurrentPercentage"),
    *("CallAs", "ConcurrencyMode"),
)
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
    ("Source", "GitHub"): Provider(
        sources.take_commit,
        _keys("Owner", "Repo", "Branch", "OAuthToken", "PollForSourceChanges"),
    ),
    ("Source", "ECR"): Provider(image_sources.take_image, _keys("RepositoryName", "ImageTag")),
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
            "OutputFileName",
        ),
    ),
    ("Deploy", "S3"): Provider(
        publishing.publish,
        _keys(
            *("BucketName", "ObjectKey", "Extract", "KMSEncryptionKeyARN"),
            *("CannedACL", "CacheControl"),
        ),
    ),
    ("Deploy", "CodeDeploy"): _absent("instances", "ApplicationName", "DeploymentGroupName"),
    ("Deploy", "CodeDeployToECS"): _absent(
        "services of containers",
        *("ApplicationName", "DeploymentGroupName", "AppSpecTemplateArtifact"),
        *("AppSpecTemplatePath", "TaskDefinitionTemplateArtifact", "TaskDefinitionTemplatePath"),
        numbered=("Image",),
    ),
    ("Deploy", "ECS"): _absent(
        "services of containers", "ClusterName", "ServiceName", "FileName", "DeploymentTimeout"
    ),
    ("Deploy", "ElasticBeanstalk"): _absent("environments", "ApplicationName", "EnvironmentName"),
    ("Deploy", "CloudFormationStackSet"): _absent(
        "sets of stacks",
        *("StackSetName", "Description", "TemplatePath", "Parameters", "Capabilities"),
        *("PermissionModel", "AdministrationRoleArn", "ExecutionRoleName"),
        *("OrganizationsAutoDeployment", *_IN_SETS),
    ),
    ("Deploy", "CloudFormationStackInstances"): _absent(
        "sets of stacks", "StackSetName", "ParameterOverrides", *_IN_SETS
    ),
    ("Deploy", "ServiceCatalog"): _absent(
        "products",
        *("ProductId", "ProductType", "ProductVersionName", "ProductVersionDescription"),
        *("TemplateFilePath", "ConfigurationFilePath"),
    ),
    ("Deploy", "AppConfig"): _absent(
        "configurations of applications",
        *("Application", "Environment", "ConfigurationProfile", "DeploymentStrategy"),
        "InputArtifactConfigurationPath",
    ),
    ("Invoke", "Lambda"): Provider(None, _keys("FunctionName", "UserParameters")),
    ("Invoke", "StepFunctions"): Provider(
        invoking.run_machine,
        _keys("StateMachineArn", "ExecutionNamePrefix", "InputType", "Input"),
    ),
}
"""By category and provider. What a function does is answered by the pipelines' own jobs."""


_OWNERS = {("Source", "GitHub"): "ThirdParty"}
"""Whose actions they are, where they are not AWS's own."""


def provider_of(action: Mapping[str, Any]) -> Provider:
    """Return what does an action. Raises `PipelineError` for one that is not rehearsed."""
    kind = action["actionTypeId"]
    key = (kind["category"], kind["provider"])
    found, owner = PROVIDERS.get(key), _OWNERS.get(key, "AWS")
    if found is None or kind["owner"] != owner or str(kind["version"]) != "1":
        known = [f"{_OWNERS.get(each, 'AWS')}/{'/'.join(each)}" for each in PROVIDERS]
        raise PipelineError(
            f"The rehearsal does not know the action {kind['owner']}/{kind['category']}/"
            f"{kind['provider']}, version {kind['version']}. It knows {', '.join(known)}."
        )
    return found


def check_pipeline(pipeline: Mapping[str, Any], region: str) -> None:
    """Refuse, before it is made, a pipeline that could not be executed in `region`.

    Raises `PipelineError` with every reason.
    """
    found = list(dict.fromkeys(_objections(pipeline, region)))
    if found:
        raise PipelineError(*found)


def absences(pipeline: Mapping[str, Any]) -> list[str]:
    """Return, in words, which actions of a pipeline that can be made deploy to what cannot be here."""
    found = [
        (stage["name"], action["name"], action["actionTypeId"]["provider"], provider_of(action))
        for stage in pipeline["stages"]
        for action in stage["actions"]
    ]
    return [
        f"pipelines: an action of {who} ({stage}/{name}) fails when it is reached, for there are no "
        f"{provider.absent}"
        for stage, name, who, provider in found
        if provider.absent
    ]


def _objections(pipeline: Mapping[str, Any], region: str) -> Iterator[str]:
    if pipeline.get("executionMode") not in (None, "SUPERSEDED", "QUEUED"):
        yield f"ExecutionMode {pipeline['executionMode']} is not rehearsed."
    if "artifactStore" not in pipeline:
        yield "The rehearsal keeps artefacts in one ArtifactStore: name it."
    for stage in pipeline["stages"]:
        yield from _strangers(stage, STAGE, f"stage {stage.get('name')}")
    made: dict[str, tuple[int, int]] = {}
    """When each artefact is there: the number of the stage, the order of the action in it."""
    for number, stage in enumerate(pipeline["stages"]):
        for action in sorted(stage["actions"], key=order_of):
            where = f"action {stage['name']}/{action.get('name')}"
            yield from _of_action(action, where, region)
            yield from _of_artefacts(action, where, (number, order_of(action)), made)


def _of_action(action: Mapping[str, Any], where: str, region: str) -> Iterator[str]:
    yield from _strangers(action, ACTION, where)
    if action.get("region", region) != region:
        yield f"The {where} is done in {action['region']}; the rehearsal is of {region} alone."
    configuration = action.get("configuration") or {}
    try:
        yield from _unknown(provider_of(action).strangers(configuration), where)
    except PipelineError as error:
        yield error.message
    form = configuration.get("OutputArtifactFormat", sources.FORMATS[0])
    if form not in sources.FORMATS:
        known = listing(sources.FORMATS)
        yield f"OutputArtifactFormat of the {where} is {form!r}; it is one of {known}."


def _of_artefacts(
    action: Mapping[str, Any],
    where: str,
    context: tuple[int, int],
    made: dict[str, tuple[int, int]],
) -> Iterator[str]:
    """Yield what is wrong with the artefacts of an action; note in `made` those that it makes."""
    early = [
        name for name in _names(action, "inputArtifacts") if made.get(name, context) >= context
    ]
    if early:
        yield f"The {where} reads {listing(early)}, made by no earlier action."
    for name in _names(action, "outputArtifacts"):
        if name in made:
            yield f"The {where} makes {name!r}, which another action makes."
        made[name] = context


def order_of(action: Mapping[str, Any]) -> int:
    """Return when in its stage an action's turn comes; those of one order have it together."""
    return int(action.get("runOrder") or 1)


def _names(action: Mapping[str, Any], key: str) -> list[str]:
    return [each["name"] for each in action.get(key) or []]


def _strangers(given: Mapping[str, Any], known: set[str], where: str) -> list[str]:
    return _unknown(set(given) - known, where)


def _unknown(keys: set[str], where: str) -> list[str]:
    return [f"The rehearsal does not know {listing(sorted(keys))} of the {where}."] if keys else []
