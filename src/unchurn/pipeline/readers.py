"""Who may read what a project writes: [artefacts] readable_by, whatever the umask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unchurn.permissions import UMASKS, give_to, readable_by
from unchurn.project import Project

_KEPT = (
    "runs", "registry", "aws", "sources", "rehearsals", "campaigns", "learned", "outcomes", "cycles",
)  # fmt: skip
"""Folders of the root that are unchurn's own."""
_LEDGERS = "*.db*"


@contextmanager
def kept_for_readers(project: Project) -> Iterator[None]:
    """Whatever the block writes is for those that the project names, and what lies there becomes so."""
    readers = project.artefacts.readable_by
    with readable_by(readers):
        _settle(project, readers)
        yield


def _settle(project: Project, readers: str) -> None:
    """Give over what an earlier version, or another setting, left for others to read, or not."""
    root, open_to = project.root, 0o777 & ~UMASKS[readers]
    for path in (*(root / name for name in _KEPT), *root.glob(_LEDGERS)):
        if _is_ours(path) and not _is_for(path, open_to):
            give_to(path, readers)
    # the root may be any folder of the user's: it is opened as far as need be, and never closed
    holds_project = project.folder.resolve().is_relative_to(root.resolve())
    if _is_ours(root) and not holds_project and not _is_for(root, open_to | root.stat().st_mode):
        root.chmod(root.stat().st_mode & 0o777 | open_to & 0o055)


def _is_ours(path: Path) -> bool:
    return path.exists() and path.stat().st_uid == os.geteuid()


def _is_for(path: Path, open_to: int) -> bool:
    most = open_to if path.is_dir() else open_to & 0o666
    return (path.stat().st_mode ^ most) & 0o077 == 0
