"""PyArrow without pandas, in processes that are ours from their first line.

The first array that PyArrow makes has it look for pandas, to know that library's objects: where it is
installed, a third of a second and 40 MB of each process for nothing. What asks for pandas itself
(``to_pandas``, a team's own metrics) gets it as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def keep_pandas_out() -> None:
    """Have PyArrow, whenever it is loaded, look for pandas once and not find it.

    Never where a user's own program runs: there an array of a Series must stay one. Where either is loaded it is too late, and nothing is done.
    """
    if not {"pandas", "pyarrow"} & sys.modules.keys():
        sys.meta_path.insert(0, _Arrow())


class _Arrow(MetaPathFinder):
    """Waits for PyArrow to be loaded, once."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Find PyArrow as it is found without this; leave all else to others."""
        if name != "pyarrow":
            return None
        sys.meta_path.remove(self)
        found = find_spec(name)
        if found is not None and found.loader is not None:
            loader: Any = found.loader
            loader.exec_module = partial(_looked, loader.exec_module)
        return found


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Say that it is not installed."""
        if name == "pandas":
            raise ModuleNotFoundError("PyArrow does without pandas here.", name=name)


def _looked(load: Callable[[ModuleType], None], module: ModuleType) -> None:
    """Load PyArrow and have it look; it remembers what it found."""
    load(module)
    hidden = _NoPandas()
    sys.meta_path.insert(0, hidden)
    try:
        module.array(())
    finally:
        sys.meta_path.remove(hidden)
