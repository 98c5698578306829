"""The code of a project's own modules: what it is by hash, and read anew where it was imported before."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType


def source_sha256(name: str, folder: Path) -> str:
    """Hash an imported module's code, and that of the modules of `folder` which it imports.

    The empty hash where it has no file. Raises `OSError` when that cannot be read.
    """
    digest = hashlib.sha256()
    for path in sorted(_files(name, folder)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def forget(name: str, folder: Path) -> None:
    """Drop a module of `folder` that was imported before, and those beside it: it may be edited."""
    known = sys.modules.get(name)
    if known is None or not _is_below(known, folder):
        return
    for each, module in list(sys.modules.items()):
        if each != "__main__" and _is_below(module, folder):
            del sys.modules[each]


def files_of(modules: Iterable[str], folder: Path) -> tuple[set[Path], set[str]]:
    """Return the files of `folder` that modules are and import, and the names found nowhere there.

    Nothing is imported: this runs no code of the team's.
    """
    entry = folder / "churn.toml"
    found: set[Path] = set()
    elsewhere = set()
    for name in modules:
        own = _followed([each for each in _places(name, entry, folder) if each.is_file()], folder)
        found |= own
        elsewhere |= set() if own else {name}
    for path in found:
        for name in _imported(path):
            top = name.partition(".")[0]
            beside = [base / each for base in (folder, path.parent) for each in (top, f"{top}.py")]
            if not any(each.exists() for each in beside):
                elsewhere.add(name)
    return found, elsewhere


def _imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports by their whole names."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _files(name: str, folder: Path) -> set[Path]:
    file = getattr(sys.modules.get(name), "__file__", None)
    return _followed([Path(file)] if file else [], folder)


def _followed(ahead: list[Path], folder: Path) -> set[Path]:
    """Return files, and those of `folder` that they import, and so on."""
    found: set[Path] = set()
    while ahead:
        path = ahead.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        if path.suffix == ".py" and path.is_relative_to(folder):
            ahead += [each for named in _imports(path) for each in _places(named, path, folder)]
    return found


def _imports(path: Path) -> Iterator[str]:
    """Yield the names that a file imports, those behind ``from`` included."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return  # whoever imports it was told
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}".strip(".") for alias in node.names)


def _places(name: str, path: Path, folder: Path) -> Iterator[Path]:
    """Yield where a module of the project may be: in `folder`, or beside who imports it."""
    if not name:
        return
    for base in (folder, path.parent):
        inside = base.joinpath(*name.split("."))
        yield inside.with_suffix(".py")
        yield inside / "__init__.py"


def _is_below(module: ModuleType, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and Path(str(file)).is_relative_to(folder)
