"""One process at a time in a run's folder; the lock goes with the process, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from unchurn.disk import sweep
from unchurn.errors import ArtefactError
from unchurn.progress import Progress

_LEFT = ("staging", "old", "part")


@contextmanager
def held(folder: Path, progress: Progress) -> Iterator[None]:
    """Hold the run at `folder`, waiting for another process that has it.

    What killed processes left here, and in runs that nobody holds, is removed. Raises `ArtefactError` when the folder cannot be written.
    """
    with lock_file(folder) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.note("Another process is doing this very run; waiting to share its result.")
            fcntl.flock(stream, fcntl.LOCK_EX)
        sweep(folder)
        _sweep_others(folder)
        yield


def lock_file(folder: Path) -> IO[str]:
    """Open the file by which `folder` is locked, to read and to add; makes the folder.

    Raises `ArtefactError` where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / ".lock").open("a+")
    except OSError as error:
        raise ArtefactError(
            f"{folder} cannot be written: {error.strerror}.",
            "Fix the permissions, or set [artefacts] root in churn.toml to another folder.",
        ) from error


def _sweep_others(folder: Path) -> None:
    """Remove what killed processes left in the runs beside `folder`."""
    left = {path.parent for kind in _LEFT for path in folder.parent.glob(f"*/.*.{kind}")}
    for other in left - {folder}:
        with suppress(OSError), (other / ".lock").open("a") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            sweep(other)
