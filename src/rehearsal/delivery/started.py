"""Builds that are started by themselves (StartBuild): their buildspec is run, as a pipeline's build is.

Their source is an archive in a bucket, or none; what they leave goes to a bucket, or nowhere.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rehearsal.delivery.build import Build
from rehearsal.delivery.builds import Builds
from rehearsal.delivery.buildspec import BuildspecError
from rehearsal.errors import InputError
from rehearsal.patches import Patch, around

_KNOWN = {
    *("projectName", "sourceVersion", "buildspecOverride", "environmentVariablesOverride"),
    *("timeoutInMinutesOverride", "idempotencyToken", "artifactsOverride", "sourceTypeOverride"),
    *("sourceLocationOverride", "serviceRoleOverride", "imageOverride", "computeTypeOverride"),
}
"""What of StartBuild is heeded; an image and a size make no difference here."""
_TOKEN = timedelta(minutes=5)
"""How long a request with the same idempotency token is the same request."""
_OF_SOURCE = {"buildspecOverride": "buildspec", "sourceTypeOverride": "type"} | {
    "sourceLocationOverride": "location"
}
_OF_PROJECT = {"timeoutInMinutesOverride": "timeoutInMinutes", "artifactsOverride": "artifacts"} | {
    "serviceRoleOverride": "serviceRole"
}


def patches(builds: Builds) -> list[Patch]:
    """Return what runs a build that is started by itself."""
    from moto.codebuild.responses import CodeBuildResponse as Api

    asked: dict[str, tuple[Mapping[str, Any], Build]] = {}

    def start(original: Callable[..., Any], response: Any) -> Any:
        from moto.codebuild.exceptions import InvalidInputException
        from moto.core.responses import ActionResult

        request = json.loads(response.body)
        kept = response.codebuild_backend.codebuild_projects.get(request.get("projectName"))
        if kept is None:
            return original(response)  # which says that there is none
        if strange := sorted(set(request) - _KNOWN):
            raise InvalidInputException(f"Not rehearsed of StartBuild: {', '.join(strange)}")
        for each in request.get("environmentVariablesOverride") or []:
            if each.get("type", "PLAINTEXT") != "PLAINTEXT":
                raise InvalidInputException(
                    f"The variable {each['name']} comes from {each['type']}, which is not rehearsed."
                )
        token = request.get("idempotencyToken") or ""
        before = asked.get(token)
        if before is None or before[1].started < datetime.now(UTC) - _TOKEN:
            before = (request, _begun(builds, kept.project_metadata, request))
        elif before[0] != request:
            raise InvalidInputException(
                f"The parameters differ from those sent with {token} before"
            )
        if token:
            asked[token] = before
        build = before[1]
        return ActionResult({"build": build.describe()})

    return [around(Api, "start_build", start)]


def _begun(builds: Builds, kept: Mapping[str, Any], request: Mapping[str, Any]) -> Build:
    given = {ours: request[name] for name, ours in _OF_SOURCE.items() if name in request}
    project = {**kept, "source": {**kept["source"], **given}}
    project |= {ours: request[name] for name, ours in _OF_PROJECT.items() if name in request}
    variables = request.get("environmentVariablesOverride") or []
    source = project["source"]
    build, _ = builds.begin(
        project,
        _Source(builds, project, request.get("sourceVersion") or "").read,
        str(request.get("sourceVersion") or source.get("location") or ""),
        "",
        "StartBuild",
        {each["name"]: each["value"] for each in variables},
        lambda made: _upload(builds, made),
    )
    return build


@dataclass(frozen=True)
class _Source:
    """Where a build's source is."""

    builds: Builds
    project: Mapping[str, Any]
    version: str

    def read(self) -> bytes:
        """Return the archive, nothing where there is none. Raises `InputError`."""
        from botocore.exceptions import ClientError

        source = self.project["source"]
        for more in ("secondarySources", "secondaryArtifacts"):
            if self.project.get(more):
                raise InputError(f"The {more} of a build are not rehearsed.")
        if source["type"] == "NO_SOURCE":
            return b""
        if source["type"] != "S3":
            raise InputError(
                f"A build that is started by itself has its source in S3, or none, in a rehearsal; "
                f"this one has it in {source['type']}. Start its pipeline."
            )
        bucket, _, key = str(source["location"]).removeprefix("arn:aws:s3:::").partition("/")
        version = {"VersionId": self.version} if self.version else {}
        s3 = self.builds.cloud.clients.client("s3")
        try:
            content: bytes = s3.get_object(Bucket=bucket, Key=key, **version)["Body"].read()
        except ClientError as error:
            raise InputError(
                f"the source {source['location']} cannot be downloaded: {error}"
            ) from error
        return content


def _upload(builds: Builds, build: Build) -> None:
    """Put what a build leaves where its project says; raises `BuildspecError` where that cannot be.

    By the rules of "ProjectArtifacts" in the API of CodeBuild: `path`, the build's id where
    namespaceType asks for it, `name`; as one archive, or as the files.
    """
    from botocore.exceptions import ClientError

    artifacts = build.project.get("artifacts") or {}
    if artifacts.get("type") != "S3":
        return
    if not build.output:
        raise BuildspecError("The buildspec names no artifacts, and the project keeps them in S3.")
    within = build.stream if artifacts.get("namespaceType") == "BUILD_ID" else ""
    named = [artifacts.get("path"), within, artifacts.get("name") or build.name]
    place = "/".join(part for each in named if (part := str(each or "").strip("/")))
    s3, bucket = builds.cloud.clients.client("s3"), artifacts["location"]
    try:
        if artifacts.get("packaging") == "ZIP":
            s3.put_object(Bucket=bucket, Key=place, Body=build.output)
            return
        with zipfile.ZipFile(io.BytesIO(build.output)) as archive:
            for name in archive.namelist():
                key = f"{place}/{name}" if place else name
                s3.put_object(Bucket=bucket, Key=key, Body=archive.read(name))
    except ClientError as error:
        raise BuildspecError(f"Error uploading artifacts: {error}") from error
