"""Reads an evaluation that may lack any of its parts: absent is None or empty, never an error.

An evaluation of few rows, without costs or without a champion is an ordinary one, and a page
that fails to render helps nobody.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping
from typing import Any

from unchurn.artefacts import Evaluation


def number(value: object) -> float | None:
    """Return a finite float, or None for None, NaN, infinities, booleans and other things."""
    # Real answers slowly, and all but NumPy's numbers are plain ones.
    if type(value) is not float and (
        isinstance(value, bool) or not isinstance(value, int | float | numbers.Real)
    ):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def mapping(value: object) -> Mapping[str, Any]:
    """Return `value` where it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Any]:
    """Return the items of a list, tuple or array; text, mappings and None have none."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return []
    return list(value)


def rows(value: object) -> list[Mapping[str, Any]]:
    """Return the mappings in a list, in order, leaving out whatever is not one."""
    return [item for item in items(value) if isinstance(item, Mapping)]


def series(value: object) -> list[float | None]:
    """Return a list of numbers with None where one is missing or not finite."""
    return [number(item) for item in items(value)]


def points(xs: object, ys: object) -> list[tuple[float, float]]:
    """Pair two series, keeping the pairs in which both numbers are finite."""
    pairs = zip(series(xs), series(ys), strict=False)
    return [(x, y) for x, y in pairs if x is not None and y is not None]


def estimate(value: object) -> tuple[float | None, float | None, float | None]:
    """Return (value, low, high) of a metric given as {"value", "low", "high"} or as a number."""
    if isinstance(value, Mapping):
        return number(value.get("value")), number(value.get("low")), number(value.get("high"))
    return number(value), None, None


def judged_in(found: Mapping[str, Any]) -> str:
    """Return what an evaluation counts, "customer", or "row" where customers have several."""
    rows = number(mapping(found.get("rows")).get("test"))
    customers = number(mapping(found.get("customers")).get("all"))
    if rows is None or customers is None or not Evaluation.is_by_row(rows, customers):
        return "customer"
    return "row"


def text(value: object) -> str:
    """Return `value` as text; None becomes nothing."""
    return "" if value is None else str(value)
