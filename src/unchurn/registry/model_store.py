"""A registry together with the files of its versions, wherever these are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.registry.protocol import Record, Registry
from unchurn.registry.sqlite import SqliteRegistry
from unchurn.registry.verification import check_files, require_registered


class ModelStore(Protocol):
    """Where versions are, and how to get at the folder of one."""

    @property
    def registry(self) -> Registry:
        """The registry whose versions these are."""

    def address(self, record: Record) -> str:
        """Say where a version's bundle is kept: a path, or an address."""

    def folder(self, record: Record) -> Path:
        """Return a version's bundle as a folder here, brought from elsewhere if need be.

        Its manifest is the registered one; the files that it lists are checked by who loads
        them. Raises `ArtefactError` when it cannot be had or is another.
        """

    def check(self, record: Record) -> Path:
        """Read what is kept against the registered hash; return the sound folder.

        Raises `ArtefactError` naming what is missing or has changed.
        """


@dataclass(frozen=True)
class LocalModelStore:
    """The registry and the runs below one folder."""

    root: Path

    @property
    def registry(self) -> Registry:
        """The SQLite registry in the folder; nothing is created before the first registration."""
        return SqliteRegistry(self.root)

    def address(self, record: Record) -> str:
        """Return the folder's path."""
        return str(record.folder(self.root))

    def folder(self, record: Record) -> Path:
        """Return the folder, there or not; see `ModelStore.folder`."""
        return require_registered(record.folder(self.root), record, "Restore it from a backup")

    def check(self, record: Record) -> Path:
        """Check every file; see `ModelStore.check`."""
        return check_files(self.root, record)


def local_model_store(project: Project) -> ModelStore:
    """Return the store of a project whose registry is on this machine.

    Raises `ConfigError` for a project that keeps its registry on AWS.
    """
    require_local(project)
    return LocalModelStore(project.root)


def require_local(project: Project) -> None:
    """Raise `ConfigError` unless this machine keeps the project's registry."""
    if project.registry.kind != "sqlite":
        raise ConfigError(
            f"The registry of this project is kept on AWS ([registry] kind is "
            f"{project.registry.kind!r}), and so are the trainings that it holds.",
            'Train with: unchurn aws train — or set [registry] kind = "sqlite" to train here.',
        )
