"""How an artefact travels: a ``.tar.gz`` of plain files, opened as if a stranger had made it.

An archive has no identity of its own; the manifest inside it has.
"""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from unchurn.disk import replacing
from unchurn.errors import ArtefactError

LIMIT_BYTES = 4 << 30
"""Most bytes that an archive may unfold to, unless the caller says otherwise."""
LIMIT_FILES = 10_000
"""Most files and folders in an archive."""

_HEADER_BYTES = 4096
_HINT = "Do not use this archive; it was not made by unchurn, or it was damaged on its way."


def pack(folder: Path, archive: Path) -> None:
    """Write the files below `folder` into `archive`, equal bytes for equal files.

    Names are sorted and relative to `folder`; times, owners and modes are the same for all.
    The archive appears whole or not at all. Raises `ArtefactError` for anything in `folder`
    that is neither a file nor a folder, and when the archive cannot be written.
    """
    try:
        names = _names(folder)
        with (
            replacing(archive) as raw,
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for name in names:
                _add(tar, folder / name, name)
    except OSError as error:
        raise ArtefactError(
            f"{folder} could not be packed into {archive}: {error.strerror or error}.",
            "Free some space or fix the permissions, then try again.",
        ) from error


def extract(archive: Path, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
    """Unfold `archive` into `folder`, making the folder where it is missing.

    The whole archive is looked through before a byte is written. Raises `ArtefactError` for
    links, devices, absolute paths, paths with "..", a name given twice, more than
    `limit_bytes` in all, more than `LIMIT_FILES` members, and an archive that is damaged.
    """
    with _explained(archive):
        with _reading(archive, limit_bytes) as tar:
            _check(archive, tar, limit_bytes)
        folder.mkdir(parents=True, exist_ok=True)
        with _reading(archive, limit_bytes) as tar:
            for member in tar:
                _unfold(archive, tar, member, folder)


def _unfold(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write a file or folder that was looked at, with the permissions of a new one here.

    By hand: tarfile's own filters came with Python 3.11.4, and Debian 12 has 3.11.2.
    """
    place = folder / member.name
    if not place.resolve().is_relative_to(folder.resolve()):
        raise _unsafe(archive, f"holds {member.name!r}, a path outside its folder")
    stream = tar.extractfile(member)
    if stream is None:
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with stream, place.open("wb") as file:
        shutil.copyfileobj(stream, file)


def _names(folder: Path) -> list[str]:
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    strange = [
        name
        for name in found
        if (folder / name).is_symlink()
        or not ((folder / name).is_file() or (folder / name).is_dir())
    ]
    if strange:
        raise ArtefactError(
            f"{folder / strange[0]} is neither a file nor a folder, and does not travel.",
            "Remove it, or copy what it points at.",
        )
    return [name for name in found if (folder / name).is_file()]


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    with path.open("rb") as stream:
        member.size = path.stat().st_size
        member.mode = 0o644
        tar.addfile(member, stream)


def _check(archive: Path, tar: tarfile.TarFile, limit_bytes: int) -> None:
    seen: set[PurePosixPath] = set()
    total = 0
    for member in tar:
        path = PurePosixPath(member.name)
        total += member.size
        if not (member.isdir() or member.isreg()) or member.issparse():
            raise _unsafe(archive, f"holds {member.name!r}, which is neither a file nor a folder")
        if path.is_absolute() or ".." in path.parts or "\\" in member.name:
            raise _unsafe(archive, f"holds {member.name!r}, a path outside its folder")
        if path in seen:
            raise _unsafe(archive, f"holds {member.name!r} twice")
        seen.add(path)
        if total > limit_bytes or len(seen) > LIMIT_FILES:
            raise _too_much(archive, limit_bytes)


class _Bounded(io.RawIOBase):
    """A stream that ends in an error after `limit` bytes and headers, whatever these say."""

    def __init__(self, archive: Path, stream: gzip.GzipFile, limit: int) -> None:
        self._archive, self._stream, self._limit = archive, stream, limit
        self._left = limit + LIMIT_FILES * _HEADER_BYTES

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise _too_much(self._archive, self._limit)
        return found


@contextmanager
def _reading(archive: Path, limit_bytes: int) -> Iterator[tarfile.TarFile]:
    with (
        gzip.open(archive, "rb") as stream,
        tarfile.open(fileobj=_Bounded(archive, stream, limit_bytes), mode="r|") as tar,
    ):
        yield tar


@contextmanager
def _explained(archive: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _unsafe(archive, f"cannot be read: {error}") from error
    except OSError as error:
        where = error.filename or archive
        raise ArtefactError(
            f"{where} could not be read or written: {error.strerror or error}.",
            "Free some space or fix the permissions, then try again.",
        ) from error


def _unsafe(archive: Path, why: str) -> ArtefactError:
    return ArtefactError(f"The archive {archive} {why}.", _HINT)


def _too_much(archive: Path, limit: int) -> ArtefactError:
    return _unsafe(archive, f"unfolds to more than {limit:,} bytes or {LIMIT_FILES:,} files")
