"""What a part of a template refers to, on which the order of making depends."""

from __future__ import annotations

import re
from typing import Any

VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")
"""A variable of Fn::Sub; a mark makes it literal."""


def references(value: Any) -> set[str]:
    """Return every name that `value` refers to: resources, parameters and pseudo parameters."""
    if isinstance(value, list):
        return set().union(*map(references, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, item in value.items():
        if key == "Ref" and isinstance(item, str):  # an output may bear that name
            found.add(item)
        elif key == "Fn::GetAtt":
            found.add(item[0] if isinstance(item, list) else item.split(".", 1)[0])
        else:
            if key == "Fn::Sub":
                text, given = (*item, {})[:2] if isinstance(item, list) else (item, {})
                names = {name.split(".", 1)[0] for mark, name in VARIABLE.findall(text) if not mark}
                found |= names - set(given)  # those that the function is given are its own
            found |= references(item)
    return found
