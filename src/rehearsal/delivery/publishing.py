"""Deploy actions of S3: an artefact put into a bucket, whole or file by file."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.execution import ActionFailedError


def publish(context: ActionContext) -> None:
    """Put the artefact into the bucket that the action names, as the action's role."""
    bucket, content = context.setting("BucketName"), context.read(context.inputs[0])
    s3, count = context.cloud.clients.client("s3"), 0
    for key, body in _objects(context, content):
        told = mimetypes.guess_type(key)[0] or "application/octet-stream"
        settings = {"ContentType": told, **_settings(context)}
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=body, **settings)
        except ClientError as error:
            raise ActionFailedError("ActionExecutionFailed", str(error)) from error
        count += 1
    context.run.summary = f"{count} objects are in {bucket}"


def _objects(context: ActionContext, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield keys and contents: each file of the archive below ObjectKey, or all of it as that."""
    if context.setting("Extract").lower() != "true":
        yield context.setting("ObjectKey"), content
        return
    below = context.configuration.get("ObjectKey", "").strip("/")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if not name.endswith("/"):
                    yield f"{below}/{name}" if below else name, archive.read(name)
    except zipfile.BadZipFile as error:
        raise ActionFailedError(
            "ConfigurationError", f"{context.inputs[0]} is no ZIP archive: {error}."
        ) from error


def _settings(context: ActionContext) -> dict[str, Any]:
    given = context.configuration
    found = {"ACL": given.get("CannedACL"), "CacheControl": given.get("CacheControl")}
    if key := given.get("KMSEncryptionKeyARN"):
        found |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    return {name: value for name, value in found.items() if value}
