"""Runs steps, each one so: loads what its signature asks for, calls it, publishes what it returns.

A step's parameters say where they come from by their types: an `Artefact` subclass is loaded
from the run's folder (``Snapshots | None`` where only some runs have it), a section of churn.toml
from the project, `Workspace` is a staging folder, and anything else is given by the door. The return type names the artefact made.
"""

from __future__ import annotations

import hashlib
import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from unchurn import interruption
from unchurn.artefacts import Artefact, Workspace, dump_json, sha256_of, verify
from unchurn.artefacts.folder import LINEAGE, MANIFEST
from unchurn.disk import copy_tree, discard, publish
from unchurn.errors import ArtefactError
from unchurn.modelling.fitting.pool import ALONE, Spread
from unchurn.progress import Progress, Silent, Task
from unchurn.project import SECTIONS, Project, shaping

Step = Callable[..., Artefact]


@dataclass(frozen=True)
class Run:
    """Where a run lives and what its door gives to steps.

    `folder` is ``<root>/runs/<run id>``. `places` holds folders of artefacts made elsewhere,
    by type. `given` holds live objects by type; each that decides a result has a
    ``fingerprint()``. `code` identifies the code and the libraries that compute. `registered`
    holds manifests' sha256, by type, of artefacts that may be made again but never differently.
    `spread`: the hosts that run the same steps and share their fits out.
    """

    folder: Path
    project: Project
    code: str
    given: Mapping[type, Any] = field(default_factory=dict)
    places: Mapping[type[Artefact], Path] = field(default_factory=dict)
    progress: Progress = field(default_factory=Silent)
    registered: Mapping[type[Artefact], str] = field(default_factory=dict)
    spread: Spread = ALONE

    def place(self, kind: type[Artefact]) -> Path:
        """Folder of an artefact, published or not."""
        return self.places.get(kind, self.folder / kind.__name__.lower())


def run_steps(steps: Sequence[Step], where: Run, fresh: bool = False) -> None:
    """Run `steps` in order, skipping what is already made. Raises what a step raises."""
    # of one alone, a share would be 0% until it is over
    with where.progress.task("steps", len(steps) if len(steps) > 1 else None) as task:
        run_some(steps, where, task, fresh)


def run_some(steps: Sequence[Step], where: Run, task: Task, fresh: bool = False) -> None:
    """Run `steps` as part of what `task` counts; see `run_steps`."""
    for step in steps:
        task.say(step.__name__)
        run_step(step, where, fresh)
        task.advance()


def run_step(step: Step, run: Run, fresh: bool = False) -> Artefact:
    """Run `step`, or load what it made before from the same inputs, config and code.

    Raises whatever the step raises; nothing half-written is left in the run's folder.
    """
    interruption.heed()
    wanted, made = _signature(step)
    key = _key(step, run, wanted)
    target = run.place(made)
    staging = target.with_name(f".{target.name}.staging")
    try:
        if not fresh and (known := _published(made, target, key) or _copied(made, target, key)):
            return known
        discard(staging)
        staging.mkdir(parents=True)
        artefact = step(**{name: _value(run, kind, staging) for name, kind in wanted.items()})
        made_sha256 = artefact.save(staging)
        _require_registered(run, made, made_sha256)
        (staging / LINEAGE).write_bytes(dump_json({"key": key, "step": step.__name__}))
        if not _is_the_same(made, target, key, made_sha256):
            publish(staging, target)
    except OSError as error:
        raise _storage_error(step, staging, error) from error
    finally:
        discard(staging)
    return made.load(target)


def _is_the_same(made: type[Artefact], target: Path, key: str, made_sha256: str) -> bool:
    """Tell whether what is published is sound and equal to what was made: then it stays.

    Whoever reads it meanwhile reads on.
    """
    known = _published(made, target, key)
    return known is not None and sha256_of(target / MANIFEST) == made_sha256


def _require_registered(run: Run, made: type[Artefact], made_sha256: str) -> None:
    registered = run.registered.get(made, made_sha256)
    if made_sha256 != registered:
        raise ArtefactError(
            f"{run.place(made)} belongs to a registered version, and making it again gave another "
            f"{made.__name__.lower()} (sha256 {made_sha256[:12]}…, registered {registered[:12]}…). "
            "Nothing was replaced.",
            "A version never changes. Change churn.toml (for example [train] seed) to train a new "
            "run, or restore the folder from a backup.",
        )


def _signature(step: Step) -> tuple[dict[str, Any], type[Artefact]]:
    hints = typing.get_type_hints(step)
    return {name: kind for name, kind in hints.items() if name != "return"}, hints["return"]


def _value(run: Run, kind: Any, staging: Path) -> Any:
    own = {Workspace: Workspace(staging), Progress: run.progress, Spread: run.spread}
    if kind in own:
        return own[kind]
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
    if kind in (Workspace, Progress, Spread):
        return None
    if kind in SECTIONS.values():
        return shaping(_section(run.project, kind))
    if optional := _optional(kind):
        manifest = run.place(optional) / MANIFEST
        return sha256_of(manifest) if manifest.is_file() else None
    if isinstance(kind, type) and issubclass(kind, Artefact):
        return hashlib.sha256((run.place(kind) / MANIFEST).read_bytes()).hexdigest()
    given = run.given[kind]
    if hasattr(given, "fingerprint"):
        return given.fingerprint()
    return asdict(given) if is_dataclass(given) and not isinstance(given, type) else None


def _published(made: type[Artefact], target: Path, key: str) -> Artefact | None:
    """Return what is published of this very key, where it is sound."""
    lineage = target / LINEAGE
    if not lineage.is_file() or _lineage_key(lineage) != key:
        return None
    try:
        return made.load(target)
    except ArtefactError:
        return None


def _lineage_key(lineage: Path) -> str:
    try:
        return str(json.loads(lineage.read_bytes())["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _copied(made: type[Artefact], target: Path, key: str) -> Artefact | None:
    """Take over what another run has made from the same inputs, config and code."""
    for other in sorted(target.parent.parent.glob(f"*/{target.name}")):
        if other == target or _published(made, other, key) is None:
            continue
        staging = target.with_name(f".{target.name}.staging")
        discard(staging)
        try:
            copy_tree(other, staging)
            verify(staging)
            publish(staging, target)
            return made.load(target)
        except (OSError, ArtefactError):
            discard(staging)
    return None


def _storage_error(step: Step, staging: Path, error: OSError) -> ArtefactError:
    where = error.filename or staging
    return ArtefactError(
        f"The step {step.__name__!r} could not use {where}: {error.strerror or error}.",
        "Free some space or fix the permissions, then run the same command; finished steps are kept.",
    )
