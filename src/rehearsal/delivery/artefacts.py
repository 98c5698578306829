"""Artefacts of a pipeline: folders packed as one object, and unpacked again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from rehearsal.delivery.buildspec import BuildspecError, Files
from rehearsal.errors import InputError


def unpack(content: bytes, folder: Path) -> None:
    """Write the files of an archive below `folder`. Raises `InputError` for what is no archive."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                path = Path(archive.extract(entry, folder))
                mode = entry.external_attr >> 16 & 0o777
                if mode and path.is_file():
                    path.chmod(mode | 0o600)
    except zipfile.BadZipFile as error:
        raise InputError(f"The artefact is no ZIP archive: {error}.") from error


def read(content: bytes, name: str) -> bytes:
    """Return one file of an archive. Raises `InputError` when there is none of that name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise InputError(f"The artefact has no file {name!r}.") from error


def pack(folder: Path, wanted: Files) -> bytes:
    """Pack the files that a buildspec wants. Raises `BuildspecError` when none matches."""
    base = folder / wanted.base
    if not base.is_dir() or not base.resolve().is_relative_to(folder.resolve()):
        raise BuildspecError(f"artifacts/base-directory {wanted.base!r} is no folder of the build.")
    left_out = {path for each in wanted.without for path in _matching(base, each)}
    found = {
        path: None
        for each in wanted.patterns
        for path in _matching(base, each)
        if path not in left_out
    }
    if not found:
        raise BuildspecError("no matching artifact paths found")
    return _zip(base, found, wanted.flat)


def _matching(base: Path, pattern: str) -> list[Path]:
    parts = PurePosixPath(pattern.removeprefix("./")).parts
    if not parts or parts[0] == "/" or ".." in parts:
        raise BuildspecError(
            f"The rehearsal takes artefacts below the build's folder: {pattern!r}."
        )
    inside = "/".join((*parts, "*")) if parts[-1] == "**" else "/".join(parts)
    return sorted(path for path in base.glob(inside) if path.is_file())


def _zip(base: Path, paths: Iterable[Path], flat: bool) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name if flat else path.relative_to(base).as_posix())
    return stream.getvalue()
