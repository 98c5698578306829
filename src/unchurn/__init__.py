"""Finds who is about to leave, says why, and decides whom it pays to contact.

    import unchurn

    project = unchurn.Project.load("my-project")
    training = unchurn.train(project)
    scoring = unchurn.score(project, "this_month.csv", "scores.csv")

Importing this package is cheap: the engines behind these names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from unchurn.errors import ArtefactError as ArtefactError
    from unchurn.errors import ConfigError as ConfigError
    from unchurn.errors import DataError as DataError
    from unchurn.errors import RegistryError as RegistryError
    from unchurn.errors import UnchurnError as UnchurnError
    from unchurn.pipeline.champion import load_champion as load_champion
    from unchurn.pipeline.scoring import score as score
    from unchurn.pipeline.training import train as train
    from unchurn.project import Project as Project

_HOMES = {
    "ArtefactError": "unchurn.errors",
    "ConfigError": "unchurn.errors",
    "DataError": "unchurn.errors",
    "Project": "unchurn.project",
    "RegistryError": "unchurn.errors",
    "UnchurnError": "unchurn.errors",
    "load_champion": "unchurn.pipeline.champion",
    "score": "unchurn.pipeline.scoring",
    "train": "unchurn.pipeline.training",
}

__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604 - names of the table above


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'unchurn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
