"""Which published model scores: the champion's, a version's, or a training run's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts import Model, sha256_of
from unchurn.artefacts.folder import MANIFEST
from unchurn.errors import ConfigError, listing
from unchurn.pipeline.identity import place_of
from unchurn.project import Project
from unchurn.registry import ModelStore, Registry, local_model_store


@dataclass(frozen=True)
class ChosenModel:
    """A published model: where its bundle is, its version (None when unregistered), its run.

    `sha256`: the registered hash of its bundle; "" for a run's model.
    """

    bundle: Path
    version: int | None
    run_id: str
    sha256: str = ""


def choose_model(
    project: Project,
    version: int | None,
    training_run: str | None,
    store: ModelStore | None = None,
) -> ChosenModel:
    """Find the model asked for: a training run's, a version's, or the champion's.

    `store` is where versions are, by default on this machine. Raises `ConfigError` when there is
    none, naming what there is, and what bringing a version's files raises.
    """
    store = store or local_model_store(project)
    registry = store.registry
    if training_run is not None:
        return _model_of_run(project, training_run, registry)
    number = version if version is not None else registry.alias("champion")
    if number is None:
        raise _no_champion(project)
    record = registry.get(number)
    entry = record.entry
    return ChosenModel(store.folder(record), number, entry.run_id, entry.bundle_sha256)


def _model_of_run(project: Project, name: str, registry: Registry) -> ChosenModel:
    if name not in _finished_runs(project):
        raise ConfigError(
            f"There is no finished training run {name!r}.",
            f"Finished runs: {listing(_finished_runs(project)) or 'none yet; run `unchurn train`'}.",
        )
    known = {r.entry.run_id: r.version for r in registry.records()}
    return ChosenModel(place_of(project, name, Model), known.get(name), name)


def _finished_runs(project: Project) -> list[str]:
    found = (project.root / "runs").glob("*/verdict/manifest.json")
    return [path.parent.parent.name for path in sorted(found, key=lambda p: p.stat().st_mtime)]


def latest_judgement(project: Project, chosen: ChosenModel) -> str:
    """Find the run that judged this very model last: costs change without another model.

    `chosen` is a registered version. A run is as new as the last training that went through it.
    """
    for name in reversed(_finished_runs(project)):
        manifest = place_of(project, name, Model) / MANIFEST
        if manifest.is_file() and sha256_of(manifest) == chosen.sha256:
            return name
    return chosen.run_id


def _no_champion(project: Project) -> ConfigError:
    runs = _finished_runs(project)
    if not runs:
        return ConfigError(
            "There is no champion: nothing has been trained.", "Run `unchurn train`."
        )
    return ConfigError(
        "There is no champion: no training has passed the gate yet.",
        f"Score with a run that did not pass by adding --run {runs[-1]} "
        f"(finished runs: {listing(runs)}).",
    )
