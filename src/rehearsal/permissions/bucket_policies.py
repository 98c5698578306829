"""A bucket's policy as S3 takes it: principals that there are, its own resources, actions that fit them.

See "Troubleshoot … MalformedPolicy" and "Actions, resources, and condition keys for Amazon S3".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from rehearsal.patches import Patch, around
from rehearsal.permissions.patterns import matches
from rehearsal.permissions.policies import PolicyError, Statement, read_policy
from rehearsal.permissions.stored import Stored

_OF_OBJECTS = frozenset(
    f"s3:{name}"
    for name in [
        "AbortMultipartUpload",
        "BypassGovernanceRetention",
        "DeleteObject",
        "DeleteObjectTagging",
        "DeleteObjectVersion",
        "DeleteObjectVersionTagging",
        "GetObject",
        "GetObjectAcl",
        "GetObjectAttributes",
        "GetObjectLegalHold",
        "GetObjectRetention",
        "GetObjectTagging",
        "GetObjectTorrent",
        "GetObjectVersion",
        "GetObjectVersionAcl",
        "GetObjectVersionAttributes",
        "GetObjectVersionForReplication",
        "GetObjectVersionTagging",
        "GetObjectVersionTorrent",
        "InitiateReplication",
        "ListMultipartUploadParts",
        "ObjectOwnerOverrideToBucketOwner",
        "PutObject",
        "PutObjectAcl",
        "PutObjectLegalHold",
        "PutObjectRetention",
        "PutObjectTagging",
        "PutObjectVersionAcl",
        "PutObjectVersionTagging",
        "ReplicateDelete",
        "ReplicateObject",
        "ReplicateTags",
        "RestoreObject",
    ]
)
"""Actions on objects; the others that a bucket's policy may name are on the bucket."""
_OF_BUCKETS = re.compile(
    r"s3:((Get|Put|Delete|List|Create)Bucket\w*"
    r"|(Get|Put)(Lifecycle|Replication|Encryption|Inventory|Metrics|Analytics|Accelerate"
    r"|IntelligentTiering)Configuration)",
    re.IGNORECASE,
)
_WILD = re.compile(r"[*?]|\$\{")
_MEMBER = re.compile(r"arn:[\w-]+:iam::(\d{12}):(role|user)/(.+)")


def patches(cloud: Any) -> list[Patch]:
    """Return what refuses a bucket's policy that S3 would."""
    from moto.s3.models import S3Backend

    def put(original: Callable[..., Any], backend: Any, bucket_name: str, policy: Any) -> Any:
        from moto.s3.exceptions import S3ClientError

        text = policy.decode() if isinstance(policy, bytes) else str(policy)
        if why := objection(cloud.permissions.stored, bucket_name, text):
            raise S3ClientError("MalformedPolicy", why)
        return original(backend, bucket_name, policy)

    return [around(S3Backend, "put_bucket_policy", put)]


def objection(stored: Stored, bucket: str, text: str) -> str:
    """Return why S3 refuses a policy of `bucket`, in its words; nothing where it takes it."""
    try:
        statements = read_policy(f"of the bucket {bucket}", text).statements
    except PolicyError as error:
        return error.message
    return next((why for each in statements for why in _objections(stored, bucket, each)), "")


def _objections(stored: Stored, bucket: str, statement: Statement) -> Iterator[str]:
    if statement.principals is None:
        yield "Missing required field Principal"
        return
    if not all(_is_there(stored, each) for each in statement.principals.named.get("AWS", ())):
        yield "Invalid principal in policy"
    kinds = set()
    for resource in statement.resources:
        name, _, key = resource.partition(":::")[2].partition("/")
        if resource != "*" and not _WILD.search(name) and name != bucket:
            yield "Policy has invalid resource"
        either = resource == "*" or _WILD.search(name)
        kinds |= {"object"} if key else {"bucket", "object"} if either else {"bucket"}
    if kinds and not all(_fits(action, kinds) for action in statement.actions):
        yield "Action does not apply to any resource(s) in statement"


def _is_there(stored: Stored, principal: str) -> bool:
    """Tell whether there is such a role or user; of other accounts that is not known here."""
    found = _MEMBER.fullmatch(principal)
    if found is None or found[1] != stored.account:
        return True
    if found[2] == "role":
        return stored.role(principal) is not None
    users = stored.backend("iam").users.values()
    return any(each.arn == principal for each in users)


def _fits(action: str, kinds: set[str]) -> bool:
    """Tell whether an action, with stars or without, is on one of those kinds of resources."""
    on_objects = any(matches(action, each, True) for each in _OF_OBJECTS)
    if kinds == {"object"}:
        return on_objects or not (_WILD.search(action) or _OF_BUCKETS.fullmatch(action))
    plain = not _WILD.search(action)
    return kinds != {"bucket"} or not (on_objects and (plain or "Object" in action))
