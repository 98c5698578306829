"""Folders to objects and back, by the rules of an S3 prefix."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rehearsal.errors import InputError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


@dataclass(frozen=True)
class Stored:
    """One object. `name` is its path below the prefix it was found under; `size` in bytes."""

    bucket: str
    key: str
    name: str
    size: int


def split(uri: str) -> tuple[str, str]:
    """Split ``s3://bucket/key``. Raises `InputError` for anything else."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket:
        raise InputError(f"{uri!r} is not an address in S3.", "Write it as s3://bucket/key.")
    return bucket, key


def found(cloud: Cloud, uri: str) -> list[Stored]:
    """List the objects whose key begins with that of `uri`, in order of key.

    As in S3, ``…/clean`` is also the beginning of ``…/clean2/a``. Markers of folders are left
    out. Raises `InputError` when the bucket does not exist or a key would leave its folder.
    """
    bucket, prefix = split(uri)
    s3 = cloud.clients.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    try:
        rows = [row for page in pages for row in page.get("Contents", [])]
    except s3.exceptions.NoSuchBucket:
        raise InputError(f"There is no bucket {bucket!r}.", f"Check {uri}.") from None
    kept = [row for row in rows if not row["Key"].endswith("/")]
    return [Stored(bucket, row["Key"], _below(prefix, row["Key"]), row["Size"]) for row in kept]


def _below(prefix: str, key: str) -> str:
    rest = key.removeprefix(prefix)
    if rest and (prefix.endswith("/") or rest.startswith("/") or not prefix):
        name = rest.lstrip("/")
    else:
        name = key[prefix.rfind("/") + 1 :]
    if ".." in PurePosixPath(name).parts:
        raise InputError(f"The key {key!r} leaves its folder.", "Rename the object.")
    return name


def fetch(cloud: Cloud, stored: Stored, target: Path) -> None:
    """Write one object to the file `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    body = cloud.clients.client("s3").get_object(Bucket=stored.bucket, Key=stored.key)["Body"]
    with target.open("wb") as file:
        shutil.copyfileobj(body, file, 1 << 20)


def fetch_exact(cloud: Cloud, uri: str, target: Path) -> bool:
    """Write the object of that very key to `target`; tell whether there is one. Lists nothing."""
    bucket, key = split(uri)
    s3 = cloud.clients.client("s3")
    try:
        fetch(cloud, Stored(bucket, key, key, 0), target)
    except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket):
        return False
    return True


def download(cloud: Cloud, uri: str, folder: Path, part: int = 0, parts: int = 1) -> int:
    """Write every object under `uri` below `folder`; return how many there were.

    Of several `parts`, by turns in the order of keys, only the objects of `part` are written.
    """
    objects = found(cloud, uri)
    for stored in objects[part::parts]:
        fetch(cloud, stored, folder / stored.name)
    return len(objects)


def download_named(cloud: Cloud, uri: str, folder: Path) -> int:
    """Write every object that the manifest `uri` names below `folder`; return how many there were.

    A manifest is a JSON list: {"prefix": …}, then what follows the prefix in each address. Raises `InputError`
    where there is none, and where it names what is not there.
    """
    bucket, key = split(uri)
    s3 = cloud.clients.client("s3")
    try:
        first, *names = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        each = {_below("", name): f"{first['prefix']}{name}" for name in names}
    except (s3.exceptions.NoSuchKey, ValueError, TypeError, LookupError) as error:
        raise InputError(f"{uri} is no manifest: {error}.") from None
    if absent := [each[name] for name in each if not fetch_exact(cloud, each[name], folder / name)]:
        raise InputError(f"The manifest {uri} names {absent[0]}, and there is no such object.")
    return len(each)


def put(cloud: Cloud, file: Path, uri: str) -> None:
    """Store one file as the object `uri`."""
    bucket, key = split(uri)
    with file.open("rb") as body:
        cloud.clients.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def upload(
    cloud: Cloud, folder: Path, uri: str, keep: Callable[[str], bool] = lambda name: True
) -> int:
    """Store every file below `folder` whose relative name is to `keep` under the prefix `uri`."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    kept = [name for name in names if keep(name)]
    for name in kept:
        put(cloud, folder / name, f"{uri.rstrip('/')}/{name}")
    return len(kept)
