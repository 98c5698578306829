"""Whether the files of registered versions still are what was registered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unchurn.artefacts import verify
from unchurn.errors import ArtefactError, UnchurnError
from unchurn.registry.protocol import Check, Record, Registry


def check_files(root: Path, record: Record) -> Path:
    """Check a version's bundle below `root` against its registered hash; return its folder.

    Raises `ArtefactError` naming what is missing or has changed.
    """
    folder = record.folder(root)
    found = verify(folder)
    if found != record.entry.bundle_sha256:
        raise ArtefactError(
            f"{folder} is not what was registered as version {record.version} (sha256 "
            f"{found[:12]}…, registered {record.entry.bundle_sha256[:12]}…).",
            "Restore the folder from a backup, or promote another version.",
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
