"""Everything that one request needs: its own action, and what comes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.permissions.actions import FREE, RENAMED, Need, Place, resources
from rehearsal.permissions.operations import Operation
from rehearsal.permissions.passing import passed
from rehearsal.permissions.s3_actions import s3_needs
from rehearsal.permissions.stored import Stored

_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_ADDING_TAGS = {"sagemaker": "sagemaker:AddTags"}
"""Services that ask for a second action where something is made with tags."""


def needs(operation: Operation, stored: Stored) -> list[Need]:
    """Return what a request needs, in the order in which AWS looks at it."""
    place = Place(stored.region, stored.account)
    own = f"{operation.service}:{operation.name}"
    if own in FREE:
        return []
    if operation.service == "s3":
        return [*s3_needs(operation), *_keys_of_objects(operation, stored)]
    if operation.service == "dynamodb" and operation.name.startswith(("Transact", "Batch")):
        return list(_items(operation, place))
    context = _context(operation)
    action = RENAMED.get(own, own)
    named = resources(operation, place)
    on = [stored.own_arn(each) for each in named]
    if operation.service == "kms" and operation.name.endswith("Alias"):
        on = list(
            dict.fromkeys([*named, *on])
        )  # what an alias becomes is asked of it and of its key
    found = [Need(action, arn, context) for arn in on]
    tagged = operation.name.startswith("Create") and operation.parameters.get("Tags")
    if tagged and operation.service in _ADDING_TAGS:
        found.append(Need(_ADDING_TAGS[operation.service], on[0], context))
    return [*found, *_roles(operation, stored)]


def _roles(operation: Operation, stored: Stored) -> Iterator[Need]:
    """Yield what passing the roles of a request needs."""
    for each in passed(operation):
        known = stored.role(each.role)
        arn = known.arn if known else each.role
        if not arn.startswith("arn:"):
            arn = f"arn:aws:iam::{stored.account}:role/{arn}"
        yield Need("iam:PassRole", arn, {"iam:PassedToService": [each.principal]})


def _items(operation: Operation, place: Place) -> Iterator[Need]:
    """Yield what a transaction or a batch of DynamoDB needs on each of its tables."""
    given = operation.parameters
    for each in given.get("TransactItems", ()):
        for kind, item in each.items():
            table = place.arn("dynamodb", f"table/{item['TableName']}")
            yield Need(f"dynamodb:{_IN_TRANSACTION[kind]}", table)
    for table in given.get("RequestItems", ()):
        yield Need(f"dynamodb:{operation.name}", place.arn("dynamodb", f"table/{table}"))


def _context(operation: Operation) -> dict[str, list[str]]:
    """Return the condition keys that a request says itself."""
    given = operation.parameters
    found: dict[str, list[str]] = {}
    tags = _pairs(given.get("Tags") or given.get("tags"))
    if tags:
        found["aws:TagKeys"] = list(tags)
        found |= {f"aws:RequestTag/{name}": [value] for name, value in tags.items()}
    if operation.service == "cloudwatch" and "Namespace" in given:
        found["cloudwatch:namespace"] = [str(given["Namespace"])]
    if operation.service == "sts" and "ExternalId" in given:
        found["sts:ExternalId"] = [str(given["ExternalId"])]
    if operation.service == "sns" and "Protocol" in given:
        found["sns:Protocol"] = [str(given["Protocol"])]
    if operation.service == "lambda" and "Principal" in given:
        found["lambda:Principal"] = [str(given["Principal"])]
    if operation.service == "cloudformation" and "RoleARN" in given:
        found["cloudformation:RoleArn"] = [str(given["RoleARN"])]
    return found


def _pairs(tags: Any) -> dict[str, str]:
    if isinstance(tags, Mapping):
        return {str(name): str(value) for name, value in tags.items()}
    pairs = [each for each in tags or () if isinstance(each, Mapping)]
    return {
        str(each.get("Key", each.get("key"))): str(each.get("Value", each.get("value")))
        for each in pairs
    }


_DECRYPTING = {"GetObject", "HeadObject", "CopyObject", "SelectObjectContent"}
_ENCRYPTING = {"PutObject", "CreateMultipartUpload", "CopyObject"}


def _keys_of_objects(operation: Operation, stored: Stored) -> Iterator[Need]:
    """Yield what S3 does with a customer's key of KMS for who reads or writes an object."""
    from moto.s3.exceptions import S3ClientError

    given = operation.parameters
    try:
        bucket = stored.backend("s3").get_bucket(str(given.get("Bucket", "")))
    except S3ClientError:
        return
    if operation.name in _DECRYPTING:
        found = bucket.keys.get(str(given.get("Key", "")))
        yield from _on_key(stored, "kms:Decrypt", getattr(found, "kms_key_id", None))
    if operation.name in _ENCRYPTING:
        default = ((bucket.encryption or {}).get("Rule") or {}).get(
            "ApplyServerSideEncryptionByDefault", {}
        )
        sent = operation.headers.get("x-amz-server-side-encryption-aws-kms-key-id")
        yield from _on_key(stored, "kms:GenerateDataKey", sent or default.get("KMSMasterKeyID"))


def _on_key(stored: Stored, action: str, key: str | None) -> Iterator[Need]:
    if key and "alias/aws/" not in key:
        arn = (
            key
            if key.startswith("arn:")
            else f"arn:aws:kms:{stored.region}:{stored.account}:key/{key}"
        )
        via = f"s3.{stored.region}.amazonaws.com"
        yield Need(action, stored.own_arn(arn), {"kms:ViaService": [via]})
