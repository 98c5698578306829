"""What Python says without being run: constants, calls and their arguments, by its syntax tree."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Any

MISSING = object()


class Script:
    """A Python text, parsed; `first_line` is the line of its file that it begins in.

    Raises `SyntaxError` for a text that this Python cannot parse.
    """

    def __init__(self, file: str, text: str, first_line: int = 1) -> None:
        self.file, self.first_line = file, first_line
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # escapes in somebody else's texts
            try:
                self.tree = ast.parse(text)
            except (ValueError, RecursionError, MemoryError) as error:
                raise SyntaxError(str(error)) from error
        self.nodes = tuple(ast.walk(self.tree))
        self.names = dict(self._assigned())

    def line(self, node: ast.AST) -> int:
        """Line of the file that a node is in."""
        return int(getattr(node, "lineno", 1)) + self.first_line - 1

    def _assigned(self) -> Iterator[tuple[str, ast.expr]]:
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        yield target.id, node.value
            elif (
                isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name)
            ):
                yield node.target.id, node.value

    def value(self, node: ast.AST | None, depth: int = 0) -> Any:
        """Return the plain value of an expression, names looked up; `MISSING` where it has none.

        Text joined with what is not known (``"a-" + initials``) has no value.
        """
        if node is None or depth > 8:
            return MISSING
        if isinstance(node, ast.Name):
            return self.value(self.names.get(node.id), depth + 1)
        if isinstance(node, (ast.List, ast.Tuple)):
            items = [self.value(each, depth + 1) for each in node.elts]
            return MISSING if MISSING in items else items
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return MISSING

    def assigned(self) -> Iterator[tuple[str, Any, int]]:
        """Names that are given a plain value: name, value and line."""
        for name, node in self.names.items():
            found = self.value(node)
            if found is not MISSING:
                yield name, found, self.line(node)

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Calls of functions by the last part of their name; all of them where none is given."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and (not names or called(node) in names):
                yield node

    def given(self, call: ast.Call, name: str, place: int | None = None) -> Any:
        """Return what a call is given under a name, or at a place; `MISSING` where nothing plain."""
        for each in call.keywords:
            if each.arg == name:
                return self.value(each.value)
        if place is not None and len(call.args) > place:
            return self.value(call.args[place])
        return MISSING

    def imported(self) -> Iterator[tuple[str, int]]:
        """Modules that it imports, by their whole name, and the lines."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((alias.name, self.line(node)) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (
                    (f"{node.module}.{alias.name}", self.line(node)) for alias in node.names
                )


def called(call: ast.Call) -> str:
    """Last part of the name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def whole_name(call: ast.Call) -> str:
    """Name of what is called, as it is written."""
    return ast.unparse(call.func)
