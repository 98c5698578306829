"""What is done to a library once a script imports it, and not before."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_MENDED = {
    "pandas": "pandas_files",
    "pyspark.sql.readwriter": "spark_frames",
    "pyspark.context": "spark_texts",
}
"""Module of a library → module of ours whose `mend` is given it."""


class _AfterImport(MetaPathFinder):
    """Finds nothing itself: adds to how the modules of `_MENDED` are executed."""

    def __init__(self) -> None:
        self._under_way: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that another finder has, mended."""
        if fullname not in _MENDED or fullname in self._under_way:
            return None
        self._under_way.add(fullname)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Mending(spec.loader, _MENDED[fullname])
        return spec


class _Mending(Loader):
    """Loads as `inner` does, which one archive's modules share, and then mends the module."""

    def __init__(self, inner: Any, ours: str) -> None:
        self._inner, self._ours = inner, ours

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return the module that is to be executed."""
        made: ModuleType | None = self._inner.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module, and mend it."""
        self._inner.exec_module(module)
        import_module(f"{__package__}.{self._ours}").mend(module)


def install() -> None:
    """Make it so for this process."""
    sys.meta_path.insert(0, _AfterImport())
