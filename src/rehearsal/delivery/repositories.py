"""Local folders of git in the place of repositories: the last commit of a branch, packed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.delivery.artefacts import unpack
from rehearsal.errors import InputError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_FIELDS = "%H%x00%an%x00%ae%x00%aI%x00%cI%x00%B"
_GIT = ("git", "-c", "advice.detachedHead=false", "-c", "core.hooksPath=/dev/null")
"""Nobody's hooks are run by a rehearsal."""


@dataclass(frozen=True)
class Commit:
    """One commit of a repository; the times are in UTC, as AWS tells them."""

    id: str
    author: str
    email: str
    authored: str
    committed: str
    message: str


def folder_of(cloud: Cloud, repository: str) -> Path | None:
    """Return the folder that stands for a repository: one that was given, else one made here."""
    made = _made(cloud, repository)
    return cloud.setup.repositories.get(repository) or (made if made.is_dir() else None)


def begin(cloud: Cloud, repository: str, archive: bytes, branch: str) -> None:
    """Make a repository of this cloud whose first commit has the files of an archive.

    Raises `InputError` for what is no archive, or an empty one.
    """
    folder = _made(cloud, repository)
    unpack(archive, folder)
    shutil.rmtree(folder / ".git", ignore_errors=True)  # whose settings nobody has asked for
    who = ("-c", "user.name=CodeCommit", "-c", "user.email=codecommit@example.com")
    _git("init", "--quiet", f"--initial-branch={branch}", folder=folder)
    _git("add", "--all", "--force", folder=folder)
    _git(*who, "commit", "--quiet", "--message=Initial commit", folder=folder)


def forget(cloud: Cloud, repository: str) -> None:
    """Remove a repository that was made here."""
    shutil.rmtree(_made(cloud, repository), ignore_errors=True)


def _made(cloud: Cloud, repository: str) -> Path:
    return cloud.work / "repositories" / repository.replace("/", "+")


def is_repository(folder: Path) -> bool:
    """Tell whether git knows `folder` as the top of a repository, bare or not."""
    try:
        bare = _git("rev-parse", "--is-bare-repository", folder=folder) == "true"
        top = _git("rev-parse", "--absolute-git-dir" if bare else "--show-toplevel", folder=folder)
    except InputError:
        return False
    return Path(top).resolve() == folder.resolve()


def latest(folder: Path, branch: str) -> Commit | None:
    """Return the last commit of a branch, None where there is no such branch."""
    try:
        told = _git("log", "-1", f"--format={_FIELDS}", f"refs/heads/{branch}", "--", folder=folder)
    except InputError:
        return None
    commit, author, email, authored, committed, message = told.split("\0")
    return Commit(commit, author, email, _utc(authored), _utc(committed), message.strip())


def packed(folder: Path, commit: str, whole: bool = False) -> bytes:
    """Return the tree of a commit as an archive; the `whole` clone, with its history, if asked.

    What is not committed is not in it. Raises `InputError` with git's words.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-clone-") as made:
        clone = Path(made) / "clone"
        _git(
            "clone", "--quiet", "--no-hardlinks", "--no-checkout", str(folder.resolve()), str(clone)
        )
        _git("checkout", "--quiet", "--detach", commit, folder=clone)
        return _zip(clone, whole)


def _zip(clone: Path, whole: bool) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(clone.rglob("*")):
            name = path.relative_to(clone)
            # A link is packed as what it leads to; to a place outside, it is nothing of the commit.
            inside = path.resolve().is_relative_to(clone.resolve())
            if path.is_file() and inside and (whole or name.parts[0] != ".git"):
                archive.write(path, name.as_posix())
    return stream.getvalue()


def _git(*words: str, folder: Path | None = None) -> str:
    command: Sequence[str] = [*_GIT, *(["-C", str(folder)] if folder else []), *words]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - git, on a folder that the caller named
            command, env=kept | {"GIT_TERMINAL_PROMPT": "0"}, capture_output=True, check=True
        )
    except FileNotFoundError as error:
        raise InputError("There is no git on this machine.", "Install it.") from error
    except subprocess.CalledProcessError as error:
        raise InputError(
            f"git {words[0]}: {error.stderr.decode(errors='replace').strip()}"
        ) from error
    return done.stdout.decode(errors="replace").removesuffix("\n")


def _utc(told: str) -> str:
    return f"{datetime.fromisoformat(told).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
