"""A folder of somebody's project: the files that say something, within limits, no link followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from unchurn.errors import ConfigError

MOST_FILES = 20_000
"""Files below a folder beyond which it is taken for something larger than one project."""
LARGEST = 2_000_000
"""Bytes of a file that is still read as a template or a script."""
_SKIPPED = {"node_modules", "__pycache__", "venv", "site-packages", "cdk.out", "site", "dist"}
_READ = (".yaml", ".yml", ".json", ".template", ".asl", ".py", ".sh", ".env", ".cfg", ".ini")
_NAMED = ("Dockerfile", ".env", "Makefile", "requirements.txt")
_TABLES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl")
_STORED = (".pkl", ".pickle", ".joblib", ".sav")


@dataclass(frozen=True)
class Source:
    """A file of the project: its path relative to the folder, and its text."""

    file: str
    text: str

    @property
    def name(self) -> str:
        """Last part of the path."""
        return PurePosixPath(self.file).name

    @property
    def is_document(self) -> bool:
        """Whether it is YAML or JSON."""
        return PurePosixPath(self.file).suffix in (".yaml", ".yml", ".json", ".template", ".asl")


@dataclass
class Found:
    """What a folder holds: texts, tables of customers, stored models, and what was not read."""

    sources: list[Source] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)


def look_into(folder: Path) -> Found:
    """Read what a project's folder says.

    Raises `ConfigError` for a folder that is none, is empty, cannot be read or holds far more than a
    project does.
    """
    if not folder.is_dir():
        why = "is a file" if folder.exists() else "does not exist"
        raise ConfigError(f"{folder} {why}.", "Name the folder of the project's repository.")
    found, count = Found(), 0
    for path, relative in _files(folder):
        count += 1
        if count > MOST_FILES:
            raise ConfigError(
                f"{folder} holds more than {MOST_FILES:,} files.",
                "Name the folder of one project, where its templates and scripts are.",
            )
        _take(path, relative, found)
    if not count:
        raise ConfigError(
            f"{folder} holds no files.", "Name the folder of the project's repository."
        )
    return found


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Walk in order of names; links are not followed, so that a loop of them ends nothing."""

    def refuse(error: OSError) -> None:
        raise ConfigError(f"{error.filename} cannot be read: {error.strerror}.") from error

    for top, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(
            each for each in folders if not each.startswith(".") and each not in _SKIPPED
        )
        for name in sorted(names):
            path = Path(top) / name
            yield path, path.relative_to(folder).as_posix()


def _take(path: Path, relative: str, found: Found) -> None:
    suffix, wanted = path.suffix.lower(), path.suffix.lower() in _READ or path.name in _NAMED
    if path.is_symlink():
        if wanted:
            found.unread[relative] = "a link; links are not followed"
    elif not path.is_file():
        return
    elif suffix in _STORED:
        found.stored.append(relative)
    elif wanted:
        _read(path, relative, found)
    elif suffix in _TABLES:
        found.tables.append(relative)


def _read(path: Path, relative: str, found: Found) -> None:
    try:
        if path.stat().st_size > LARGEST:
            found.unread[relative] = f"larger than {LARGEST:,} bytes"
            if path.suffix == ".json":
                found.tables.append(relative)
            return
        found.sources.append(Source(relative, path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        found.unread[relative] = "no text in UTF-8"
    except OSError as error:
        found.unread[relative] = str(error.strerror or error)
