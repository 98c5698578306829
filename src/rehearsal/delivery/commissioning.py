"""Build actions: a CodeBuild project builds the source artefact, its variables go on."""

from __future__ import annotations

import json

from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.build import STOPPED, SUCCEEDED
from rehearsal.delivery.execution import ActionFailedError, StoppedError
from rehearsal.delivery.sources import cloned
from rehearsal.permissions.actions import Need
from rehearsal.permissions.sessions import as_session

_CALLED = ("StartBuild", "BatchGetBuilds")
"""What CodePipeline calls of CodeBuild, as its role."""


def build(context: ActionContext) -> None:
    """Run a build to its end; a failed one fails the action, and its artefact is not passed on."""
    if len(context.inputs) != 1 or len(context.outputs) > 1:
        raise ActionFailedError(
            "ConfigurationError",
            "The rehearsal builds one input artefact into one output artefact.",
        )
    names = [context.setting("ProjectName")]
    context.demand(*(Need(f"codebuild:{each}", _arn(context, names[0])) for each in _CALLED))
    with as_session(None):
        found = context.cloud.clients.client("codebuild").batch_get_projects(names=names)
    projects = found["projects"]
    if not projects:
        raise ActionFailedError("ConfigurationError", f"There is no CodeBuild project {names[0]}.")
    role = str(projects[0].get("serviceRole", ""))
    acts_as = (role, "codebuild", "AWSCodeBuild", _arn(context, names[0]))
    with context.cloud.permissions.as_role(
        *acts_as
    ):  # CodeBuild fetches and leaves artefacts itself
        content = context.read(context.inputs[0])
    content = cloned(context, content)
    made = context.builds.run(
        projects[0],
        context.artefact(context.inputs[0]),
        content,
        f"codepipeline/{context.execution.pipeline}",
        _variables(context),
        context.execution.stopped,
    )
    context.run.external, context.run.variables = made.id, made.exported
    if made.status == STOPPED:
        raise StoppedError
    if made.status != SUCCEEDED:
        raise ActionFailedError("JobFailed", made.why)
    if not made.output:
        return  # without artifacts in its buildspec a build succeeds, and what it declares is not there
    for name in context.outputs:
        with context.cloud.permissions.as_role(*acts_as):
            context.write(name, made.output)


def _arn(context: ActionContext, project: str) -> str:
    return f"arn:aws:codebuild:{context.cloud.region}:{context.cloud.account}:project/{project}"


def _variables(context: ActionContext) -> dict[str, str]:
    """Return the environment variables that the action gives its build."""
    given = json.loads(context.configuration.get("EnvironmentVariables") or "[]")
    for each in given:
        if each.get("type", "PLAINTEXT") != "PLAINTEXT":
            raise ActionFailedError(
                "ConfigurationError",
                f"The variable {each['name']} comes from {each['type']}, which is not rehearsed.",
            )
    return {each["name"]: each["value"] for each in given}
