"""Finds who is about to leave, says why, and decides whom it pays to contact.

    import unchurn

    project = unchurn.Project.load("my-project")
    training = unchurn.train(project)
    scoring = unchurn.score(project, "this_month.csv", "scores.csv")  # or any Arrow table
    scoring.to_pandas()

Importing this package is cheap: the engines behind these names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from unchurn.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from unchurn.errors import ArtefactError as ArtefactError
    from unchurn.errors import ConfigError as ConfigError
    from unchurn.errors import DataError as DataError
    from unchurn.errors import RegistryError as RegistryError
    from unchurn.errors import UnchurnError as UnchurnError
    from unchurn.pipeline.champion import Champion as Champion
    from unchurn.pipeline.champion import load_champion as load_champion
    from unchurn.pipeline.scoring import score as score
    from unchurn.pipeline.training import train as train
    from unchurn.project import Project as Project
    from unchurn.verbs import check as check
    from unchurn.verbs import explain as explain
    from unchurn.verbs import find_report as find_report
    from unchurn.verbs import init as init
    from unchurn.verbs import make_demo as make_demo
    from unchurn.verbs import promote as promote
    from unchurn.verbs import rollback as rollback
    from unchurn.verbs import serve_champion as serve_champion
    from unchurn.verbs import versions as versions

_HOMES = {
    "ArtefactError": "unchurn.errors",
    "Champion": "unchurn.pipeline.champion",
    "ConfigError": "unchurn.errors",
    "DataError": "unchurn.errors",
    "Project": "unchurn.project",
    "RegistryError": "unchurn.errors",
    "UnchurnError": "unchurn.errors",
    "check": "unchurn.verbs",
    "explain": "unchurn.verbs",
    "find_report": "unchurn.verbs",
    "init": "unchurn.verbs",
    "load_champion": "unchurn.pipeline.champion",
    "make_demo": "unchurn.verbs",
    "promote": "unchurn.verbs",
    "rollback": "unchurn.verbs",
    "score": "unchurn.pipeline.scoring",
    "serve_champion": "unchurn.verbs",
    "train": "unchurn.pipeline.training",
    "versions": "unchurn.verbs",
}

_LIGHT = {"unchurn.errors", "unchurn.project"}

__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604 - names of the table above


def __getattr__(name: str) -> Any:
    if (home := _HOMES.get(name)) is not None:
        if home not in _LIGHT:
            # before the engines are imported: afterwards they no longer look at what they are told
            import_module("unchurn.thread_limit").heed_thread_limit()
        return getattr(import_module(home), name)
    raise AttributeError(f"module 'unchurn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
