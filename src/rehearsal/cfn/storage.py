"""S3: buckets with what can be set on them, and their policies."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rehearsal.cfn.bucket_notifications import check_notification, put_notification
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, tags
from rehearsal.cloud import Cloud
from rehearsal.errors import listing


def _create_bucket(cloud: Cloud, name: str, properties: Properties) -> Made:
    name = name.lower()[:63]
    s3 = cloud.clients.client("s3")
    place = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
    s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    _set_bucket(cloud, name, {}, properties)
    domain = f"{name}.s3.amazonaws.com"
    regional = f"{name}.s3.{cloud.region}.amazonaws.com"
    return Made(
        name,
        {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": regional},
    )


def _set_bucket(cloud: Cloud, name: str, old: Properties, properties: Properties) -> None:
    s3 = cloud.clients.client("s3")
    for key, put in _SETTINGS.items():
        if key in properties:
            put(s3, name, properties[key])
        elif key in old:
            _REMOVALS[key](s3, name)
    if properties.get("Tags"):
        pairs = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs})


def _encryption(s3: Any, name: str, given: Any) -> None:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in given["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})


def _lifecycle(s3: Any, name: str, given: Any) -> None:
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={"Rules": [_lifecycle_rule(rule) for rule in given["Rules"]]},
    )


_RULE = {
    "AbortIncompleteMultipartUpload",
    "ExpirationInDays",
    "ExpiredObjectDeleteMarker",
    "Id",
    "NoncurrentVersionExpiration",
    "Prefix",
    "Status",
}


def _lifecycle_rule(given: Properties) -> Properties:
    if set(given) - _RULE:
        strangers = listing(sorted(set(given) - _RULE))
        raise RefusedError(f"The rehearsal does not know {strangers} of a lifecycle rule.")
    rule: Properties = {"Status": given["Status"], "Filter": {"Prefix": given.get("Prefix", "")}}
    if "Id" in given:
        rule["ID"] = given["Id"]
    if "ExpirationInDays" in given:
        rule["Expiration"] = {"Days": given["ExpirationInDays"]}
    elif "ExpiredObjectDeleteMarker" in given:
        rule["Expiration"] = {"ExpiredObjectDeleteMarker": given["ExpiredObjectDeleteMarker"]}
    for key in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if key in given:
            rule[key] = given[key]
    return rule


def _ownership(s3: Any, name: str, given: Any) -> None:
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": given["Rules"]})


def _public_access(s3: Any, name: str, given: Any) -> None:
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=given)


def _versioning(s3: Any, name: str, given: Any) -> None:
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=given)


def _logging(s3: Any, name: str, given: Any) -> None:
    target = given.get("DestinationBucketName", name)
    enabled = {"TargetBucket": target, "TargetPrefix": given.get("LogFilePrefix", "")}
    s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": enabled})


_SETTINGS: dict[str, Callable[[Any, str, Any], None]] = {
    "BucketEncryption": _encryption,
    "LifecycleConfiguration": _lifecycle,
    "LoggingConfiguration": _logging,
    "NotificationConfiguration": put_notification,
    "OwnershipControls": _ownership,
    "PublicAccessBlockConfiguration": _public_access,
    "VersioningConfiguration": _versioning,
}

_REMOVALS: dict[str, Callable[[Any, str], object]] = {
    "BucketEncryption": lambda s3, name: s3.delete_bucket_encryption(Bucket=name),
    "LifecycleConfiguration": lambda s3, name: s3.delete_bucket_lifecycle(Bucket=name),
    "LoggingConfiguration": lambda s3, name: s3.put_bucket_logging(
        Bucket=name, BucketLoggingStatus={}
    ),
    "NotificationConfiguration": lambda s3, name: put_notification(s3, name, {}),
    "OwnershipControls": lambda s3, name: s3.delete_bucket_ownership_controls(Bucket=name),
    "PublicAccessBlockConfiguration": lambda s3, name: s3.delete_public_access_block(Bucket=name),
    "VersioningConfiguration": lambda s3, name: _versioning(s3, name, {"Status": "Suspended"}),
}
"""What an update does with a setting that its template has no longer."""


def _delete_bucket(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("s3").delete_bucket(Bucket=name)


def _put_policy(cloud: Cloud, properties: Properties) -> None:
    cloud.clients.client("s3").put_bucket_policy(
        Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"])
    )


def _create_policy(cloud: Cloud, _: str, properties: Properties) -> Made:
    _put_policy(cloud, properties)
    return Made(properties["Bucket"])


def _delete_policy(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("s3").delete_bucket_policy(Bucket=name)


TYPES = [
    ResourceType(
        "AWS::S3::Bucket",
        _create_bucket,
        _delete_bucket,
        _set_bucket,
        named_by="BucketName",
        attributes=frozenset({"Arn", "DomainName", "RegionalDomainName"}),
        properties=frozenset({"BucketName", "Tags", *_SETTINGS}),
        check=check_notification,
    ),
    ResourceType(
        "AWS::S3::BucketPolicy",
        _create_policy,
        _delete_policy,
        lambda cloud, _, __, new: _put_policy(cloud, new),
        properties=frozenset({"Bucket", "PolicyDocument"}),
        replaced_by=frozenset({"Bucket"}),
    ),
]
