"""Source actions: the bundle in the bucket, a commit of a local repository, or what stands for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.execution import ActionFailedError
from rehearsal.delivery.repositories import Commit, folder_of, latest, packed
from rehearsal.errors import InputError
from rehearsal.permissions.actions import Need, Place
from rehearsal.permissions.sessions import as_session

STANDS_IN = "delivery/source.zip"
"""The object in the pipeline's bucket that stands for the commit of a repository nobody has given."""
CLONE = "CODEBUILD_CLONE_REF"
FORMATS = ("CODE_ZIP", CLONE)
"""What a source's OutputArtifactFormat may be; the first where nothing is said."""
_REFERS = "rehearsedRepository"
"""What marks an artefact that is no archive, and refers a build to a repository to be cloned."""

_OF_CODECOMMIT = ("GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus")


def take_bundle(context: ActionContext) -> None:
    """Take an object of S3 as the source."""
    bucket, key = context.setting("S3Bucket"), context.setting("S3ObjectKey")
    place = f"arn:aws:s3:::{bucket}/{key}"
    context.demand(Need("s3:GetObjectVersion", place), Need("s3:GetObjectTagging", place))
    found = _fetched(context, bucket, key)
    version = str(found.get("VersionId") or "")
    context.run.variables = {
        "BucketName": bucket,
        "ObjectKey": key,
        "ETag": found["ETag"].strip('"'),
        "VersionId": version or "null",
    }
    context.run.summary = f"Amazon S3 version id: {version or 'null'}"
    context.write(context.outputs[0], found["Body"].read(), version)


def take_commit(context: ActionContext) -> None:
    """Take the last commit of a branch, from the folder that was given for the repository."""
    repository, branch = _named(context)
    folder = folder_of(context.cloud, repository)
    if folder is None:
        _take_stand_in(context, repository, branch)
        return
    commit = latest(folder, branch)
    if commit is None:
        raise ActionFailedError(
            "ConfigurationError",
            f"No Branch [{branch}] found for FullRepositoryName [{repository}] in {folder}.",
        )
    context.cloud.journal.remark(
        "A commit in a local repository starts no pipeline by itself: start its execution by hand."
    )
    _tell(context, repository, branch, commit)
    context.write(context.outputs[0], _content(context, repository, folder, commit.id), commit.id)


def _named(context: ActionContext) -> tuple[str, str]:
    """Return the repository and the branch, as the action's provider has them."""
    if "Repo" in context.configuration:
        owner = context.setting("Owner")
        return f"{owner}/{context.setting('Repo')}", context.setting("Branch")
    repository = context.configuration.get("FullRepositoryId") or context.setting("RepositoryName")
    return repository, context.setting("BranchName")


def cloned(context: ActionContext, content: bytes) -> bytes:
    """Return what a build is made from: the artefact, or the clone that it refers to."""
    if not content.startswith(b"{") or _REFERS.encode() not in content:
        return content
    told = json.loads(content)
    folder = folder_of(context.cloud, told[_REFERS])
    if folder is None:
        raise ActionFailedError("ConfigurationError", f"{told[_REFERS]} is no repository any more.")
    return packed(folder, told["commitId"], whole=True)


def _content(context: ActionContext, repository: str, folder: Path, commit: str) -> bytes:
    if context.configuration.get("OutputArtifactFormat") == CLONE:
        return json.dumps({_REFERS: repository, "commitId": commit}).encode()
    try:
        return packed(folder, commit)
    except InputError as error:
        raise ActionFailedError("ConfigurationError", error.message) from error


def _tell(context: ActionContext, repository: str, branch: str, commit: Commit) -> None:
    """Set the variables that the action has on AWS, and no other."""
    variables = {
        "CommitId": commit.id,
        "CommitMessage": commit.message,
        "BranchName": branch,
        "AuthorDate": commit.authored,
    }
    if "ConnectionArn" in context.configuration:
        variables |= {
            "FullRepositoryName": repository,
            "ConnectionArn": context.configuration["ConnectionArn"],
            "AuthorDisplayName": commit.author,
            "AuthorEmail": commit.email,
        }
        told = {"ProviderType": "GitHub", "CommitMessage": commit.message}
        context.run.summary = json.dumps(told)
    else:
        _, _, name = repository.rpartition("/")
        variables |= {"RepositoryName": name, "CommitterDate": commit.committed}
        if "Repo" in context.configuration:
            variables["CommitUrl"] = f"https://github.com/{repository}/commit/{commit.id}"
        context.run.summary = commit.message
    context.run.variables = variables


def _take_stand_in(context: ActionContext, repository: str, branch: str) -> None:
    """Take the bundle that stands for a commit; its hash is the commit's."""
    context.cloud.journal.remark(
        f"The repository {repository} is not given (up --repository {repository}=FOLDER): "
        f"{STANDS_IN} in the bucket stands for a commit."
    )
    context.demand(*_needs(context, repository))
    with as_session(None):
        found = _fetched(context, context.store, STANDS_IN)
    commit = found["ETag"].strip('"').ljust(40, "0")[:40]
    context.run.variables = {
        "CommitId": commit,
        "BranchName": branch,
        "CommitMessage": "A commit of the rehearsal",
        "FullRepositoryName": repository,
        "RepositoryName": repository.rpartition("/")[2],
        "AuthorDate": f"{found['LastModified']:%Y-%m-%dT%H:%M:%SZ}",
    }
    context.run.summary = f"A commit of the rehearsal in {repository}"
    context.write(context.outputs[0], found["Body"].read(), commit)


def _needs(context: ActionContext, repository: str) -> list[Need]:
    """Return what CodePipeline needs of a repository, as the action's role."""
    if "Repo" in context.configuration:
        return []  # by a token of GitHub's
    if connection := context.configuration.get("ConnectionArn"):
        older = ":codestar-connections:" in connection  # the service's name before
        service = "codestar-connections" if older else "codeconnections"
        return [Need(f"{service}:UseConnection", connection)]
    on = Place(context.cloud.region, context.cloud.account).arn("codecommit", repository)
    return [Need(f"codecommit:{each}", on) for each in _OF_CODECOMMIT]


def _fetched(context: ActionContext, bucket: str, key: str) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        found: dict[str, Any] = context.cloud.clients.client("s3").get_object(
            Bucket=bucket, Key=key
        )
    except ClientError as error:
        raise ActionFailedError(
            "ConfigurationError",
            f"The object with key '{key}' could not be read from the bucket '{bucket}': {error}",
        ) from error
    return found
