"""A build that makes an image with Docker: the wheels of its source are the image, and it is pushed.

Its Dockerfile is not run, but what a build would fail on at once is looked at: the source holds one,
and whatever that copies.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.delivery.buildspec import Buildspec
from rehearsal.errors import ArchiveError
from rehearsal.permissions.refusals import DeniedError
from rehearsal.permissions.unseen import pushing

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_MEDIA = "application/vnd.docker.distribution.manifest.v2+json"
_REMARK = (
    "the build of the image: its own code is unpacked and run, with the packages of this machine"
)
_BUILDS = re.compile(r"\bdocker\s+(?:buildx\s+|image\s+)?build\b")
_IMAGE = "IMAGE"
"""The variable that names the image of a build."""


def makes_image(spec: Buildspec) -> bool:
    """Tell whether a buildspec builds an image with Docker."""
    phases = spec.phases.values()
    return any(_BUILDS.search(each) for phase in phases for each in (*phase.commands, *phase.last))


def make_image(cloud: Cloud, source: Path, variables: Mapping[str, str]) -> str:
    """Build and push the image that `variables` name from the folder `source`; say what is wrong, if it is."""
    from botocore.exceptions import ClientError

    image = variables.get(_IMAGE, "")
    repository, _, tag = image.partition("/")[2].rpartition(":")
    if not repository:
        return (
            f"the rehearsal makes the image that the variable {_IMAGE} names, as "
            f"registry/repository:tag, and not what docker is told; it is {image!r}"
        )
    cloud.journal.remark(_REMARK)
    try:
        return _make(cloud, source, image, repository, tag)
    except ArchiveError as error:
        return error.message
    except (DeniedError, ClientError) as error:
        return str(error)


def _make(cloud: Cloud, source: Path, image: str, repository: str, tag: str) -> str:
    if not (source / "Dockerfile").is_file():
        return "the source cannot be built: it has no Dockerfile"
    files = [path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()]
    recipe = (source / "Dockerfile").read_text(encoding="utf-8")
    missing = [wanted for wanted in _copied(recipe) if not fnmatch.filter(files, wanted)]
    if missing:
        return f"the source has no {' and no '.join(missing)}"
    cloud.images.build(tag, [(source / name).read_bytes() for name in files if _is_wheel(name)])
    cloud.permissions.demand(*pushing(image, cloud.account))
    manifest = {"schemaVersion": 2, "mediaType": _MEDIA, "config": {"digest": tag}}
    cloud.clients.client("ecr").put_image(
        repositoryName=repository, imageManifest=json.dumps(manifest), imageTag=tag
    )
    return ""


def _is_wheel(name: str) -> bool:
    return name.endswith(".whl")


def _copied(recipe: str) -> Iterator[str]:
    """Yield what a Dockerfile copies from the folder it is built in."""
    for line in recipe.splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--"):
            for each in words[1:-1]:
                name = each.removeprefix("./")
                yield "*" if name in (".", "") else f"{name}*" if name.endswith("/") else name
