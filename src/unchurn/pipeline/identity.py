"""What makes a run the same run: its data, its config, the code and the libraries it uses; and where it lies."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from unchurn.artefacts import Artefact, dump_json
from unchurn.project import SECTIONS, Project, shaping
from unchurn.version import PACKAGE, VERSION

LIBRARIES = ("xgboost-cpu", "numpy", "pyarrow", "duckdb", "scipy")
"""Libraries whose version may change a result."""


PLACES = ("artefacts", "registry", "aws", "campaign", "quality", "cycle")
"""Sections that never change a training: where things are kept and run, what follows a scoring, and what is
asked of tables to score."""

NOT_COMPUTING = ("aws/lambdas/", "aws/machines/", "aws/rehearse", "aws/stacks/")
"""Parts of the package that no step runs in; jobs on AWS do not have them."""


@cache
def environment() -> dict[str, str]:
    """Versions of Python, unchurn and the libraries that compute."""
    versions = {"python": platform.python_version(), "unchurn": VERSION}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "absent"
    return versions


@cache
def code_sha256() -> str:
    """Hash of the source files that steps run in, and of the libraries' versions."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        computing = not name.startswith(NOT_COMPUTING)
        if computing and path.suffix in {".py", ".html", ".sql", ".css"}:
            digest.update(name.encode() + b"\0")
            digest.update(path.read_bytes())
    versions = {name: version for name, version in environment().items() if name in LIBRARIES}
    digest.update(dump_json(versions))
    return digest.hexdigest()


def config_sha256(project: Project) -> str:
    """Hash of every section of churn.toml that can change a training, defaults included."""
    plain = {name: asdict(getattr(project, name)) for name in SECTIONS if name not in PLACES}
    plain["data"].pop("score")
    plain["history"] = shaping(project.history)
    return hashlib.sha256(dump_json(plain)).hexdigest()


def run_id(*parts: Any) -> str:
    """Name a run by the plain data that decides its result: 12 hex digits."""
    return hashlib.sha256(dump_json(list(parts))).hexdigest()[:12]


def place_of(project: Project, run: str, kind: type[Artefact]) -> Path:
    """Return the folder where a run of a project keeps an artefact, there or not."""
    return project.root / "runs" / run / kind.__name__.lower()
