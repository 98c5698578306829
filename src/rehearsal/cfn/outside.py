"""What a template takes for granted, and nobody has put there: told while it is planned.

What something of the template may make on the way (a value, an object in a bucket) is looked for only
when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.cfn.custom import is_custom
from rehearsal.cfn.dynamic_references import referred, stored
from rehearsal.cfn.intrinsics import Scope, references_to_come, unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Properties
from rehearsal.cloud import Cloud
from rehearsal.lambda_runtimes import unrun

_STORED_BY = {
    "ssm": "AWS::SSM::Parameter",
    "ssm-secure": "AWS::SSM::Parameter",
    "secretsmanager": "AWS::SecretsManager::Secret",
}
_CODE = {
    "AWS::CodeCommit::Repository": (("Code", "S3"), "Bucket", "Key"),
    "AWS::Lambda::Function": (("Code",), "S3Bucket", "S3Key"),
    "AWS::Lambda::LayerVersion": (("Content",), "S3Bucket", "S3Key"),
}
"""By type, where the place of an archive stands, and how its bucket and its key are called."""


def check_outside(cloud: Cloud, scope: Scope, kind: str, properties: Properties) -> None:
    """Refuse a resource that reads what is not there, and that no other of its template could make.

    Raises `RefusedError` in the words in which its creation would fail.
    """
    if is_custom(kind):
        _check_runtime(scope, properties)
    kinds = {body["Type"] for body in scope.template.resources.values()}
    if any(map(_makes_anything, kinds)):
        return
    for service, name in referred(properties):
        if _STORED_BY[service] not in kinds:
            stored(cloud, service, name)
    _check_code(cloud, scope, kind, properties)


def _makes_anything(kind: str) -> bool:
    """Tell whether a resource runs somebody's code, or a stack of its own, while it is made."""
    return is_custom(kind) or kind == "AWS::CloudFormation::Stack"


def _check_runtime(scope: Scope, properties: Properties) -> None:
    """Refuse a custom resource whose function, of the same template, does not run here."""
    for name in references_to_come(properties.get("ServiceToken")):
        body = scope.template.resources.get(name, {})
        if body.get("Type") != "AWS::Lambda::Function":
            continue
        given = body.get("Properties") or {}
        of_image = "ImageUri" in (given.get("Code") or {})
        runtime = "an image" if of_image else str(scope.resolve(given.get("Runtime", "")))
        if runtime and not unknown(runtime) and (why := unrun(runtime)):
            raise RefusedError(
                f"Its ServiceToken is {name}, and a custom resource is made by its function's answer. {why}"
            )


def _check_code(cloud: Cloud, scope: Scope, kind: str, properties: Properties) -> None:
    path, bucket, key = _CODE.get(kind, ((), "", ""))
    place: Any = properties if path else {}
    for name in path:
        place = place.get(name) if isinstance(place, dict) else None
    if not isinstance(place, dict) or not {bucket, key} <= set(place) or unknown(place):
        return
    if any(each == place[bucket] or unknown(each) for each in _named_buckets(scope)):
        return
    try:
        cloud.clients.client("s3").get_object(Bucket=place[bucket], Key=place[key])
    except BotoCoreError:
        return  # no name of a bucket: its creation says so
    except ClientError as error:
        told = error.response["Error"]
        if told["Code"] != "NoSuchBucket":
            return  # an object may yet be put there
        raise RefusedError(
            f"Error occurred while GetObject. S3 Error Code: {told['Code']}. S3 Error Message: "
            f"{told['Message']} ({place[bucket]}/{place[key]})"
        ) from error


def _named_buckets(scope: Scope) -> Iterator[Any]:
    """Yield the names of the buckets that the template makes; one that AWS names is nobody's code."""
    for name, body in scope.template.resources.items():
        given = (body.get("Properties") or {}).get("BucketName")
        if body["Type"] == "AWS::S3::Bucket" and given is not None and scope.stands(name):
            yield scope.resolve(given)
