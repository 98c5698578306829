"""A JSON file that is one document: a list of customers, or a table as pandas writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from unchurn.errors import DataError, listing

LARGEST = 512 << 20
"""Bytes of a document, which has to be in memory as a whole."""
_FILTERED = 10
"""Times the rows that are left, up to which the numbers of rows may go."""
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
    records = _of_list(found) if isinstance(found, list) else _of_object(found, path.name)
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


def _of_object(found: Record, name: str) -> list[Record] | None:
    names, rows = found.get("columns"), found.get("data")
    if isinstance(names, list) and isinstance(rows, list):
        if all(isinstance(row, list) and len(row) == len(names) for row in rows):
            index = list(map(str, found.get("index") or range(len(rows))))
            named = [dict(zip(map(str, names), row, strict=True)) for row in rows]
            return _with_labels(index, named)
        return []
    if isinstance(found.get("schema"), dict) and isinstance(rows, list):
        counted = found["schema"].get("primaryKey") == ["index"]
        kept = _of_list(rows) or []
        labels = [str(row.get("index")) for row in kept]
        bare = [{k: v for k, v in row.items() if not (counted and k == "index")} for row in kept]
        return _with_labels(labels, bare) if counted else kept
    lists = [each for each in found.values() if isinstance(each, list)]
    if len(lists) == 1 and (wrapped := _of_list(lists[0])):
        return wrapped  # an answer of a service: the customers under some name
    if len(lists) == len(found):
        return _of_lists(found, name)
    return _of_columns(found)


def _of_lists(found: Record, name: str) -> list[Record] | None:
    """Read a list of plain cells for each column. Raises `DataError` where one is shorter."""
    if not found or any(
        isinstance(cell, dict | list) for cells in found.values() for cell in cells
    ):
        return None
    lengths = {column: len(cells) for column, cells in found.items()}
    if len(set(lengths.values())) != 1:
        told = listing((f"{column}: {length:,}" for column, length in lengths.items()), 6)
        raise DataError(
            f"The columns of {name} differ in length: {told}.",
            "Write a cell for every customer, null where it is missing.",
        )
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _of_columns(found: Record) -> list[Record] | None:
    """Read columns of cells, or rows of cells: whichever of the keys are labels of rows."""
    inner = list(found.values())
    if not inner or not all(isinstance(each, dict) and each for each in inner):
        return None
    keys = list(inner[0])
    if any(set(each) != set(keys) for each in inner):
        return inner if len(inner) > 1 else None
    if _by_column(found, keys):
        rows = [{name: cells[key] for name, cells in found.items()} for key in keys]
        return _with_labels(keys, rows)
    return _with_labels(list(found), inner) if len(inner) > 1 or _counts(list(found)) else None


def _by_column(found: Record, keys: list[str]) -> bool:
    """Tell columns of cells from rows: by which keys count, else by cells of one kind."""
    if _counts(keys) != _counts(list(found)):
        return _counts(keys)
    alike = sum(len({_kind(cell) for cell in each.values()} - {""}) < 2 for each in found.values())
    across = [{_kind(each[key]) for each in found.values()} - {""} for key in keys]
    rows_alike = sum(len(kinds) < 2 for kinds in across)
    by_column, by_row = alike / len(found), rows_alike / len(keys)
    return by_column > by_row or (by_column == by_row and len(keys) > len(found))


def _counts(labels: list[str]) -> bool:
    return all(label.isdecimal() for label in labels)


def _kind(cell: Any) -> str:
    """Name the kind of a cell; "" for none. Numbers are texts of a kind of their own."""
    return "" if cell is None else type(cell).__name__


def _with_labels(labels: list[str], rows: list[Record]) -> list[Record]:
    """Add the labels of rows as a column, where they may name customers.

    Numbers that are about as many as the rows count them, also after some were filtered out.
    """
    counting = _counts(labels) and max(map(int, labels), default=0) < _FILTERED * len(labels)
    zeros = any(label[0] == "0" < label[1:] for label in labels if label)
    if (counting and not zeros) or any("index" in row for row in rows):
        return rows
    return [{"index": label, **row} for label, row in zip(labels, rows, strict=True)]
