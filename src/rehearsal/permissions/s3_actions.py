"""What operations of S3 need: their actions have names of their own, and some need several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from rehearsal.permissions.actions import Need
from rehearsal.permissions.operations import Operation

_READING = {"GetObject", "HeadObject", "SelectObjectContent", "GetObjectAttributes"}
_WRITING = {"PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"}
_COPYING = {"CopyObject", "UploadPartCopy"}
_LISTING = {
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
}
_CALLED = {
    "AccelerateConfiguration": "AccelerateConfiguration",
    "Cors": "BucketCORS",
    "Encryption": "EncryptionConfiguration",
    "Lifecycle": "LifecycleConfiguration",
    "LifecycleConfiguration": "LifecycleConfiguration",
    "NotificationConfiguration": "BucketNotification",
    "Replication": "ReplicationConfiguration",
}
"""What a bucket is asked for under one name and permitted under another."""
_OTHERS = {
    "DeleteBucketPolicy": "DeleteBucketPolicy",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListBuckets": "ListAllMyBuckets",
    "ListParts": "ListMultipartUploadParts",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_CONDITIONS = {"prefix": "s3:prefix", "delimiter": "s3:delimiter", "max-keys": "s3:max-keys"}
_HEADERS = {
    "x-amz-acl": "s3:x-amz-acl",
    "x-amz-server-side-encryption": "s3:x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-storage-class": "s3:x-amz-storage-class",
}


def bucket_arn(bucket: str) -> str:
    """Return the ARN of a bucket."""
    return f"arn:aws:s3:::{bucket}"


def s3_needs(operation: Operation) -> Iterator[Need]:
    """Yield what one operation of S3 needs."""
    name, given = operation.name, operation.parameters
    bucket = bucket_arn(str(given.get("Bucket", "")))
    entry = f"{bucket}/{given.get('Key', '')}"
    context = _context(operation)
    if name in _LISTING:
        yield Need(f"s3:{_LISTING[name]}", bucket, context)
    elif name in _READING:
        yield Need(f"s3:GetObject{_version(given)}", entry, context)
    elif name in _COPYING:
        yield _source(operation)
        yield Need("s3:PutObject", entry, context)
    elif name in _WRITING:
        yield Need("s3:PutObject", entry, context)
        if "x-amz-tagging" in operation.headers:
            yield Need("s3:PutObjectTagging", entry, context)
        if "x-amz-acl" in operation.headers:
            yield Need("s3:PutObjectAcl", entry, context)
    elif name == "DeleteObject":
        yield Need(f"s3:DeleteObject{_version(given)}", entry, context)
    elif name == "DeleteObjects":
        for key in given["Keys"]:
            yield Need("s3:DeleteObject", f"{bucket}/{key}", context)
    elif name == "ListBuckets":
        yield Need("s3:ListAllMyBuckets", "*", context)
    else:
        yield Need(f"s3:{_other(name)}", entry if "Key" in given else bucket, context)


def _other(name: str) -> str:
    """Return the action of what is set on a bucket, or of anything else, which is called alike."""
    if name in _OTHERS:
        return _OTHERS[name]
    verb, bucket, what = name.partition("Bucket")
    if bucket and verb == "Delete" and what:
        verb = "Put"  # of a setting, it is taken away by whoever may set it
    if bucket and what in _CALLED:
        return f"{verb}{_CALLED[what]}"
    return f"{verb}{bucket}{what}"


def _version(given: Mapping[str, object]) -> str:
    return "Version" if "versionId" in given else ""


def _source(operation: Operation) -> Need:
    """Return what reading the source of a copy needs."""
    path = unquote(operation.headers.get("x-amz-copy-source", "")).lstrip("/")
    path, versioned, _ = path.partition("?versionId=")
    return Need("s3:GetObjectVersion" if versioned else "s3:GetObject", bucket_arn(path))


def _context(operation: Operation) -> dict[str, list[str]]:
    given = operation.parameters
    asked = {key: [str(given[name])] for name, key in _CONDITIONS.items() if name in given}
    if operation.name in _LISTING:
        asked.setdefault("s3:prefix", [""])
    sent = {
        key: [operation.headers[name]]
        for name, key in _HEADERS.items()
        if name in operation.headers
    }
    return asked | sent
