"""CodeBuild in the rehearsal: a build looks into its source, and its image is in the repository.

Nothing is built: jobs run the code of this machine. What a build would fail on at once is looked
at all the same: the source bundle is there, and holds a Dockerfile and whatever that copies.
"""

from __future__ import annotations

import fnmatch
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from unchurn.aws.rehearsal.patches import Patch, around

if TYPE_CHECKING:
    from unchurn.aws.rehearsal.cloud import Cloud

_MEDIA = "application/vnd.docker.distribution.manifest.v2+json"
_REMARK = "the build of the image: its source is looked at, its code runs from this machine"


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes a build of moto push the image that its project names."""
    from moto.codebuild.models import CodeBuildBackend

    broken: dict[str, str] = {}

    def start(original: Callable[..., Any], backend: Any, name: str, *rest: Any) -> Any:
        project = backend.codebuild_projects[name].project_metadata
        build = original(backend, name, *rest)
        why = _looked_at(cloud, project["source"]["location"])
        if why:
            broken[build["id"]] = why
        else:
            _push(cloud, project["environment"])
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


def _looked_at(cloud: Cloud, location: str) -> str:
    """Say what is wrong with a source bundle, or nothing."""
    from botocore.exceptions import ClientError

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
    return f"the source {location} has no {' and no '.join(missing)}" if missing else ""


def _copied(recipe: str) -> Iterator[str]:
    """Yield what a Dockerfile copies from the folder it is built in."""
    for line in recipe.splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--"):
            yield from words[1:-1]


def _push(cloud: Cloud, environment: Mapping[str, Any]) -> None:
    variables = {each["name"]: each["value"] for each in environment["environmentVariables"]}
    repository, _, tag = variables["IMAGE"].partition("/")[2].rpartition(":")
    manifest = {"schemaVersion": 2, "mediaType": _MEDIA, "config": {"digest": tag}}
    cloud.clients.client("ecr").put_image(
        repositoryName=repository, imageManifest=json.dumps(manifest), imageTag=tag
    )
