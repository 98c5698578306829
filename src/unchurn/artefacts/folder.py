"""How an artefact becomes a folder and comes back: plain files, a manifest of their hashes.

An artefact is a frozen dataclass whose fields each name one file of its folder:

    @dataclass(frozen=True)
    class Params(Artefact):
        configurations: Json = file("params.json")

A ``.json`` field holds plain data (dict, list, str, number, bool, None) and is written with
sorted keys. Any other field is a `Path` to a file, or to a folder where the name ends in
``/``. Publishing is atomic: files are written into a staging folder, flushed to disk, hashed
into ``manifest.json``, and the folder is renamed into place. `load` checks every hash before
a byte is parsed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any, NewType, Self, TypeVar

from unchurn.disk import copy_tree
from unchurn.errors import ArtefactError

MANIFEST = "manifest.json"
LINEAGE = "lineage.json"
Json = Any
_Found = TypeVar("_Found")
Workspace = NewType("Workspace", Path)
"""A staging folder that a step may write large files into before they are published."""


def file(name: str, optional: bool = False) -> Any:
    """Declare the file (or, with a trailing slash, the folder) that holds a field.

    An `optional` one is None where the step did not make it, and by default.
    """
    metadata = {"file": name, "optional": optional}
    return field(default=None, metadata=metadata) if optional else field(metadata=metadata)


def dump_json(value: Json) -> bytes:
    """Render plain data as canonical JSON: sorted keys, finite numbers, a final newline."""
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def sha256_of(path: Path) -> str:
    """Hash a file's bytes, reading it in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def published_sha256(path: Path) -> str:
    """Return the sha256 of a file right in an artefact's folder, which was checked when it was loaded."""
    listed = json.loads((path.parent / MANIFEST).read_bytes())["files"]
    return str(listed[path.name])


@dataclass(frozen=True)
class Artefact:
    """A folder of known files with a manifest. Subclasses declare the files."""

    def save(self, folder: Path) -> str:
        """Write every file into `folder`, then the manifest; return the manifest's sha256.

        Files that a step has already written in `folder` stay where they are; others are
        copied in. Raises `ArtefactError` when the disk is full or a declared file is missing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for item in fields(self):
                value = getattr(self, item.name)
                if value is not None or not item.metadata["optional"]:
                    _write(folder / item.metadata["file"], value)
            return _write_manifest(folder)
        except OSError as error:
            raise ArtefactError(
                f"{type(self).__name__} could not be written to {folder}: {error.strerror}.",
                "Free some space or choose another place with [artefacts] root in churn.toml.",
            ) from error

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read an artefact back, checking every hash first.

        Raises `ArtefactError` when the folder, a file or a hash is not as published.
        """
        return _settled(folder, lambda: cls._loaded(folder))

    @classmethod
    def _loaded(cls, folder: Path) -> Self:
        _verified(folder)
        return cls(**{item.name: _read(folder, **item.metadata) for item in fields(cls)})


def verify(folder: Path) -> str:
    """Check a published folder against its manifest; return the manifest's sha256.

    Raises `ArtefactError` naming the first file that is missing, changed, extra or outside.
    """
    return _settled(folder, lambda: _verified(folder))


def _settled(folder: Path, read: Callable[[], _Found]) -> _Found:
    """Read a folder while it stays the same one: again, where another took its place meanwhile."""
    while True:
        before = _identity(folder)
        try:
            found = read()
        except (ArtefactError, OSError) as error:
            if before != _identity(folder):
                continue
            if isinstance(error, ArtefactError):
                raise
            raise ArtefactError(
                f"{error.filename or folder} cannot be read: {error.strerror or error}.",
                "Fix the permissions, or run the training again with --fresh.",
            ) from error
        if before == _identity(folder):
            return found


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        seen = folder.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def _verified(folder: Path) -> str:
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise ArtefactError(
            f"{folder} is not a published artefact: it has no {MANIFEST}.",
            "Run the training again to make it anew.",
        )
    try:
        listed: dict[str, str] = dict(json.loads(manifest.read_bytes())["files"].items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtefactError(
            f"{manifest} is damaged: it is not a list of files and hashes.",
            "Run the training again with --fresh.",
        ) from error
    for name, digest in listed.items():
        _verify_file(folder, name, digest)
    extra = sorted(set(_names(folder)) - set(listed))
    if extra:
        raise ArtefactError(
            f"{folder} holds {extra[0]!r}, which its {MANIFEST} does not list.",
            "Remove the file, or run the training again with --fresh.",
        )
    return sha256_of(manifest)


def _verify_file(folder: Path, name: str, digest: str) -> None:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        raise ArtefactError(
            f"{folder / MANIFEST} lists {name!r}, a path outside its folder.",
            "Do not use this artefact; it was not made by unchurn.",
        )
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise ArtefactError(f"{path} is missing.", "Run the training again with --fresh.")
    if sha256_of(path) != digest:
        raise ArtefactError(
            f"{path} has changed since it was published (sha256 differs).",
            "Restore the file, or run the training again with --fresh.",
        )


def _names(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()]
    names = [path.relative_to(folder).as_posix() for path in found]
    return sorted(name for name in names if name not in (MANIFEST, LINEAGE))


def _write_manifest(folder: Path) -> str:
    body = dump_json({"files": {name: sha256_of(folder / name) for name in _names(folder)}})
    (folder / MANIFEST).write_bytes(body)
    return hashlib.sha256(body).hexdigest()


def _write(target: Path, value: Json) -> None:
    if target.suffix == ".json":
        target.write_bytes(dump_json(value))
    elif Path(value).resolve() != target.resolve():
        copy = copy_tree if Path(value).is_dir() else shutil.copyfile
        copy(value, target)
    elif not target.exists():
        raise ArtefactError(f"{target} was not written by its step.", "This is a bug in unchurn.")


def _read(folder: Path, file: str, optional: bool) -> Json:
    path = folder / file
    if optional and not path.exists():
        return None
    return json.loads(path.read_bytes()) if path.suffix == ".json" else path
