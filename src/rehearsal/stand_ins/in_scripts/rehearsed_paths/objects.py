"""Objects of S3 as files of this process, and back."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEME = re.compile(r"s3[an]?://")
_GLOB = re.compile(r"[*?\[{]")
_ROOT: list[Path] = []
_KNOWN: dict[tuple[str, str], str] = {}
"""Bucket and key → ETag of what was fetched."""


def is_remote(path: Any) -> bool:
    """Tell whether `path` is an address in S3."""
    return isinstance(path, str) and _SCHEME.match(path) is not None


def split(uri: str) -> tuple[str, str]:
    """Split an address into bucket and key."""
    bucket, _, key = _SCHEME.sub("", uri, count=1).partition("/")
    return bucket, key


def client() -> Any:
    """Return a client of S3."""
    import boto3

    return boto3.client("s3")


def fetched(uri: str) -> str:
    """Bring what lies at or below `uri`, patterns included, to files; return their path.

    Where there is nothing, the path does not exist, and whoever reads it says so. Raises `ValueError`
    for a key that would leave its folder.
    """
    bucket, key = split(uri)
    pattern = _GLOB.search(key)
    prefix = key[: pattern.start()].rpartition("/")[0] if pattern else key.rstrip("/")
    there = {row["Key"]: row["ETag"] for row in listed(bucket, prefix) if _within(row, prefix)}
    place = _mirror() / bucket
    for old_bucket, old in [known for known in _KNOWN if known[0] == bucket]:
        if _below(old, prefix) and old not in there:
            (place / old).unlink(missing_ok=True)
            del _KNOWN[old_bucket, old]
    for name, tag in there.items():
        if {"", ".", ".."} & set(name.split("/")):
            raise ValueError(f"The key {name!r} in {bucket} leaves its folder: rename the object.")
        if _KNOWN.get((bucket, name)) != tag:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            client().download_file(bucket, name, str(place / name))
            _KNOWN[bucket, name] = tag
    return str(place / key.rstrip("/"))


def listed(bucket: str, prefix: str) -> list[dict[str, Any]]:
    """List the objects whose keys begin with `prefix`."""
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [row for page in pages for row in page.get("Contents", [])]


def below(uri: str) -> list[str]:
    """List the keys of the folder or object at `uri`."""
    bucket, key = split(uri)
    prefix = key.rstrip("/")
    return [row["Key"] for row in listed(bucket, prefix) if _below(row["Key"], prefix)]


@contextmanager
def staged(uri: str) -> Iterator[Path]:
    """Give a path that does not exist yet; what is written to it in the block is stored at `uri`."""
    with tempfile.TemporaryDirectory(dir=_mirror()) as folder:
        place = Path(folder) / (Path(split(uri)[1]).name or "data")
        yield place
        store(place, uri)


def store(place: Path, uri: str) -> None:
    """Store a file as the object `uri`, or a folder's data files below it."""
    bucket, key = split(uri)
    if place.is_file():
        client().upload_file(str(place), bucket, key)
        return
    for path in sorted(place.rglob("*")):
        # Spark's checksums and markers belong to a local disk.
        if path.is_file() and not (path.name.endswith(".crc") or path.name == "_SUCCESS"):
            name = path.relative_to(place).as_posix()
            client().upload_file(str(path), bucket, f"{key.rstrip('/')}/{name}".lstrip("/"))


def delete(bucket: str, keys: list[str]) -> None:
    """Delete objects."""
    for key in keys:
        client().delete_object(Bucket=bucket, Key=key)


def _within(row: dict[str, Any], prefix: str) -> bool:
    return _below(row["Key"], prefix) and not row["Key"].endswith("/")


def _below(key: str, prefix: str) -> bool:
    return not prefix or key == prefix or key.startswith(f"{prefix}/")


def _mirror() -> Path:
    """Return the folder of what was fetched; it goes when the process ends."""
    if not _ROOT:
        made = tempfile.mkdtemp(prefix="s3-", dir=os.environ.get("REHEARSAL_S3_FOLDER"))
        _ROOT.append(Path(made))
        import atexit

        atexit.register(shutil.rmtree, made, ignore_errors=True)
    return _ROOT[0]
