"""What is done to a library once a script imports it, and not before."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _AfterImport(MetaPathFinder):
    """Finds nothing itself: adds to how the modules that are `mended` are executed."""

    def __init__(self, mended: Mapping[str, str]) -> None:
        self._mended = mended
        self._under_way: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that another finder has, mended."""
        if fullname not in self._mended or fullname in self._under_way:
            return None
        self._under_way.add(fullname)
        try:
            spec = find_spec(fullname)
        finally:
            self._under_way.discard(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Mending(spec.loader, self._mended[fullname])
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
        import_module(self._ours).mend(module)


def mend(modules: Mapping[str, str]) -> None:
    """Have `modules` of libraries mended in this process: each by the `mend` of the module named for it."""
    sys.meta_path.insert(0, _AfterImport(modules))
