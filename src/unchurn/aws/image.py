"""The container image: built by CodeBuild from the source bundle, once for each version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError, asking_aws, is_missing
from unchurn.aws.waiting import pace, wait_until
from unchurn.progress import Progress


def ensure_image(
    clients: Clients, outputs: Mapping[str, str], tag: str, progress: Progress
) -> bool:
    """Build the image `tag` unless the repository has it; tell whether it was built.

    Raises `AwsError` naming the phase that failed and where its log is.
    """
    repository, project = outputs["RepositoryName"], outputs["BuildProject"]
    with asking_aws("build the container image"):
        if image_exists(clients, repository, tag):
            return False
        builds = clients.client("codebuild")
        build = builds.start_build(projectName=project)["build"]["id"]
        with progress.task("build image") as task:

            def ended() -> dict[str, Any] | None:
                plain: dict[str, Any] = builds.batch_get_builds(ids=[build])["builds"][0]
                task.say(str(plain.get("currentPhase", "")).lower())
                return None if plain["buildStatus"] == "IN_PROGRESS" else plain

            _check(wait_until(ended, f"The build {build}", pace(clients)))
    return True


def image_exists(clients: Clients, repository: str, tag: str) -> bool:
    """Tell whether the repository holds an image of that tag."""
    from botocore.exceptions import ClientError

    try:
        clients.client("ecr").describe_images(
            repositoryName=repository, imageIds=[{"imageTag": tag}]
        )
    except ClientError as error:
        if is_missing(error):
            return False
        raise
    return True


def _check(build: Mapping[str, Any]) -> None:
    if build["buildStatus"] == "SUCCEEDED":
        return
    failed = [phase for phase in build.get("phases", []) if phase.get("phaseStatus") == "FAILED"]
    said = [item.get("message", "") for phase in failed for item in phase.get("contexts", [])]
    phase = failed[0]["phaseType"] if failed else "its start"
    raise AwsError(
        f"The image build {build['id']} ended as {build['buildStatus']} in {phase}: "
        f"{' '.join(said) or 'no message'}",
        f"Its log: {build.get('logs', {}).get('deepLink', 'CloudWatch, /aws/codebuild')}. "
        "Then deploy again: it goes on from here.",
    )
