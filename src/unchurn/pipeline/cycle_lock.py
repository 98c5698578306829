"""One cycle of a project at a time; whoever comes second is told which one is under way."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from unchurn.errors import UnchurnError
from unchurn.pipeline.lock import lock_file
from unchurn.progress import Progress


@contextmanager
def only_cycle(folder: Path, as_of: str, wait: bool, progress: Progress) -> Iterator[None]:
    """Hold the cycles of a project below `folder`; the lock goes with the process, however it ends.

    Another cycle is waited for, or where not `wait`, `UnchurnError` says which one is under way. Raises
    `ArtefactError` where the folder cannot be written.
    """
    with lock_file(folder) as stream:
        _lock(stream, wait, progress)
        _write(stream, f"as of {as_of}, process {os.getpid()}")
        try:
            yield
        finally:
            _write(stream, "")


def _lock(stream: IO[str], wait: bool, progress: Progress) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        stream.seek(0)
        under_way = f"Another cycle is under way ({stream.read() or 'it has just begun'})"
        if not wait:
            raise UnchurnError(
                f"{under_way}; two at once would contact customers twice.",
                "Run the same command when it is over, or without --no-wait to wait for it.",
            ) from error
        progress.note(f"{under_way}; waiting for it.")
        fcntl.flock(stream, fcntl.LOCK_EX)


def _write(stream: IO[str], words: str) -> None:
    stream.seek(0)
    stream.truncate()
    stream.write(words)
    stream.flush()
