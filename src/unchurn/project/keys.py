"""How a key of churn.toml is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any


def written(name: str) -> str:
    """Return a field's name as churn.toml writes it: ``in_`` is ``in``, which Python keeps for itself."""
    return name.rstrip("_")


def key(
    default: Any,
    doc: str,
    *,
    choices: tuple[str, ...] = (),
    at_least: float | None = None,
    at_most: float | None = None,
    above: float | None = None,
    below: float | None = None,
    refused: Callable[[str], str] | None = None,
    read: tuple[str, Callable[[Any], Any]] | None = None,
) -> Any:
    """Declare a key with its default, one sentence of meaning and its bounds.

    `refused` says of a text why it is not valid, and "" where it is. `read` is for a value of a
    shape of its own: what it is called, and what makes it of plain TOML, or raises `ConfigError`.
    """
    bounds = {"at_least": at_least, "at_most": at_most, "above": above, "below": below}
    metadata = {"doc": doc, "choices": choices, "bounds": bounds, "refused": refused, "read": read}
    if isinstance(default, (list, dict)):
        return field(default_factory=lambda: type(default)(default), metadata=metadata)
    return field(default=default, metadata=metadata)
