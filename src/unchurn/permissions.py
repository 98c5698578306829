"""Who may read what is written: files about customers are their owner's, unless more are allowed."""

from __future__ import annotations

import contextlib
import functools
import operator
import os
import threading
from collections.abc import Iterator
from pathlib import Path

Readers = str
"""Who may read what is written, besides its owner: see `UMASKS`."""
UMASKS: dict[Readers, int] = {"owner": 0o077, "group": 0o027, "everyone": 0o022}
"""What each choice takes from the permissions of a new file. Nobody but its owner may write it."""
_CHOSEN: dict[int, list[int | None]] = {}
_USUAL: list[int] = []
_CHOOSING = threading.Lock()


@contextlib.contextmanager
def readable_by(readers: Readers | None) -> Iterator[None]:
    """Whatever is written in the block, by whom ever, is for `readers` and no others.

    None means as the process was started. A process has one umask, so this is for doors, not for
    single files; the innermost block of a thread counts, and where threads differ, the strictest.
    """
    mine = threading.get_ident()
    with _CHOOSING:
        _CHOSEN.setdefault(mine, []).append(None if readers is None else UMASKS[readers])
        _apply_umask()
    try:
        yield
    finally:
        with _CHOOSING:
            _CHOSEN[mine].pop()
            if not _CHOSEN[mine]:
                del _CHOSEN[mine]
            _apply_umask()


def _apply_umask() -> None:
    """Set the strictest of what threads chose; once none chooses any more, what was before."""
    if not _USUAL:
        _USUAL.append(os.umask(0o077))
    chosen = [_USUAL[0] if each[-1] is None else each[-1] for each in _CHOSEN.values()]
    os.umask(functools.reduce(operator.or_, chosen, 0) if chosen else _USUAL.pop())


def give_to(path: Path, readers: Readers) -> None:
    """Let `readers`, and no others, read what lies at `path` and below, as far as it is ours.

    Links are not followed. What is another user's, or has gone meanwhile, is left alone.
    """
    _allow(path, readers)
    for folder, names, files in os.walk(path):
        for name in (*names, *files):
            _allow(Path(folder, name), readers)


def _allow(path: Path, readers: Readers) -> None:
    with contextlib.suppress(OSError):
        if path.is_symlink():
            return
        own = path.stat().st_mode & 0o700
        # others read, or enter, what the owner may; never do they write
        shown = own & 0o500
        path.chmod(own | ((shown >> 3 | shown >> 6) & ~UMASKS[readers]))
