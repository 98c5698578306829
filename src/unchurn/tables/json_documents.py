"""A JSON file that is one document: a list of customers, or a table as pandas writes it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from unchurn.artefacts import Finding
from unchurn.errors import DataError, listing
from unchurn.tables.json_answers import Record, columns_of, of_list, refuse_beside, wrapped

LARGEST = 512 << 20
"""Bytes of a document, which has to be in memory as a whole."""
_FILTERED = 10
"""Times the rows that are left, up to which the numbers of rows may go."""
_SHOWN = 40
_LABEL = "index"
"""What pandas calls the column that names rows."""
HINT = 'Write one object a line: {"id": "A1", "tenure": 12, "churn": "yes"}.'
_BEGUN = re.compile(r"\\?[\w.+-]*")
"""What may be left of a word, a number or an escape where a file ends."""


TWICE = "Write every key once: which of the two values is meant cannot be told."


class TwiceError(ValueError):
    """An object with a key that stands twice in it: which of the two values is meant cannot be told."""


def once(pairs: list[tuple[str, Any]]) -> Record:
    """Make an object of keys and values. Raises `TwiceError`."""
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise TwiceError(f"an object has the key {twice!r} twice")
    return record


def breaks_off(text: str | bytes) -> bool:
    """Tell whether JSON ends before it is whole."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _ends_early(error)
    except (ValueError, RecursionError):
        return False
    return False


def _ends_early(error: json.JSONDecodeError) -> bool:
    left = error.doc[error.pos :].strip()
    return error.msg.startswith("Unterminated") or _BEGUN.fullmatch(left) is not None


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


def document_records(
    text: bytes, path: Path, parse: Callable[[bytes], Any]
) -> tuple[list[Record | str] | None, list[Finding]]:
    """Return the customers of a document, or None where it is a single customer; and findings.

    Read are a list of objects, and what pandas' ``to_json`` writes: columns of cells (its
    default), index, split and table. Where something else is among the objects, why it is no
    customer stands in its place. Raises `DataError` where it is JSON of another shape, cut short,
    or one page of several.
    """
    try:
        found = parse(text)
    except (ValueError, RecursionError) as error:
        raise _broken(error, path.name) from error
    records = of_list(found) if isinstance(found, list) else _of_object(found, path.name)
    if records is None and isinstance(found, dict):
        return None, []  # one customer: a file of one line
    if not records:
        raise DataError(
            f"{path.name} is JSON, but neither a list of objects nor a table by columns or rows: "
            f"it is {_shown(found)}.",
            HINT,
        )
    return records, _label_findings(records, path.name)


def _broken(error: Exception, name: str) -> DataError:
    """Say why a document cannot be parsed; whether it ends too early, first of all."""
    if isinstance(error, json.JSONDecodeError):
        if _ends_early(error):
            ends = len(error.doc.rstrip())
            return DataError(
                f"{name} is cut short: {len(error.doc):,} characters were read, and it ends inside "
                f"{'an object' if error.doc.lstrip()[:1] == '{' else 'a list'} with "
                f"{error.doc[max(0, ends - _SHOWN) : ends]!r}.",
                "Export or copy the whole file again.",
            )
        if error.msg == "Extra data":
            return DataError(
                f"{name} holds more than one JSON document: the second begins on line "
                f"{error.lineno:,}.",
                "Write all customers as one list, or one object a line.",
            )
    if isinstance(error, TwiceError):
        return DataError(f"In {name} {error}.", TWICE)
    return DataError(f"{name} is not JSON: {error}.", HINT)


def _shown(found: Any) -> str:
    if isinstance(found, dict):
        held = [f"{key[:_SHOWN]!r}: {_shown(value)}" for key, value in list(found.items())[:3]]
        return f"an object with {', '.join(held)}" if held else "an empty object"
    if isinstance(found, list):
        return f"a list of {_shown(found[0])}" if found else "an empty list"
    return "null" if found is None else f"{str(found)[:_SHOWN]!r}"


def _of_object(found: Record, name: str) -> list[Record | str] | None:
    names, rows = found.get("columns"), found.get("data")
    if isinstance(names, list) and isinstance(rows, list):
        refuse_beside(found, ("columns", "index", "data"), len(rows), name, set(map(str, names)))
        if all(isinstance(row, list) and len(row) == len(names) for row in rows):
            index = list(map(str, found.get("index") or range(len(rows))))
            named = [dict(zip(map(str, names), row, strict=True)) for row in rows]
            return _with_labels(index, named)
        return []
    if isinstance(found.get("schema"), dict) and isinstance(rows, list):
        refuse_beside(found, ("schema", "data"), len(rows), name, columns_of(rows))
        return _of_pandas_table(found["schema"], rows)
    if (customers := wrapped(found, name)) is not None:
        return customers
    if all(isinstance(each, list) for each in found.values()):
        return _of_lists(found, name)
    return _of_columns(found)


def _of_pandas_table(schema: Record, rows: list[Any]) -> list[Record | str]:
    counted = schema.get("primaryKey") == ["index"]
    kept = [row for row in rows if isinstance(row, dict)]
    if not counted or len(kept) < len(rows):
        return of_list(rows) or []
    labels = [str(row.get("index")) for row in kept]
    return _with_labels(labels, [{k: v for k, v in row.items() if k != "index"} for row in kept])


def _of_lists(found: Record, name: str) -> list[Record | str] | None:
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


def _of_columns(found: Record) -> list[Record | str] | None:
    """Read columns of cells, or rows of cells: whichever of the keys are labels of rows."""
    inner = list(found.values())
    if not inner or not all(isinstance(each, dict) and each for each in inner):
        return None
    keys = list(inner[0])
    if any(set(each) != set(keys) for each in inner):
        return _with_labels(list(found), inner) if len(inner) > 1 else None
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


def _with_labels(labels: list[str], rows: list[Record]) -> list[Record | str]:
    """Add the labels of rows as a column, where they may name customers.

    Numbers from 0 or 1 that are about as many as the rows count them, also after some rows were
    filtered out; labels that every row has as a cell say nothing more.
    """
    numbers = list(map(int, labels)) if _counts(labels) else []
    counting = bool(numbers) and min(numbers) <= 1 and max(numbers) < _FILTERED * len(labels)
    zeros = any(label[0] == "0" < label[1:] for label in labels if label)
    if (counting and not zeros) or _has_cells(rows, labels) or any(_LABEL in row for row in rows):
        return [*rows]
    return _Labelled({_LABEL: label, **row} for label, row in zip(labels, rows, strict=True))


def _has_cells(rows: list[Record], labels: list[str]) -> bool:
    """Tell whether one of the columns holds these very labels."""
    pairs = list(zip(labels, rows, strict=True))
    keys = rows[0] if rows else ()
    return any(all(str(row.get(key)) == label for label, row in pairs) for key in keys)


class _Labelled(list[Record | str]):
    """Records to which the labels of their rows were added."""


def _label_findings(records: list[Record | str], name: str) -> list[Finding]:
    """Say where keys of the document became a column."""
    first = records[0]
    if not isinstance(records, _Labelled) or not isinstance(first, dict):
        return []
    words = (
        f"{name} names its customers by keys or labels ({first[_LABEL]!r} is the first): they are "
        f"the column {_LABEL!r}."
    )
    return [Finding("json-labels", "note", words, _LABEL, len(records))]
