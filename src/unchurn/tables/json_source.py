"""JSON as record batches of text: one object a line, or one document; keys are columns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables.cells import stored
from unchurn.tables.decoding import sample_text, utf8_pieces
from unchurn.tables.heading_checks import check_names
from unchurn.tables.json_answers import Record, customers_within, not_a_customer
from unchurn.tables.json_documents import (
    HINT,
    LARGEST,
    TWICE,
    TwiceError,
    breaks_off,
    document_records,
    is_document,
    once,
)
from unchurn.tables.ledger import Ledger
from unchurn.tables.lines import lines_by
from unchurn.tables.scan import Scan, scan_text
from unchurn.tables.table import Reject, RowNumbers, batch_rows


@dataclass(frozen=True)
class JsonSource:
    """One file of JSON Lines, or of one `document`, whose records are then held.

    `columns` are all the keys it holds, in order of first sight; `ledger` tells where the last whole
    pass found the file to break off.
    """

    path: Path
    scan: Scan
    columns: tuple[str, ...]
    ledger: Ledger
    document: list[Record | str] | None = field(default=None, repr=False)
    findings: tuple[Finding, ...] = ()
    flexible: bool = field(default=True, init=False)

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Text, all of them: numbers exactly as spelled, with the mark of `cells.stored`."""
        return (pa.string(),) * len(self.columns)

    def sha256(self) -> str:
        """Hash of the file's bytes, from the scan."""
        return self.scan.sha256

    def _records(self) -> Iterator[tuple[bytes, Record | str]]:
        """Yield each customer's text and record, or why there is none."""
        if self.document is None:
            yield from ((line, _read(line)) for line in _lines(self.scan))
        else:
            yield from ((b"", record) for record in self.document)

    def narrowed(self, only: Sequence[str]) -> None:
        """Return none: a record is read as a whole."""

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, text cells); return how many rows were seen."""
        numbers: list[int] = []
        cells: list[list[str | None]] = [[] for _ in self.columns]
        place = dict(zip(self.columns, cells, strict=True))
        most = batch_rows(len(self.columns))
        row, unread = 0, b""
        for row, (line, record) in enumerate(self._records(), start=1):
            unread = line if isinstance(record, str) else b""
            if isinstance(record, str):
                reject(first - 1 + row, record, line.decode("utf-8", "replace"))
                continue
            for name, column in place.items():
                column.append(_text(record.get(name), name, line))
            numbers.append(first - 1 + row)
            if len(numbers) == most:
                yield _batch(numbers, cells, self.columns)
                numbers.clear()
                for column in cells:
                    column.clear()
        if numbers:
            yield _batch(numbers, cells, self.columns)
        self.ledger.broken = self.scan.lines if unread and breaks_off(unread) else 0
        return row


def open_json(path: Path, data: Data) -> JsonSource:
    """Collect the keys of JSON Lines, or of one document (a list of objects, pandas' tables).

    Raises `DataError` where there is no customer in it.
    """
    scan = scan_text(path, data.encoding)
    document, findings = _document(scan)
    keys: dict[str, None] = {}
    within: Counter[str] = Counter()
    source = JsonSource(path, scan, (), Ledger(path.name), document)
    why = ""
    for _, record in source._records():
        if isinstance(record, dict):
            keys.update(dict.fromkeys(record))
            within.update(dict(customers_within(record)))
        else:
            why = why or record
    if not keys:
        raise DataError(
            f"{path.name} holds no customer: no line of it is a JSON object with keys "
            f"(the first: {why}).",
            TWICE if isinstance(why, _Twice) else HINT,
        )
    check_names(list(keys), path.name)
    told = (*findings, *(_inside(*pair) for pair in within.items()))
    return replace(source, columns=tuple(keys), findings=told)


def _inside(column: str, count: int) -> Finding:
    words = (
        f"{column!r} holds lists of {count:,} objects with the columns of the customers around them: "
        "they are read as text and not as customers. If they are customers, write each as one object "
        "beside the others."
    )
    return Finding("customers-within", "warning", words, column, count)


def _document(scan: Scan) -> tuple[list[Record | str] | None, list[Finding]]:
    """Read a document as a whole, with findings; None where the file is JSON Lines."""
    beginning, whole = sample_text(scan)
    if not is_document(beginning, whole):
        if scan.longest > LARGEST:
            raise DataError(
                f"A line of {scan.path.name} has {scan.longest:,} bytes; {LARGEST:,} are read.",
                "Write one customer a line.",
            )
        return None, []
    if scan.size > LARGEST:
        raise DataError(
            f"{scan.path.name} is one JSON document of {scan.size:,} bytes; {LARGEST:,} are read.",
            "Write one object a line (JSON Lines), which is read piece by piece.",
        )
    text = b"".join(utf8_pieces(scan))
    records, findings = document_records(text, scan.path, partial(json.loads, **_EXACT))
    if records is None:
        return None, []
    return [_HALF if _is_half(each, text) else each for each in records], findings


_AROUND = b"\x1e, \t\r"
"""What stands around the objects of some files: record separators, the commas of a list."""
_HALF = "it has half of a character (a lone surrogate such as \\ud800)"


def _lines(scan: Scan) -> Iterator[bytes]:
    for lines in lines_by(b"\n", utf8_pieces(scan)):
        for line in lines.split(b"\n"):
            if bare := line.strip(_AROUND):
                yield bare


def _read(line: bytes) -> dict[str, Any] | str:
    """Parse one line; return why not where it is not an object. Numbers stay as spelled."""
    try:
        record = json.loads(line, **_EXACT)
    except TwiceError as error:
        return _Twice(error)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    if _is_half(record, line):
        return _HALF
    return not_a_customer(record) or record


def _is_half(record: Any, text: bytes) -> bool:
    """Tell whether half of a character is in a record; `text`, from which it is, escapes it."""
    if b"\\ud" not in text and b"\\uD" not in text:
        return False
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


class _Twice(str):
    """Why a line is no customer: a key stands twice in it."""

    __slots__ = ()


class _Spelled(str):
    """A number as the file spells it, which no decimal mark of text means."""

    __slots__ = ()


_TYPED = ("$oid", "$uuid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal")
_EXACT: dict[str, Any] = dict.fromkeys(("parse_float", "parse_int", "parse_constant"), _Spelled)
_EXACT["object_pairs_hook"] = once


def _text(value: Any, name: str, line: bytes) -> str | None:
    if isinstance(value, _Spelled):
        return stored(value)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if len(value) == 1 and isinstance(value, dict) and (inner := _typed(*value.items())):
        return inner
    # nested: parsed again, so that the numbers inside are written as numbers
    return json.dumps(json.loads(line)[name] if line else value, ensure_ascii=False)


def _typed(pair: tuple[str, Any]) -> str | None:
    """Take a value out of the object that says its type, as MongoDB writes it: ``{"$oid": "5f1c"}``."""
    kind, value = pair
    if kind == "$date" and isinstance(value, dict):
        value = value.get("$numberLong")
    if kind not in _TYPED or not isinstance(value, str):
        return None
    return stored(value) if kind.startswith("$number") else str(value)


def _batch(
    numbers: list[int], cells: list[list[str | None]], columns: tuple[str, ...]
) -> tuple[RowNumbers, pa.RecordBatch]:
    arrays = [pa.array(column, pa.string()) for column in cells]
    return np.asarray(numbers, dtype=np.int64), pa.RecordBatch.from_arrays(
        arrays, names=list(columns)
    )
