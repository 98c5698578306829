"""What a part of a template refers to, on which the order of making depends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")
"""A variable of Fn::Sub; a mark makes it literal."""


def references(value: Any) -> set[str]:
    """Return every name that `value` refers to: resources, parameters and pseudo parameters."""
    return {name for name, _ in asked_of(value)}


def asked_of(value: Any) -> Iterator[tuple[str, str]]:
    """Yield every name that `value` refers to, with the attribute that it asks for: "" is Ref's."""
    if isinstance(value, list):
        for item in value:
            yield from asked_of(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref" and isinstance(item, str):  # an output may bear that name
            yield item, ""
        elif key == "Fn::GetAtt":
            yield _attribute(item) if isinstance(item, str) else (item[0], str(item[1]))
        else:
            if key == "Fn::Sub":
                text, given = (*item, {})[:2] if isinstance(item, list) else (item, {})
                names = {name for mark, name in VARIABLE.findall(text) if not mark}
                # those that the function is given are its own
                yield from map(_attribute, names - set(given))
            yield from asked_of(item)


def _attribute(dotted: str) -> tuple[str, str]:
    name, _, attribute = dotted.partition(".")
    return name, attribute
