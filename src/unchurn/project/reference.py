"""docs/configuration.md, made from the declared keys: ``python -m unchurn.project.reference``."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Iterator
from dataclasses import Field, fields
from typing import Any

from unchurn.project.keys import written
from unchurn.project.load import section_of
from unchurn.project.sections import SECTIONS

INTRODUCTION = """\
# churn.toml, key by key

<!-- Made by `make docs` from src/unchurn/project/sections.py; a test compares them. -->

Every key is optional and has the default shown. Paths are relative to the folder of
`churn.toml`. A key or section that is not listed here is refused, with the nearest known name.
`unchurn init` writes this file for a table it has looked at.
"""
_HEADING = 2
"""Lines of a table without a row."""
_TYPES = {"str": "text", "int": "whole number", "float": "number", "bool": "true / false"}
_BOUNDS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}


def render() -> str:
    """Return the whole reference as Markdown: a table of keys for each section."""
    return "\n".join([INTRODUCTION, *(_section(name, kind) for name, kind in SECTIONS.items())])


def _section(name: str, kind: type) -> str:
    head = [f"## [{name}]", "", inspect.cleandoc(kind.__doc__ or ""), ""]
    rows = ["| key | type | default | valid | meaning |", "| --- | --- | --- | --- | --- |"]
    hints = typing.get_type_hints(kind)
    inside = {item.name: section_of(hints[item.name]) for item in fields(kind)}
    rows += [_row(item) for item in fields(kind) if inside[item.name] is None]
    made = "\n".join([*head, *(rows if len(rows) > _HEADING else ()), ""]).rstrip("\n") + "\n"
    for each, nested in inside.items():
        if nested is not None:
            kind = typing.get_origin(hints[each])
            several = ".NAME" if kind is dict else ""
            within = f"{name}.{each}{several}"
            made += f"\n{_section(f'[{within}]' if kind is tuple else within, nested)}"
    return made


def _row(item: Field[Any]) -> str:
    made = item.default_factory() if callable(item.default_factory) else item.default
    meaning = item.metadata["doc"].replace("|", r"\|")
    own = item.metadata["read"]
    kind = own[0] if own else _type(str(item.type))
    cells = (f"`{written(item.name)}`", kind, f"`{_toml(made)}`", _valid(item), meaning)
    return f"| {' | '.join(cells)} |"


def _type(annotation: str) -> str:
    if " | " in annotation and "[" in annotation:
        return " or ".join(_type(part) for part in annotation.split(" | "))
    if annotation.startswith("dict"):
        return "table of lists of text" if "tuple" in annotation else "table of text"
    if annotation.startswith("tuple"):
        inside = annotation.removeprefix("tuple[").split(",")[0]
        return f"list of {_TYPES[inside]}s" if inside != "str" else "list of text"
    return " or ".join(_TYPES[part] for part in annotation.split(" | "))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_toml(each) for each in value)}]"
    return "{}" if value == {} else str(value)


def _valid(item: Field[Any]) -> str:
    return ", ".join(_rules(item.metadata)) or "any"


def _rules(metadata: Any) -> Iterator[str]:
    yield from (f"`{choice}`" for choice in metadata["choices"])
    for name, limit in metadata["bounds"].items():
        if limit is not None:
            yield f"{_BOUNDS[name]} {limit:,.10g}"


if __name__ == "__main__":
    sys.stdout.write(render())
