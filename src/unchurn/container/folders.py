"""Where SageMaker puts what a job reads and takes what it makes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts.folder import LINEAGE, dump_json
from unchurn.disk import copy_tree
from unchurn.errors import ArtefactError

BASE = "/opt/ml"
"""SageMaker's folder."""
BASE_VARIABLE = "SAGEMAKER_BASE_DIR"
"""Environment variable that names another one, for jobs that share a machine."""


@dataclass(frozen=True)
class Folders:
    """The tree below `base`, as the SageMaker developer guide describes it."""

    base: Path

    @classmethod
    def of_environment(cls) -> Folders:
        """Return the tree of this job."""
        return cls(Path(os.environ.get(BASE_VARIABLE) or BASE))

    @property
    def hyperparameters(self) -> Path:
        """A training job's strings."""
        return self.base / "input" / "config" / "hyperparameters.json"

    @property
    def resources(self) -> Path:
        """What a training job's host is told of itself and the others."""
        return self.base / "input" / "config" / "resourceconfig.json"

    @property
    def checkpoints(self) -> Path | None:
        """Where a training job keeps what it takes up when it is started again; None where it was given no such place.

        SageMaker says in checkpointconfig.json where that is, brings what is kept there before the
        job starts, and stores what is written there while it runs.
        """
        told = self.base / "input" / "config" / "checkpointconfig.json"
        if not told.is_file():
            return None
        path = Path(json.loads(told.read_bytes()).get("LocalPath") or f"{BASE}/checkpoints")
        return self.base / path.relative_to(BASE) if path.is_relative_to(BASE) else path

    @property
    def model(self) -> Path:
        """What a training job ships, and what a server is given."""
        return self.base / "model"

    @property
    def output(self) -> Path:
        """Where a job says why it failed."""
        return self.base / "output"

    def channel(self, name: str) -> Path:
        """Return a training job's input. Raises `ArtefactError` when nothing is there."""
        return _filled(self.base / "input" / "data" / name, name)

    def given(self, name: str) -> Path:
        """Return a processing job's input. Raises `ArtefactError` when nothing is there."""
        return _filled(self.base / "processing" / "input" / name, name)

    def made(self, name: str) -> Path:
        """Return a processing job's output, made if need be."""
        folder = self.base / "processing" / "output" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def hand_over(source: Path, target: Path) -> None:
    """Copy what was made into an output: it may be a mount point, which cannot be renamed over."""
    copy_tree(source, target)


def lineage_of(folder: Path) -> dict[str, Any]:
    """Read an artefact's lineage; {} where it has none that can be read."""
    try:
        found = json.loads((folder / LINEAGE).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def add_lineage(folder: Path, **known: str) -> None:
    """Add to an artefact's lineage, which is outside its hash."""
    (folder / LINEAGE).write_bytes(dump_json({**lineage_of(folder), **known}))


def _filled(folder: Path, name: str) -> Path:
    if not folder.is_dir() or not any(folder.iterdir()):
        raise ArtefactError(
            f"The job was given nothing under the name {name!r}: {folder} is missing or empty.",
            "Look at the job's inputs, and at the job that should have made this.",
        )
    return folder
