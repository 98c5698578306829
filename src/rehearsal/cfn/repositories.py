"""CodeCommit and CodeConnections: repositories, and connections to those of others."""

from __future__ import annotations

from uuid import uuid4

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, tags
from rehearsal.cloud import Cloud


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    made = cloud.clients.client("codecommit").create_repository(
        repositoryName=name[:100],
        repositoryDescription=properties.get("RepositoryDescription", ""),
        tags=tags(properties),
    )["repositoryMetadata"]
    told = {key: made[f"{key[:1].lower()}{key[1:]}"] for key in ("CloneUrlHttp", "CloneUrlSsh")}
    told |= {"Arn": arn(cloud, "codecommit", name[:100]), "Name": name[:100]}
    return Made(made["repositoryId"], told)


def _delete(cloud: Cloud, identity: str, _: Properties) -> None:
    from moto.codecommit.models import codecommit_backends

    # The API deletes by name, and CloudFormation knows a repository by its id.
    kept = codecommit_backends[cloud.account][cloud.region].repositories
    for name, each in list(kept.items()):
        if each.repository_metadata["repositoryId"] == identity:
            del kept[name]


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
        properties=frozenset({"RepositoryDescription", "RepositoryName", "Tags"}),
    ),
    _connection("AWS::CodeConnections::Connection"),
    _connection("AWS::CodeStarConnections::Connection"),
]
