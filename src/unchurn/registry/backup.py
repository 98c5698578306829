"""A copy of the registry beside it, and what is done when the registry is damaged or gone."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from unchurn.disk import replacing
from unchurn.errors import RegistryError, UnchurnError
from unchurn.registry.connection import explained, reading
from unchurn.registry.contents import Contents, read_contents
from unchurn.registry.migrate import transaction

FILE = "registry.db"
COPY = "registry.copy.db"
DAMAGED = "registry.damaged.db"


@dataclass(frozen=True)
class Restoration:
    """What `restore` did. `kept`: where the damaged file is now; None where there was none."""

    changed: bool
    versions: int
    champion: int | None
    kept: Path | None
    words: str


def keep_copy(db: sqlite3.Connection, root: Path) -> None:
    """Copy what was committed; an older copy stays where that fails, and the next change tries."""
    address = f"{(root / FILE).absolute().as_uri()}?mode=rw"
    # Within a transaction nobody else commits: of two copies, the newer must be the one that stays.
    with (
        suppress(OSError, sqlite3.Error),
        transaction(db),
        replacing(root / COPY) as stream,
        closing(sqlite3.connect(address, uri=True)) as source,
    ):
        source.execute("VACUUM INTO ?", (stream.name,))


def require_none_before(root: Path) -> None:
    """Raise `RegistryError` where a registry without versions cannot be the first one here.

    Runs below `root` know that they were registered, or a copy has versions.
    """
    versions = sorted(_registered(root))
    if versions or (root / COPY).exists():
        known = (
            f"runs below it were registered as {_listed(versions)}"
            if versions
            else "there is a copy of it"
        )
        raise RegistryError(
            f"The registry {root / FILE} is gone or empty, although {known}.",
            "Put the copy that is kept beside it in its place with: unchurn registry restore — or, "
            "to begin anew, set [artefacts] root in churn.toml to another folder.",
        )


def restore(root: Path) -> Restoration:
    """Put the copy in the registry's place, unless that is sound; keep the damaged file.

    Raises `RegistryError` when there is no copy, or it is damaged too.
    """
    with suppress(UnchurnError):
        sound = _contents(root / FILE)
        if sound.records:
            words = f"The registry is sound ({_count(sound)}); nothing was changed."
            return Restoration(False, len(sound.records), sound.alias("champion")[0], None, words)
    with explained(root / COPY):
        there = (root / COPY).exists()
    if not there:
        raise RegistryError(
            f"There is no copy {root / COPY} to restore the registry from.",
            f"Restore {FILE} from your own backup, or, to begin anew, set [artefacts] root in "
            "churn.toml to another folder.",
        )
    found = _contents(root / COPY)
    with explained(root / FILE):
        kept = _put_aside(root)
        with (root / COPY).open("rb") as source, replacing(root / FILE) as stream:
            shutil.copyfileobj(source, stream)
    words = f"The registry was restored as of {found.moves[-1].at} ({_count(found)})."
    return Restoration(
        True, len(found.records), found.alias("champion")[0], kept, f"{words}{_lost(root, found)}"
    )


def _contents(path: Path) -> Contents:
    with reading(path) as db:
        return read_contents(db) if db else Contents()


def _put_aside(root: Path) -> Path | None:
    """Move the damaged file away with its log, which must not be applied to the copy."""
    kept = None
    for suffix in ("-wal", "-shm", ""):
        path = root / f"{FILE}{suffix}"
        if path.exists():
            kept = path.replace(root / f"{DAMAGED}{suffix}")
    return kept


def _count(found: Contents) -> str:
    many = "1 version" if len(found.records) == 1 else f"{len(found.records)} versions"
    return f"{many}, champion {found.alias('champion')[0]}"


def _lost(root: Path, found: Contents) -> str:
    lost = sorted(_registered(root) - {record.version for record in found.records})
    if not lost:
        return ""
    return f" It does not know {_listed(lost)}, registered later: train again to register anew."


def _listed(versions: list[int]) -> str:
    shown = ", ".join(map(str, versions[:8]))
    return f"version{'s' if len(versions) > 1 else ''} {shown}{' …' if len(versions) > 8 else ''}"


def _registered(root: Path) -> set[int]:
    """Return the versions that runs below `root` say they were registered as."""
    found = set()
    for path in (root / "runs").glob("*/version/version.json"):
        with suppress(OSError, ValueError, TypeError, AttributeError):
            version = json.loads(path.read_bytes()).get("version")
            found |= {version} if isinstance(version, int) else set()
    return found
