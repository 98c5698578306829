"""S3: buckets with what can be set on them, and their policies."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rehearsal.cfn.bucket_notifications import check_notification, put_notification
from rehearsal.cfn.bucket_rules import cors_rule, lifecycle_rule
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, document, tags
from rehearsal.cloud import Cloud


def _create_bucket(cloud: Cloud, name: str, properties: Properties) -> Made:
    name = name.lower()[:63]
    s3 = cloud.clients.client("s3")
    if name in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        raise RefusedError(f"{name} already exists")  # S3 itself would say nothing, in us-east-1
    place = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
    s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    _set_bucket(cloud, name, {}, properties)
    return Made(name, bucket_attributes(cloud, name))


def bucket_attributes(cloud: Cloud, name: str) -> dict[str, Any]:
    """Return what GetAtt gives of a bucket."""
    return {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "DualStackDomainName": f"{name}.s3.dualstack.{cloud.region}.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{cloud.region}.amazonaws.com",
        "WebsiteURL": f"http://{name}.s3-website-{cloud.region}.amazonaws.com",
    }


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
    elif old.get("Tags"):
        s3.delete_bucket_tagging(Bucket=name)


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
        LifecycleConfiguration={"Rules": [lifecycle_rule(rule) for rule in given["Rules"]]},
    )


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


def _cors(s3: Any, name: str, given: Any) -> None:
    rules = [cors_rule(rule) for rule in given["CorsRules"]]
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})


def _access(s3: Any, name: str, given: Any) -> None:
    canned = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", given).lower()
    s3.put_bucket_acl(Bucket=name, ACL=canned)


_OF_OWNER = {"Private", "BucketOwnerFullControl", "BucketOwnerRead"}
"""The canned lists that give nothing to anybody else, which S3 takes of every bucket."""


def _check_bucket(cloud: Cloud, properties: Properties) -> None:
    """Refuse what S3 refuses of new buckets, and say what is not done here."""
    check_notification(cloud, properties)
    owned = properties.get("OwnershipControls", {}).get("Rules", [{}])[0].get("ObjectOwnership")
    shared = properties.get("AccessControl", "Private") not in _OF_OWNER
    if shared and owned in {None, "BucketOwnerEnforced"}:
        raise RefusedError(
            f"AccessControl {properties['AccessControl']}: Bucket cannot have ACLs set with "
            "ObjectOwnership's BucketOwnerEnforced setting. Give OwnershipControls with another."
        )
    for rule in properties.get("LifecycleConfiguration", {}).get("Rules", []):
        lifecycle_rule(rule)
    for key, words in _INERT.items():
        if key in properties:
            cloud.journal.remark(f"buckets: their {key} {words}")


_INERT = {
    "AccelerateConfiguration": "is not heeded",
    "AccessControl": "is kept; it is not enforced",
    "AnalyticsConfigurations": "are not heeded",
    "IntelligentTieringConfigurations": "are not heeded",
    "InventoryConfigurations": "are not heeded: no inventory is written",
    "LifecycleConfiguration": "is kept; nothing expires or moves",
    "LoggingConfiguration": "is kept; no log is written",
    "MetricsConfigurations": "are not heeded",
    "WebsiteConfiguration": "is not heeded: no site is served",
}
_UNTOLD = frozenset(_INERT) - {"AccessControl", "LifecycleConfiguration", "LoggingConfiguration"}


_SETTINGS: dict[str, Callable[[Any, str, Any], None]] = {
    "OwnershipControls": _ownership,
    "AccessControl": _access,
    "BucketEncryption": _encryption,
    "LifecycleConfiguration": _lifecycle,
    "LoggingConfiguration": _logging,
    "CorsConfiguration": _cors,
    "NotificationConfiguration": put_notification,
    "PublicAccessBlockConfiguration": _public_access,
    "VersioningConfiguration": _versioning,
}

_REMOVALS: dict[str, Callable[[Any, str], object]] = {
    "AccessControl": lambda s3, name: s3.put_bucket_acl(Bucket=name, ACL="private"),
    "CorsConfiguration": lambda s3, name: s3.delete_bucket_cors(Bucket=name),
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
        Bucket=properties["Bucket"], Policy=document(properties["PolicyDocument"])
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
        attributes=frozenset(
            {"Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"}
        ),
        properties=frozenset({"BucketName", "Tags", *_SETTINGS, *_UNTOLD}),
        check=_check_bucket,
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
