"""Source actions of ECR: what is known of an image, as CodePipeline writes it down."""

from __future__ import annotations

import io
import json
import zipfile

from botocore.exceptions import ClientError

from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.execution import ActionFailedError
from rehearsal.permissions.actions import Need, Place

_FILE = "imageDetail.json"


def take_image(context: ActionContext) -> None:
    """Take the image of a repository that has a tag; later actions find ``imageDetail.json``."""
    repository, tag = (
        context.setting("RepositoryName"),
        context.configuration.get("ImageTag") or "latest",
    )
    place = Place(context.cloud.region, context.cloud.account)
    context.demand(Need("ecr:DescribeImages", place.arn("ecr", f"repository/{repository}")))
    try:
        (found,) = context.cloud.clients.client("ecr").describe_images(
            repositoryName=repository, imageIds=[{"imageTag": tag}]
        )["imageDetails"]
    except ClientError as error:
        raise ActionFailedError("ConfigurationError", str(error)) from error
    digest = str(found["imageDigest"])
    host = f"{context.cloud.account}.dkr.ecr.{context.cloud.region}.amazonaws.com"
    told = {
        "ImageSizeInBytes": str(found.get("imageSizeInBytes", "")),
        "ImageDigest": digest,
        "Version": "1.0",
        "ImagePushedAt": str(found.get("imagePushedAt", "")),
        "RegistryId": context.cloud.account,
        "RepositoryName": repository,
        "ImageURI": f"{host}/{repository}@{digest}",
        "ImageTags": found.get("imageTags", [tag]),
    }
    names = ("RegistryId", "RepositoryName", "ImageDigest", "ImageURI")
    context.run.variables = {name: told[name] for name in names} | {"ImageTag": tag}
    context.run.summary = digest
    context.write(context.outputs[0], _packed(told), digest)


def _packed(told: dict[str, object]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(_FILE), json.dumps(told))
    return stream.getvalue()
