"""Files and folders that are on the disk whole, or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

_AT_FDCWD = -100
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux, and RENAME_SWAP of macOS."""
_SCRATCH = ".scratch-"


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `target` when the block ends well.

    It is written beside `target`, whose folder is made where it is missing, flushed to disk and
    renamed; when the block raises, `target` stays as it was and nothing is left behind. Raises
    `OSError`.
    """
    with replacing_all(target) as streams:
        yield streams[0]


@contextlib.contextmanager
def replacing_all(*targets: Path) -> Iterator[list[BinaryIO]]:
    """Open files that take the places of `targets`, and none before all are on the disk.

    As `replacing`. What killed processes left beside `targets` is removed.
    """
    parts = [target.with_name(f".{target.name}.{os.getpid()}.part") for target in targets]
    made = _missing({target.parent for target in targets})
    streams: list[BinaryIO] = []
    try:
        for part, target in zip(parts, targets, strict=True):
            _refuse_folder(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep_parts(target)
            streams.append(_locked(part))
        yield streams
        for stream in streams:
            stream.flush()
            os.fsync(stream.fileno())
        for part, target in zip(parts, targets, strict=True):
            part.replace(target)
        for target in targets:
            flush(target.parent)
    except BaseException:
        _undo(parts[: len(streams)], streams, made)
        raise
    for stream in streams:
        stream.close()


@contextlib.contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Make a folder below `parent` to write into, which is gone after the block.

    Those that killed processes left there are removed too. Raises `OSError`.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(f"{_SCRATCH}*"):
        with contextlib.suppress(OSError), _folder_held(left):
            shutil.rmtree(left)
    with contextlib.ExitStack() as held:
        room = _held_scratch(parent, held)
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def _held_scratch(parent: Path, held: contextlib.ExitStack) -> Path:
    """Make a folder that is held: until it is, somebody who sweeps may remove it."""
    while True:
        room = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=parent))
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            held.enter_context(_folder_held(room))
            if room.exists():
                return room


def publish(staging: Path, target: Path) -> None:
    """Flush a finished folder to disk and put it in the place of `target` in one step.

    There is no moment without a whole `target`, where the file system can exchange two names.
    What was there before is then at `staging`, for the caller to remove. Raises `OSError`.
    """
    flush_tree(staging)
    if not target.exists():
        staging.rename(target)
    elif not _exchanged(staging, target):
        old = target.with_name(f".{target.name}.old")
        discard(old)
        target.rename(old)
        staging.rename(target)
        discard(old)
    flush(target.parent)


def sweep(folder: Path) -> None:
    """Remove what a killed process left in `folder`; the caller keeps others out of it.

    A folder that was put aside and not replaced comes back.
    """
    for old in folder.glob(".*.old"):
        target = old.with_name(old.name[1 : -len(".old")])
        if not target.exists():
            with contextlib.suppress(OSError):
                old.rename(target)
    for pattern in (".*.staging", ".*.old"):
        for left in folder.glob(pattern):
            discard(left)
    for left in folder.glob(".*.part"):
        with contextlib.suppress(OSError):
            left.unlink()


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder's files and folders into `target`, made where it is missing.

    Raises `OSError` for the first that fails: shutil's own collects them into an error that says
    neither what happened nor where.
    """
    for path in [source, *sorted(source.rglob("*"))]:
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            shutil.copyfile(path, place)


def discard(folder: Path) -> None:
    """Remove a folder, there or not, folders in it that were closed included; what cannot go stays."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        return
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        for above, names, _ in os.walk(folder):
            for name in names:  # before they are walked
                Path(above, name).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def flush(path: Path) -> None:
    """Wait until a file's contents, or a folder's names, are on the disk. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Wait until every file and folder below `folder`, and itself, are on the disk."""
    for path in [*folder.rglob("*"), folder]:
        flush(path)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two names change places at once; tell whether that can be done here."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(*names, _EXCHANGE) == 0)
    if hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE) == 0)
    return False


def _refuse_folder(target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))


def _missing(folders: set[Path]) -> list[Path]:
    """Return the folders that are to be made, innermost first."""
    above = {each for folder in folders for each in (folder, *folder.parents)}
    return sorted((each for each in above if not each.exists()), reverse=True)


def _locked(part: Path) -> BinaryIO:
    """Open a file to write, locked for as long as it is open, so that others do not sweep it."""
    while True:
        stream = part.open("wb")
        fcntl.flock(stream, fcntl.LOCK_EX)
        # Somebody who swept may have had it before we did.
        if part.exists() and part.stat().st_ino == os.fstat(stream.fileno()).st_ino:
            return stream
        stream.close()


def _sweep_parts(target: Path) -> None:
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        if left.is_symlink():
            continue
        with contextlib.suppress(OSError), left.open("rb") as stream:
            _hold(stream)
            left.unlink()


@contextlib.contextmanager
def _folder_held(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _hold(descriptor)
        yield
    finally:
        os.close(descriptor)


def _hold(file: int | IO[bytes]) -> None:
    """Lock a file that nobody else has. Raises `BlockingIOError` where somebody does."""
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _undo(parts: list[Path], streams: list[BinaryIO], made: list[Path]) -> None:
    for stream in streams:
        with contextlib.suppress(OSError):  # what is left in its buffer fails again
            stream.close()
    for part in parts:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    for folder in made:
        with contextlib.suppress(OSError):
            folder.rmdir()
