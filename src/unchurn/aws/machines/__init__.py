"""The state machines, as files of Amazon States Language with `${Name}` to be filled in.

The file that is read here is the one that is deployed: CloudFormation fills the same names from
the DefinitionSubstitutions of its template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from unchurn.errors import ConfigError, listing

Name = Literal["training", "inference", "effect", "captured"]
NAMES: tuple[Name, ...] = get_args(Name)
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def path(name: Name) -> Path:
    """Return the file of a machine."""
    return Path(__file__).parent / f"{name}.asl.json"


def placeholders(name: Name) -> set[str]:
    """Return the names that a machine wants filled in."""
    return set(_PLACEHOLDER.findall(path(name).read_text("utf-8")))


def definition(name: Name, values: Mapping[str, str]) -> dict[str, Any]:
    """Fill `values` into a machine, textually as CloudFormation does, and parse it.

    Raises `ConfigError` naming the placeholders that have no value.
    """
    missing = sorted(placeholders(name) - set(values))
    if missing:
        raise ConfigError(
            f"The {name} machine lacks a value for {listing(missing)}.",
            "Give each one in the template's DefinitionSubstitutions.",
        )
    filled = _PLACEHOLDER.sub(lambda found: values[found[1]], path(name).read_text("utf-8"))
    parsed: dict[str, Any] = json.loads(filled)
    return parsed
