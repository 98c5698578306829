"""Source actions: the bundle in the bucket, or what stands for a repository."""

from __future__ import annotations

from typing import Any

from rehearsal.delivery.execution import ActionFailedError
from rehearsal.delivery.turn import Turn
from rehearsal.permissions.actions import Need, Place
from rehearsal.permissions.sessions import as_session

STANDS_IN = "delivery/source.zip"
"""The object in the pipeline's bucket that stands for the commit of a repository."""

_OF_CODECOMMIT = ("GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus")


def take_bundle(turn: Turn) -> None:
    """Take an object of S3 as the source."""
    bucket, key = turn.setting("S3Bucket"), turn.setting("S3ObjectKey")
    place = f"arn:aws:s3:::{bucket}/{key}"
    turn.demand(Need("s3:GetObjectVersion", place), Need("s3:GetObjectTagging", place))
    found = _fetched(turn, bucket, key)
    version = str(found.get("VersionId") or "")
    turn.run.variables = {
        "BucketName": bucket,
        "ObjectKey": key,
        "ETag": found["ETag"].strip('"'),
        "VersionId": version or "null",
    }
    turn.run.summary = f"Amazon S3 version id: {version or 'null'}"
    turn.write(turn.outputs[0], found["Body"].read(), version)


def take_commit(turn: Turn) -> None:
    """Take the bundle that stands for a commit; its hash is the commit's."""
    repository = turn.configuration.get("FullRepositoryId") or turn.setting("RepositoryName")
    branch = turn.setting("BranchName")
    turn.cloud.journal.remark(
        f"A source in a repository is not fetched: {STANDS_IN} in the bucket stands for a commit."
    )
    turn.demand(*_needs(turn, repository))
    with as_session(None):
        found = _fetched(turn, turn.store, STANDS_IN)
    commit = found["ETag"].strip('"').ljust(40, "0")[:40]
    turn.run.variables = {
        "CommitId": commit,
        "BranchName": branch,
        "CommitMessage": "A commit of the rehearsal",
        "FullRepositoryName": repository,
        "RepositoryName": repository.rpartition("/")[2],
        "AuthorDate": f"{found['LastModified']:%Y-%m-%dT%H:%M:%SZ}",
    }
    turn.run.summary = f"A commit of the rehearsal in {repository}"
    turn.write(turn.outputs[0], found["Body"].read(), commit)


def _needs(turn: Turn, repository: str) -> list[Need]:
    """Return what CodePipeline needs of a repository, as the action's role."""
    if connection := turn.configuration.get("ConnectionArn"):
        older = ":codestar-connections:" in connection  # the service's name before
        service = "codestar-connections" if older else "codeconnections"
        return [Need(f"{service}:UseConnection", connection)]
    on = Place(turn.cloud.region, turn.cloud.account).arn("codecommit", repository)
    return [Need(f"codecommit:{each}", on) for each in _OF_CODECOMMIT]


def _fetched(turn: Turn, bucket: str, key: str) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        found: dict[str, Any] = turn.cloud.clients.client("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise ActionFailedError(
            "ConfigurationError",
            f"The object with key '{key}' could not be read from the bucket '{bucket}': {error}",
        ) from error
    return found
