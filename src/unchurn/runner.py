"""Runs one step: loads what its signature asks for, calls it, publishes what it returns.

A step's parameters say where they come from by their types: an `Artefact` subclass is loaded
from the run's folder (``Snapshots | None`` where only some runs have it), a section of churn.toml from the project, `Workspace` is a staging
folder, and anything else is given by the door. The return type names the artefact made.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from unchurn import interruption
from unchurn.artefacts import Artefact, Workspace, dump_json, verify
from unchurn.artefacts.folder import LINEAGE, MANIFEST
from unchurn.disk import flush, flush_tree
from unchurn.errors import ArtefactError
from unchurn.progress import Progress, Silent
from unchurn.project import SECTIONS, Project

Step = Callable[..., Artefact]


@dataclass(frozen=True)
class Run:
    """Where a run lives and what its door gives to steps.

    `folder` is ``<root>/runs/<run id>``. `places` holds folders of artefacts made elsewhere,
    by type. `given` holds live objects by type; each that decides a result has a
    ``fingerprint()``. `code` identifies the code and the libraries that compute.
    """

    folder: Path
    project: Project
    code: str
    given: Mapping[type, Any] = field(default_factory=dict)
    places: Mapping[type[Artefact], Path] = field(default_factory=dict)
    progress: Progress = field(default_factory=Silent)

    def place(self, kind: type[Artefact]) -> Path:
        """Folder of an artefact, published or not."""
        return self.places.get(kind, self.folder / kind.__name__.lower())


def run_step(step: Step, run: Run, fresh: bool = False) -> Artefact:
    """Run `step`, or load what it made before from the same inputs, config and code.

    Raises whatever the step raises; nothing half-written is left in the run's folder.
    """
    interruption.heed()
    wanted, made = _signature(step)
    key = _key(step, run, wanted)
    target = run.place(made)
    if not fresh and (_published(target, key) or _copied(target, key)):
        return made.load(target)
    staging = target.with_name(f".{target.name}.staging")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        artefact = step(**{name: _value(run, kind, staging) for name, kind in wanted.items()})
        artefact.save(staging)
        (staging / LINEAGE).write_bytes(dump_json({"key": key, "step": step.__name__}))
        publish(staging, target)
    except OSError as error:
        raise _storage_error(step, staging, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return made.load(target)


def publish(staging: Path, target: Path) -> None:
    """Flush a finished staging folder to disk and rename it into place."""
    flush_tree(staging)
    if target.exists():
        old = target.with_name(f".{target.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        shutil.rmtree(old)
    staging.rename(target)
    flush(target.parent)


def _signature(step: Step) -> tuple[dict[str, Any], type[Artefact]]:
    hints = typing.get_type_hints(step)
    return {name: kind for name, kind in hints.items() if name != "return"}, hints["return"]


def _value(run: Run, kind: Any, staging: Path) -> Any:
    if kind is Workspace:
        return Workspace(staging)
    if kind is Progress:
        return run.progress
    if kind in SECTIONS.values():
        return _section(run.project, kind)
    if optional := _optional(kind):
        kind = optional
        if not (run.place(kind) / MANIFEST).is_file():
            return None
    if isinstance(kind, type) and issubclass(kind, Artefact):
        return kind.load(run.place(kind))
    return run.given[kind]


def _optional(kind: Any) -> type[Artefact] | None:
    """Return the artefact of ``Artefact | None``."""
    if typing.get_origin(kind) is not types.UnionType:
        return None
    found: type[Artefact] = next(each for each in typing.get_args(kind) if each is not type(None))
    return found


def _section(project: Project, kind: type) -> Any:
    name = next(name for name, section in SECTIONS.items() if section is kind)
    return getattr(project, name)


def _key(step: Step, run: Run, wanted: dict[str, Any]) -> str:
    inputs = {name: _fingerprint(run, kind) for name, kind in wanted.items()}
    plain = {"step": step.__name__, "code": run.code, "inputs": inputs}
    return hashlib.sha256(dump_json(plain)).hexdigest()


def _fingerprint(run: Run, kind: Any) -> Any:
    if kind in (Workspace, Progress):
        return None
    if kind in SECTIONS.values():
        return asdict(_section(run.project, kind))
    if optional := _optional(kind):
        manifest = run.place(optional) / MANIFEST
        return hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else None
    if isinstance(kind, type) and issubclass(kind, Artefact):
        return hashlib.sha256((run.place(kind) / MANIFEST).read_bytes()).hexdigest()
    given = run.given[kind]
    if hasattr(given, "fingerprint"):
        return given.fingerprint()
    return asdict(given) if is_dataclass(given) and not isinstance(given, type) else None


def _published(target: Path, key: str) -> bool:
    lineage = target / LINEAGE
    if not lineage.is_file() or _lineage_key(lineage) != key:
        return False
    try:
        verify(target)
    except ArtefactError:
        return False
    return True


def _lineage_key(lineage: Path) -> str:
    try:
        return str(json.loads(lineage.read_bytes())["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _copied(target: Path, key: str) -> bool:
    """Take over what another run has made from the same inputs, config and code."""
    for other in sorted(target.parent.parent.glob(f"*/{target.name}")):
        if other == target or not _published(other, key):
            continue
        staging = target.with_name(f".{target.name}.staging")
        shutil.rmtree(staging, ignore_errors=True)
        try:
            shutil.copytree(other, staging)
            verify(staging)
            publish(staging, target)
        except (OSError, ArtefactError):
            shutil.rmtree(staging, ignore_errors=True)
            continue
        return True
    return False


def _storage_error(step: Step, staging: Path, error: OSError) -> ArtefactError:
    where = error.filename or staging
    return ArtefactError(
        f"The step {step.__name__!r} could not use {where}: {error.strerror or error}.",
        "Free some space or fix the permissions, then run the same command; finished steps are kept.",
    )
