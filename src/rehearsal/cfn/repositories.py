"""CodeCommit and CodeConnections: repositories, and connections to those of others."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, tags
from rehearsal.cloud import Cloud
from rehearsal.delivery.repositories import begin, forget


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    name, first = name[:100], _first(cloud, properties)
    made = cloud.clients.client("codecommit").create_repository(
        repositoryName=name,
        repositoryDescription=properties.get("RepositoryDescription", ""),
        tags=tags(properties),
    )["repositoryMetadata"]
    if first:
        begin(cloud, name, first, properties["Code"].get("BranchName", "main"))
    if "Triggers" in properties:
        cloud.journal.remark("repositories: their Triggers are kept; nothing is pushed here")
    told = {key: made[f"{key[:1].lower()}{key[1:]}"] for key in ("CloneUrlHttp", "CloneUrlSsh")}
    told |= {"Arn": arn(cloud, "codecommit", name), "Name": name}
    return Made(made["repositoryId"], told)


def _first(cloud: Cloud, properties: Properties) -> bytes:
    """Return the archive of the first commit, empty where there is none.

    Raises `RefusedError` for one that is not in its bucket, or is no archive.
    """
    if "Code" not in properties:
        return b""
    place = properties["Code"]["S3"]
    names = {"Bucket": "Bucket", "Key": "Key", "ObjectVersion": "VersionId"}
    given = {names[key]: value for key, value in place.items()}
    try:
        content = cloud.clients.client("s3").get_object(**given)["Body"].read()
    except ClientError as error:
        where = f"{given['Bucket']}/{given['Key']}"
        raise RefusedError(f"Error occurred while GetObject: {where}: {error}") from error
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise RefusedError(f"Code of a repository is a ZIP archive; {given} is none.")
    return bytes(content)


def _delete(cloud: Cloud, identity: str, _: Properties) -> None:
    # The API deletes by name, and CloudFormation knows a repository by its id.
    kept = _kept(cloud)
    for name, each in list(kept.items()):
        if each.repository_metadata["repositoryId"] == identity:
            del kept[name]
            forget(cloud, name)


def _kept(cloud: Cloud) -> dict[str, Any]:
    from moto.codecommit.models import codecommit_backends

    kept: dict[str, Any] = codecommit_backends[cloud.account][cloud.region].repositories
    return kept


def _connect(cloud: Cloud, name: str, _: Properties) -> Made:
    cloud.journal.remark(
        f"The connection {name} counts as available; on AWS somebody has to complete it by hand."
    )
    made = arn(cloud, "codeconnections", f"connection/{uuid4()}")
    told = {"ConnectionStatus": "AVAILABLE", "OwnerAccountId": cloud.account}
    return Made(made, {"ConnectionArn": made, **told})


def _connection(name: str) -> ResourceType:
    return ResourceType(
        name,
        _connect,
        lambda *_: None,  # nothing is kept of it
        named_by="ConnectionName",
        attributes=frozenset({"ConnectionArn", "ConnectionStatus", "OwnerAccountId"}),
        properties=frozenset({"ConnectionName", "HostArn", "ProviderType", "Tags"}),
    )


TYPES = [
    ResourceType(
        "AWS::CodeCommit::Repository",
        _create,
        _delete,
        named_by="RepositoryName",
        attributes=frozenset({"Arn", "CloneUrlHttp", "CloneUrlSsh", "Name"}),
        properties=frozenset(
            {"Code", "RepositoryDescription", "RepositoryName", "Tags", "Triggers"}
        ),
    ),
    _connection("AWS::CodeConnections::Connection"),
    _connection("AWS::CodeStarConnections::Connection"),
]
