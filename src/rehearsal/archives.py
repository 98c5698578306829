"""Models as they travel: a ``.tar.gz`` of plain files, written alike for alike files."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from rehearsal.errors import ArchiveError

_X = 0o111


def pack(folder: Path, archive: Path) -> None:
    """Write the files below `folder` into `archive`, equal bytes for equal files.

    Names are sorted and relative to `folder`; times and owners are the same for all. A link is
    packed as what it leads to.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    with (
        archive.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in names:
            path = folder / name
            if not path.is_file():
                continue
            member = tarfile.TarInfo(name)
            member.size, member.mode = path.stat().st_size, 0o644 | path.stat().st_mode & _X
            with path.open("rb") as stream:
                tar.addfile(member, stream)


def extract(archive: Path, folder: Path) -> None:
    """Unfold `archive` into `folder`, making the folder where it is missing.

    By hand: tarfile's own filters came with Python 3.11.4, and Debian 12 has 3.11.2. Raises
    `ArchiveError` for an archive that is damaged or holds a link, a device, or a path outside.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, mode="r|gz") as tar:
            for member in tar:
                _unfold(tar, member, folder)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise ArchiveError(f"The archive {archive.name} cannot be read: {error}.") from error


def _unfold(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise ArchiveError(f"The archive holds {member.name!r}, a path outside its folder.")
    if not (member.isdir() or member.isreg()):
        raise ArchiveError(f"The archive holds {member.name!r}, neither a file nor a folder.")
    place = folder / path
    stream = tar.extractfile(member)
    if stream is None:
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with stream, place.open("wb") as file:
        shutil.copyfileobj(stream, file)
    place.chmod(0o644 | member.mode & _X)
