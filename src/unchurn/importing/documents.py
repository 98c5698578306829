"""YAML and JSON with the line of everything in it, read without running anything.

Every scalar is text, as it is written: what a value means is decided where it is used. Tags of
CloudFormation become what they stand for: ``!Ref X`` is ``{"Ref": "X"}``, ``!Sub`` is ``Fn::Sub``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unchurn.errors import ConfigError

MOST_NODES = 100_000
MOST_DEEP = 100
_PLAIN = ("Ref", "Condition")


class UnreadableError(Exception):
    """A text is not YAML or JSON, or far larger inside than outside."""


class Text(str):
    """A scalar, and the line it begins in; `block` where its own text begins a line later."""

    line: int
    block: bool

    def __new__(cls, value: str, line: int, block: bool = False) -> Text:
        """Make a text of `value`."""
        made = super().__new__(cls, value)
        made.line, made.block = line, block
        return made


class Table(dict[str, Any]):
    """A mapping, the line it begins in, and the lines of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """Line of a key, or of the mapping where the key is not there."""
        return self.lines.get(key, self.line)


class Items(list[Any]):
    """A sequence, and the line it begins in."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def need_yaml() -> None:
    """Raise `ConfigError` where the library that reads templates is not installed."""
    try:
        import yaml  # noqa: F401 - asked for, used below
    except ImportError as error:
        raise ConfigError(
            "Reading CloudFormation templates needs PyYAML, which is not installed.",
            "Install the extra: pip install 'unchurn[aws]'",
        ) from error


def read_document(text: str, first_line: int = 1) -> Any:
    """Return the document in `text`, of `Table`, `Items` and `Text`; None for an empty one.

    `first_line` is the line of its file that the text begins in. Raises `UnreadableError`.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = text.replace("\t", " ")  # JSON may be indented with tabs, which YAML refuses
    try:
        _measure(yaml.parse(text, Loader=loader))
        node = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableError(_where(error, first_line)) from error
    return None if node is None else _Reader(first_line).read(node, 0)


def _measure(events: Iterable[Any]) -> None:
    """Refuse what is nested too deeply before it is composed: libyaml's composer ends the process."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > MOST_DEEP + 2:  # within a stream and a document
            raise UnreadableError("nested too deeply")


def _where(error: Exception, first_line: int) -> str:
    mark = getattr(error, "problem_mark", None)
    told = str(getattr(error, "problem", "") or error).split("\n", 1)[0]
    return f"{told}, line {mark.line + first_line}" if mark else told or "nested too deeply"


class _Reader:
    """Turns composed nodes into values, and stops where aliases make them grow without end."""

    def __init__(self, first_line: int) -> None:
        self.first_line, self.count = first_line, 0

    def read(self, node: Any, depth: int) -> Any:
        self.count += 1
        if self.count > MOST_NODES or depth > MOST_DEEP:
            raise UnreadableError(f"more than {MOST_NODES:,} values, or nested too deeply")
        line = node.start_mark.line + self.first_line
        return self._tagged(node.tag, self._value(node, line, depth), line)

    def _value(self, node: Any, line: int, depth: int) -> Any:
        if node.id == "scalar":
            return Text(node.value, line, node.style in ("|", ">"))
        if node.id == "sequence":
            items = Items(line)
            items.extend(self.read(each, depth + 1) for each in node.value)
            return items
        table = Table(line)
        for key, value in node.value:
            name = str(key.value)
            table.lines[name] = key.start_mark.line + self.first_line
            table[name] = self.read(value, depth + 1)
        return table

    def _tagged(self, tag: str, value: Any, line: int) -> Any:
        if not tag.startswith("!") or len(tag) == 1:
            return value
        name = tag[1:] if tag[1:] in _PLAIN else f"Fn::{tag[1:]}"
        if tag == "!GetAtt" and isinstance(value, str):
            parts = Items(line)
            parts.extend(Text(each, line) for each in value.split(".", 1))
            value = parts
        table = Table(line)
        table[name], table.lines[name] = value, line
        return table


def line_in(value: Any, otherwise: int = 0) -> int:
    """Return the line of a value that was read, or `otherwise`."""
    return int(getattr(value, "line", otherwise))
