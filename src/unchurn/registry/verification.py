"""Whether the files of registered versions still are what was registered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unchurn.artefacts import sha256_of, verify
from unchurn.artefacts.folder import MANIFEST
from unchurn.errors import ArtefactError, UnchurnError
from unchurn.registry.protocol import Check, Record, Registry


def check_files(root: Path, record: Record) -> Path:
    """Check a version's bundle below `root` against its registered hash; return its folder.

    Raises `ArtefactError` naming what is missing or has changed.
    """
    folder = record.folder(root)
    verify(folder)
    return require_registered(folder, record, "Restore the folder from a backup")


def require_registered(folder: Path, record: Record, remedy: str) -> Path:
    """Return `folder` if its manifest is the registered one, or it has none yet to compare.

    The manifest holds the hash of every file, which whoever loads the bundle checks: a bundle
    that was edited together with its manifest is told by this alone. Raises `ArtefactError`.
    """
    manifest = folder / MANIFEST
    try:
        found = sha256_of(manifest) if manifest.is_file() else record.entry.bundle_sha256
    except OSError as error:
        raise ArtefactError(
            f"The files of version {record.version} cannot be read: {error.filename}: "
            f"{error.strerror}.",
            f"Fix the permissions. {remedy}, or promote another version.",
        ) from error
    if found != record.entry.bundle_sha256:
        raise ArtefactError(
            f"{folder} is not what was registered as version {record.version} (sha256 "
            f"{found[:12]}…, registered {record.entry.bundle_sha256[:12]}…).",
            f"{remedy}, or promote another version.",
        )
    return folder


def verify_versions(registry: Registry, check: Check) -> dict[str, Any]:
    """Run `check` over every version.

    Returns {"versions": [{"version": n, "bundle": path, "ok": bool, "problem": s, "hint": s}],
    "problems": n}, oldest version first; `problem` and `hint` are empty where it is sound.
    """
    checked = [_outcome(check, record) for record in registry.records()]
    return {"versions": checked, "problems": sum(not each["ok"] for each in checked)}


def _outcome(check: Check, record: Record) -> dict[str, Any]:
    outcome = {"version": record.version, "bundle": record.entry.bundle}
    try:
        check(record)
    except UnchurnError as error:
        return {**outcome, "ok": False, "problem": error.message, "hint": error.hint}
    except OSError as error:
        problem = f"{error.filename} cannot be read: {error.strerror}."
        return {**outcome, "ok": False, "problem": problem, "hint": "Check its permissions."}
    return {**outcome, "ok": True, "problem": "", "hint": ""}
