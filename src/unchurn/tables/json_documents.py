"""A JSON file that is one document: a list of customers, or a table as pandas writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from unchurn.errors import DataError

LARGEST = 512 << 20
"""Bytes of a document, which has to be in memory as a whole."""
Record = dict[str, Any]
_HINT = 'Write one object a line: {"id": "A1", "tenure": 12, "churn": "yes"}.'


def is_document(beginning: str, whole: bool) -> bool:
    """Tell one document from JSON Lines by how a file begins; `whole` if that is all of it."""
    text = beginning.strip()
    if text[:1] != "{":
        return text[:1] == "["
    first, _, rest = text.partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return not rest.lstrip().startswith("{")
    return whole and not rest.strip()


def document_records(text: bytes, path: Path, parse: Callable[[bytes], Any]) -> list[Record] | None:
    """Return the customers of a document, or None where it is a single customer.

    Read are a list of objects, and what pandas' ``to_json`` writes: columns of cells (its
    default), index, split and table. Raises `DataError` where it is JSON of another shape.
    """
    try:
        found = parse(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path.name} is not JSON: {error}.", _HINT) from error
    records = _of_list(found) if isinstance(found, list) else _of_object(found)
    if records is None and isinstance(found, dict):
        return None  # one customer: a file of one line
    if not records:
        raise DataError(
            f"{path.name} is JSON, but neither a list of objects nor a table by columns or rows.",
            _HINT,
        )
    return records


def _of_list(found: list[Any]) -> list[Record] | None:
    return found if found and all(isinstance(each, dict) for each in found) else None


def _of_object(found: Record) -> list[Record] | None:
    names, rows = found.get("columns"), found.get("data")
    if isinstance(names, list) and isinstance(rows, list):
        if all(isinstance(row, list) and len(row) == len(names) for row in rows):
            return [dict(zip(map(str, names), row, strict=True)) for row in rows]
        return []
    if isinstance(found.get("schema"), dict) and isinstance(rows, list):
        counted = found["schema"].get("primaryKey") == ["index"]
        kept = _of_list(rows) or []
        return [{k: v for k, v in row.items() if not (counted and k == "index")} for row in kept]
    return _of_columns(found)


def _of_columns(found: Record) -> list[Record] | None:
    """Read columns of cells, or rows of cells, told apart by which of the keys are numbers."""
    inner = list(found.values())
    if not inner or not all(isinstance(each, dict) and each for each in inner):
        return None
    keys = list(inner[0])
    if any(set(each) != set(keys) for each in inner):
        return None
    if all(key.isdigit() for key in keys):
        return [{name: cells[key] for name, cells in found.items()} for key in keys]
    return inner if all(key.isdigit() for key in found) or len(inner) > 1 else None
