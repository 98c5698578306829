"""ECR: repositories of images."""

from __future__ import annotations

import json

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, lowered
from rehearsal.cloud import Cloud


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    given: Properties = {"repositoryName": name.lower(), "tags": properties.get("Tags") or []}
    if "ImageTagMutability" in properties:
        given["imageTagMutability"] = properties["ImageTagMutability"]
    for key in ("ImageScanningConfiguration", "EncryptionConfiguration"):
        if key in properties:
            given[key[:1].lower() + key[1:]] = lowered(properties[key])
    made = cloud.clients.client("ecr").create_repository(**given)["repository"]
    _set(cloud, made["repositoryName"], {}, properties)
    return Made(
        made["repositoryName"],
        {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]},
    )


def _set(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    ecr = cloud.clients.client("ecr")
    lifecycle = (new.get("LifecyclePolicy") or {}).get("LifecyclePolicyText")
    if lifecycle:
        ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=lifecycle)
    if "RepositoryPolicyText" in new:
        policy = json.dumps(new["RepositoryPolicyText"])
        ecr.set_repository_policy(repositoryName=name, policyText=policy)
    if old and old.get("ImageTagMutability") != new.get("ImageTagMutability"):
        mutability = new.get("ImageTagMutability", "MUTABLE")
        ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability=mutability)


def _delete(cloud: Cloud, name: str, properties: Properties) -> None:
    force = str(properties.get("EmptyOnDelete", False)).lower() == "true"
    cloud.clients.client("ecr").delete_repository(repositoryName=name, force=force)


TYPES = [
    ResourceType(
        "AWS::ECR::Repository",
        _create,
        _delete,
        _set,
        named_by="RepositoryName",
        attributes=frozenset({"Arn", "RepositoryUri"}),
        properties=frozenset(
            {
                "EmptyOnDelete",
                "EncryptionConfiguration",
                "ImageScanningConfiguration",
                "ImageTagMutability",
                "LifecyclePolicy",
                "RepositoryName",
                "RepositoryPolicyText",
                "Tags",
            }
        ),
        replaced_by=frozenset({"EncryptionConfiguration"}),
    )
]
