"""CodeBuild in the rehearsal: a build unpacks the wheels of its source, and pushes their image.

Its Dockerfile is not run, but what a build would fail on at once is looked at: the source bundle is
there, and holds a Dockerfile and whatever that copies.
"""

from __future__ import annotations

import fnmatch
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rehearsal.errors import ArchiveError
from rehearsal.patches import Patch, around
from rehearsal.permissions.actions import Place
from rehearsal.permissions.refusals import DeniedError
from rehearsal.permissions.unseen import logging, pushing

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_MEDIA = "application/vnd.docker.distribution.manifest.v2+json"
_REMARK = (
    "the build of the image: its own code is unpacked and run, with the packages of this machine"
)


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes a build of moto push the image that its project names."""
    from moto.codebuild.models import CodeBuildBackend

    broken: dict[str, str] = {}

    def start(original: Callable[..., Any], backend: Any, name: str, *rest: Any) -> Any:
        project = backend.codebuild_projects[name].project_metadata
        build = original(backend, name, *rest)
        why = _as_role(cloud, project)
        if why:
            broken[build["id"]] = why
        cloud.journal.note("build", name, "FAILED" if why else "SUCCEEDED", why=why)
        cloud.journal.remark(_REMARK)
        return build

    def read(original: Callable[..., Any], backend: Any, ids: list[str]) -> Any:
        found = original(backend, ids)
        for build in found:
            if build["id"] in broken:
                told = {"statusCode": "YAML_FILE_ERROR", "message": broken[build["id"]]}
                phase = {"phaseType": "BUILD", "phaseStatus": "FAILED", "contexts": [told]}
                build |= {"buildStatus": "FAILED", "phases": [phase]}
        return found

    return [
        around(CodeBuildBackend, "start_build", start),
        around(CodeBuildBackend, "batch_get_builds", read),
    ]


def _as_role(cloud: Cloud, project: Mapping[str, Any]) -> str:
    """Build as the project's role; say what is wrong, if it is."""
    from botocore.exceptions import ClientError

    arn = f"arn:aws:codebuild:{cloud.region}:{cloud.account}:project/{project['name']}"
    try:
        with cloud.permissions.as_role(project["serviceRole"], "codebuild", "AWSCodeBuild", arn):
            why = _build(cloud, project)
            cloud.permissions.ask(
                logging(Place(cloud.region, cloud.account), _group(project), "log")
            )
            return why
    except (DeniedError, ClientError) as error:
        return str(error)


def _group(project: Mapping[str, Any]) -> str:
    """Return the log group of a project's builds."""
    logs = (project.get("logsConfig") or {}).get("cloudWatchLogs") or {}
    return str(logs.get("groupName") or f"/aws/codebuild/{project['name']}")


def _build(cloud: Cloud, project: Mapping[str, Any]) -> str:
    """Build and push the image that a project names; say what is wrong with its source, if it is."""
    from botocore.exceptions import ClientError

    location = project["source"]["location"]
    bucket, _, key = location.partition("/")
    try:
        content = cloud.clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        archive = zipfile.ZipFile(io.BytesIO(content))
        recipe = archive.read("Dockerfile").decode()
    except (ClientError, zipfile.BadZipFile, KeyError) as error:
        return f"the source {location} cannot be built: {error}"
    missing = [
        wanted for wanted in _copied(recipe) if not fnmatch.filter(archive.namelist(), wanted)
    ]
    if missing:
        return f"the source {location} has no {' and no '.join(missing)}"
    return _install(cloud, archive, project["environment"])


def _install(cloud: Cloud, archive: zipfile.ZipFile, environment: Mapping[str, Any]) -> str:
    variables = {each["name"]: each["value"] for each in environment["environmentVariables"]}
    repository, _, tag = variables["IMAGE"].partition("/")[2].rpartition(":")
    wheels = [archive.read(name) for name in archive.namelist() if name.endswith(".whl")]
    try:
        cloud.images.build(tag, wheels)
    except ArchiveError as error:
        return error.message
    cloud.permissions.demand(*pushing(variables["IMAGE"], cloud.account))
    _push(cloud, repository, tag)
    return ""


def _copied(recipe: str) -> Iterator[str]:
    """Yield what a Dockerfile copies from the folder it is built in."""
    for line in recipe.splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--"):
            yield from words[1:-1]


def _push(cloud: Cloud, repository: str, tag: str) -> None:
    manifest = {"schemaVersion": 2, "mediaType": _MEDIA, "config": {"digest": tag}}
    cloud.clients.client("ecr").put_image(
        repositoryName=repository, imageManifest=json.dumps(manifest), imageTag=tag
    )
