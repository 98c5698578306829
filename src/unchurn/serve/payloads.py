"""What a request's body says: bytes → rows with names, or a sentence naming line and field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
import pyarrow as pa

from unchurn.errors import DataError
from unchurn.tables.text_rows import json_rows

Cell: TypeAlias = str | int | float | None
JSON_LINES = frozenset({"application/jsonlines", "application/x-ndjson"})
"""Media types of one JSON object a line."""
_RECORD = msgspec.json.Decoder(dict[str, Cell])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_LONGEST = 60


@dataclass(frozen=True)
class Rows:
    """Customers as they were sent: `records` by name, each with the number of its line, from 1."""

    records: Sequence[dict[str, Cell]]
    lines: Sequence[int]

    @property
    def names(self) -> tuple[str, ...]:
        """The first customer's names; every other one must have those that are used."""
        return tuple(self.records[0])

    def cells(self, name: str) -> list[Cell]:
        """Return one column. Raises `DataError` naming the line that lacks it."""
        try:
            return [record[name] for record in self.records]
        except KeyError:
            line = next(n for n, r in zip(self.lines, self.records, strict=True) if name not in r)
            raise DataError(
                f"Line {line} has no {name!r}.",
                "Give every line the same keys; null says that a value is not known.",
            ) from None


def read_json_lines(body: bytes) -> Rows:
    """Read one JSON object a line; values are text, numbers or null. Blank lines are skipped.

    Raises `DataError` naming the line, and the field where it can be told.
    """
    found = [(n, line) for n, line in enumerate(body.split(b"\n"), start=1) if line.strip()]
    if not found:
        raise DataError(
            "The body holds no customer.", 'Send one JSON object a line: {"tenure": 12, …}.'
        )
    return Rows([_record(line, n) for n, line in found], [n for n, _ in found])


def write_json_lines(rows: pa.RecordBatch) -> bytes:
    """Write one JSON object a row, keys in column order."""
    return json_rows(rows)


def _record(line: bytes, number: int) -> dict[str, Cell]:
    try:
        return _RECORD.decode(line)
    except _UNREADABLE as error:
        raise _refused(line, number, error) from None


def _refused(line: bytes, number: int, error: Exception) -> DataError:
    try:
        record = msgspec.json.decode(line)
    except _UNREADABLE:
        return DataError(f"Line {number} is not JSON: {error}.", "Send one JSON object a line.")
    if not isinstance(record, dict):
        return DataError(
            f"Line {number} is {_shown(record)}, not a JSON object.", "Send one JSON object a line."
        )
    name = next((name for name, value in record.items() if not _is_cell(value)), "")
    return DataError(
        f"Line {number}: {name!r} is {_shown(record.get(name))}.",
        "A value must be text, a number or null.",
    )


def _is_cell(value: Any) -> bool:
    return value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool))


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value).decode("utf-8", "replace")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
