"""Objects of a bucket that are a table together, listed and brought to a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from unchurn.artefacts import sha256_of
from unchurn.aws.failure import asking_aws, code_of, is_missing
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Progress, Task

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_DENIED = ("AccessDenied", "403", "AccessDeniedException", "AllAccessDisabled")
_PIECE = 1 << 20


@dataclass(frozen=True)
class Object:
    """One object. `name` is the file it becomes; `size` is in bytes."""

    bucket: str
    key: str
    name: str
    size: int
    etag: str


def parse_s3(location: str) -> tuple[str, str]:
    """Split ``s3://bucket/key``; the key may be empty. Raises `ConfigError`."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not location.startswith("s3://") or not _BUCKET.fullmatch(bucket):
        raise ConfigError(
            f"{location!r} is not an address in S3: {bucket!r} is not the name of a bucket.",
            "Write it as s3://bucket/prefix.",
        )
    return bucket, key


def list_table(s3: Any, bucket: str, key: str) -> list[Object]:
    """List the object `key`, or else every object below it as a prefix, in order of key.

    What is hidden is left out, and empty folders. Raises
    `ConfigError` when nothing is there or may be seen. Folders named ``column=value`` stay part
    of a file's name; files of other folders are numbered.
    """
    where = f"s3://{bucket}/{key}"
    with reading(where):
        found = _exactly(s3, bucket, key)
        if not found:
            prefix = key if not key or key.endswith("/") else f"{key}/"
            found = [each for each in _listed(s3, bucket, prefix) if not _hidden(each, prefix)]
            found = _flat(found, prefix)
    if not found:
        raise ConfigError(
            f"There is no table at {where}: no object has this name, or lies below it.",
            f"See what is there: aws s3 ls s3://{bucket}/ — a * in an address is not understood.",
        )
    return found


def download(
    s3: Any, objects: Sequence[Object], folder: Path, progress: Progress, told: str
) -> None:
    """Write every object into `folder`, streamed; `told` is what the progress calls them.

    Raises `DataError` when an object changes or goes while it is read.
    """
    with progress.task(f"reading {told}", sum(each.size for each in objects)) as task:
        for each in objects:
            with reading(f"s3://{each.bucket}/{each.key}"):
                _bring(s3, each, folder / each.name, task)


def delete_below(s3: Any, bucket: str, prefix: str) -> int:
    """Delete every object whose key begins with `prefix`; return how many. Raises botocore's."""
    found = _listed(s3, bucket, prefix)
    for each in found:
        s3.delete_object(Bucket=bucket, Key=each.key)
    return len(found)


def below(s3: Any, bucket: str, prefix: str) -> list[Object]:
    """List every object whose key begins with `prefix`, named by the rest of its key."""
    return list(_listed(s3, bucket, prefix))


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn what S3 says while reading `where` into `ConfigError`, `DataError` or `AwsError`."""
    from botocore.exceptions import ClientError

    with asking_aws(f"read {where}"):
        try:
            yield
        except ClientError as error:
            _explain(where, error)
            raise


def _explain(where: str, error: Any) -> None:
    code = code_of(error)
    if code == "NoSuchBucket":
        bucket = where.removeprefix("s3://").partition("/")[0]
        raise ConfigError(
            f"There is no bucket {bucket!r} (named in {where}).", "Check its spelling."
        ) from error
    if code in _DENIED:
        raise ConfigError(
            f"AWS does not let you read {where}: {error.response['Error'].get('Message', code)}.",
            "These credentials need s3:ListBucket on the bucket and s3:GetObject on its objects; "
            "or choose others with AWS_PROFILE.",
        ) from error
    if code in ("PreconditionFailed", "412") or is_missing(error):
        raise DataError(
            f"{where} changed while it was being read.", "Run the same command again."
        ) from error


def _listed(s3: Any, bucket: str, prefix: str) -> list[Object]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    rows = [row for page in pages for row in page.get("Contents", [])]
    return [_object(bucket, row) for row in sorted(rows, key=lambda row: row["Key"])]


def _object(bucket: str, row: dict[str, Any]) -> Object:
    name = PurePosixPath(row["Key"]).name
    return Object(bucket, row["Key"], name, row["Size"], row["ETag"])


def _exactly(s3: Any, bucket: str, key: str) -> list[Object]:
    """Return the one object of this name, which is the first in order that begins with it."""
    if not key or key.endswith("/"):
        return []
    first = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    return [_object(bucket, row) for row in first if row["Key"] == key]


def _hidden(each: Object, prefix: str) -> bool:
    from unchurn.tables.hidden_files import is_hidden  # its package loads what reads tables

    parts = each.key.removeprefix(prefix).split("/")
    return parts[-1] == "" or any(is_hidden(part) for part in parts)


def _flat(found: list[Object], prefix: str) -> list[Object]:
    """Name the files of one folder; where they lay in several, a number keeps them apart."""
    folders = {each.key.removeprefix(prefix).rpartition("/")[0] for each in found}
    if any("=" in part for each in folders for part in each.split("/")):
        # what folders such as region=north say is a column: they are kept
        return [
            Object(each.bucket, each.key, _inside(each.key, prefix), each.size, each.etag)
            for each in found
        ]
    if len(folders) <= 1:
        return found
    return [
        Object(each.bucket, each.key, f"{number:05d}-{each.name}", each.size, each.etag)
        for number, each in enumerate(found)
    ]


def _inside(key: str, prefix: str) -> str:
    """Name a key below a prefix as a relative path; one that begins with / would lead elsewhere."""
    return "/".join(part for part in key.removeprefix(prefix).split("/") if part)


def _bring(s3: Any, each: Object, target: Path, task: Task) -> None:
    answer = s3.get_object(Bucket=each.bucket, Key=each.key, IfMatch=each.etag)
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(answer["Body"]) as body, target.open("xb") as file:
        for piece in body.iter_chunks(_PIECE):
            file.write(piece)
            task.advance(len(piece))
    if target.stat().st_size != each.size:
        raise DataError(
            f"s3://{each.bucket}/{each.key} came as {target.stat().st_size:,} of "
            f"{each.size:,} bytes.",
            "Run the same command again.",
        )


def named_by_content(folder: Path, objects: list[Object]) -> list[str]:
    """Name Athena's files, which have random names, by what is in them; return the new names."""
    found = sorted((sha256_of(folder / each.name), each.name) for each in objects)
    names = []
    for number, (digest, old) in enumerate(found):
        names.append(f"part-{number:05d}-{digest[:16]}.parquet")
        (folder / old).rename(folder / names[-1])
    return names
