"""What AWS itself knows of a type: its public schema, as cfn-lint carries it.

Only the files are read: importing cfn-lint takes longer than a small stack.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.plain_text import plain_text
from rehearsal.errors import listing

_REGION = "us-east-1"
"""Whose schemas are read: the region that has every type."""


@cache
def _folder() -> Path | None:
    found = find_spec("cfnlint")
    places = list(found.submodule_search_locations or []) if found else []
    folder = Path(places[0]) / "data" / "schemas" if places else None
    return folder if folder and (folder / "resources").is_dir() else None


@cache
def _index() -> dict[str, str]:
    folder = _folder()
    if folder is None:
        return {}
    found: dict[str, str] = json.loads((folder / "providers" / f"{_REGION}.json").read_text())
    return found


@cache
def schema(kind: str) -> dict[str, Any] | None:
    """Return the schema of a type; None for one that AWS does not have."""
    name, folder = _index().get(kind), _folder()
    if name is None or folder is None:
        return None
    found: dict[str, Any] = json.loads((folder / "resources" / f"{name}.json").read_text())
    return found


def attributes(kind: str) -> frozenset[str]:
    """Return what GetAtt gives of a type on AWS, parts of parts with dots."""
    paths = (schema(kind) or {}).get("readOnlyProperties", [])
    return frozenset(path.removeprefix("/properties/").replace("/", ".") for path in paths)


def attribute_forms(kind: str) -> dict[str, str]:
    """Return what GetAtt gives of a type on AWS, and of which type of JSON each is, "" for several."""
    whole = schema(kind) or {}
    return {name: _form(whole, name) for name in sorted(attributes(kind))}


def _form(whole: Any, path: str) -> str:
    node = whole
    for name in path.split("."):
        node = _followed(whole, node.get("properties", {}).get(name, {}))
    form = node.get("type", "")
    return form if isinstance(form, str) else ""


def property_names(kind: str) -> frozenset[str]:
    """Return the properties of a type that a template may give."""
    return frozenset((schema(kind) or {}).get("properties", {})) - attributes(kind)


def identifier(kind: str) -> str:
    """Return the name of the property that identifies a resource; "" where it takes several."""
    paths = (schema(kind) or {}).get("primaryIdentifier", [])
    return str(paths[0]).removeprefix("/properties/") if len(paths) == 1 else ""


def create_only(kind: str) -> frozenset[str]:
    """Return the properties of which a change makes another resource, parts of them as paths."""
    paths = (schema(kind) or {}).get("createOnlyProperties", [])
    return frozenset(path.removeprefix("/properties/") for path in paths)


def strangers(kind: str, properties: dict[str, Any]) -> list[str]:
    """Return the properties, and parts of properties, that AWS does not know of the type."""
    whole = schema(kind)
    return sorted(set(_unknown(whole, whole, properties, ""))) if whole else []


def lacking(kind: str, properties: dict[str, Any]) -> list[str]:
    """Return the properties that AWS requires and that are not given."""
    required = (schema(kind) or {}).get("required", [])
    return sorted(set(required) - set(properties))


def parts_lacking(kind: str, properties: dict[str, Any]) -> list[str]:
    """Return the parts of properties that AWS requires of what holds them, and that are not given.

    One that the schema gives a default is not missed.
    """
    return sorted(
        {
            f"{path}.{name}"
            for path, node, value in _parts(kind, properties)
            if isinstance(value, dict)
            for name in set(node.get("required", [])) - set(value)
            if "default" not in node.get("properties", {}).get(name, {})
        }
    )


def misnamed(kind: str, properties: dict[str, Any]) -> list[str]:
    """Return, in words, the values that are none of those that AWS lists for their property.

    What only a resource to be made will know is passed over.
    """
    return sorted(
        {
            f"{path} is {plain_text(value)!r}; it is one of {listing(node['enum'], 12)}"
            for path, node, value in _parts(kind, properties)
            if "enum" in node and not isinstance(value, dict | list) and not _yet_to_come(value)
            if plain_text(value) not in map(plain_text, node["enum"])
        }
    )


def _yet_to_come(value: Any) -> bool:
    return unknown(value) or "{{resolve:" in str(value)


def _parts(kind: str, properties: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the path, the schema and the value of each property, and of each part of one."""
    whole = schema(kind) or {}
    known = whole.get("properties", {})
    for name, value in properties.items():
        if name in known:
            yield from _below(whole, known[name], value, name)


def _below(whole: Any, node: Any, value: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    node = _followed(whole, node)
    if isinstance(value, list):
        for item in value:
            yield from _below(whole, node.get("items", {}), item, path)
        return
    yield path, node, value
    known = node.get("properties", {})
    for name, item in value.items() if isinstance(value, dict) else ():
        if name in known:
            yield from _below(whole, known[name], item, f"{path}.{name}")


def _unknown(whole: Any, node: Any, value: Any, path: str) -> Iterator[str]:
    node = _followed(whole, node)
    if isinstance(value, list):
        for item in value:
            yield from _unknown(whole, node.get("items", {}), item, path)
    elif isinstance(value, dict):
        known = node.get("properties", {})
        for name, item in value.items():
            if name in known:
                yield from _unknown(whole, known[name], item, f"{path}{name}.")
            elif _closed(node):
                yield path + name


def _followed(whole: Any, node: Any) -> Any:
    while "$ref" in node:
        node = whole["definitions"][node["$ref"].rpartition("/")[2]]
    return node


def _closed(node: Any) -> bool:
    """Tell whether a part may have only the properties that its schema names."""
    named = bool(node.get("properties")) and "patternProperties" not in node
    return named and node.get("additionalProperties") is False
