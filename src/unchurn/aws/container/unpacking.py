"""model.tar.gz → a verified folder: nothing that is in it can write elsewhere or fill the disk."""

from __future__ import annotations

import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from unchurn.artefacts import verify
from unchurn.errors import ArtefactError

ARCHIVE = "model.tar.gz"
MOST_BYTES = 2 << 30
"""Most bytes that are unpacked; models hold some megabytes."""
MOST_FILES = 10_000


def unpack_model(given: Path, target: Path) -> Path:
    """Unpack the model.tar.gz in `given` into `target` and check every hash of its manifest.

    Raises `ArtefactError` when there is none, when it is damaged or too large, when it holds
    a link, a device or a path outside, and when a file is not as it was published.
    """
    archive = given / ARCHIVE
    if not archive.is_file():
        raise ArtefactError(
            f"There is no {ARCHIVE} in {given}.", "Look at the job that should have made it."
        )
    target.mkdir(parents=True)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            _unpack(tar, target)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise _refused(f"it cannot be unpacked ({error})") from error
    verify(target)
    return target


def _unpack(tar: tarfile.TarFile, target: Path) -> None:
    left = MOST_BYTES
    for number, member in enumerate(tar):
        left -= member.size
        if number >= MOST_FILES or left < 0:
            raise _refused(f"it unpacks to more than {MOST_BYTES:,} bytes or {MOST_FILES:,} files")
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts:
            raise _refused(f"it holds {member.name!r}, a path outside its folder")
        place = target / path
        if member.isdir():
            place.mkdir(parents=True, exist_ok=True)
        elif member.isreg():
            _write(tar, member, place)
        else:
            raise _refused(f"it holds {member.name!r}, which is neither a file nor a folder")


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    source = tar.extractfile(member)
    if source is None or place.exists():
        raise _refused(f"it holds {member.name!r} more than once")
    place.parent.mkdir(parents=True, exist_ok=True)
    with source, place.open("wb") as stream:
        shutil.copyfileobj(source, stream)


def _refused(why: str) -> ArtefactError:
    return ArtefactError(
        f"{ARCHIVE} cannot be used: {why}.", "Do not use it; train the model again."
    )
