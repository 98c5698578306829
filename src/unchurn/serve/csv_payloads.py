"""CSV → customers: split by hand where that is safe and short, by Arrow's parser elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv

from unchurn.errors import DataError
from unchurn.serve.limits import LIVE, Limits, check_size
from unchurn.serve.payloads import Sent, check_names
from unchurn.serve.refusals import Fault, Faults, RowError

SHORT = 4_096
"""Bytes up to which splitting by hand is the cheaper way."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Headers:
    """How a first line is told from a customer, and what the columns are where it is one.

    `header`: True, False, or None to look. `is_header` looks; `layout` names the columns of
    rows without a header by their number, or raises `DataError`.
    """

    header: bool | None
    is_header: Callable[[Sequence[str]], bool]
    layout: Callable[[int], tuple[str, ...]]

    def named(self, first: Sequence[str]) -> tuple[tuple[str, ...], bool]:
        """Return the columns' names, and whether the first line held them."""
        has = self.is_header(first) if self.header is None else self.header
        names = tuple(first) if has else self.layout(len(first))
        check_size(1, len(names))
        check_names(names)
        return names, has


def read_csv(body: bytes, headers: Headers, faults: Faults, limits: Limits = LIVE) -> Sent:
    """Read comma-separated values in UTF-8. Blank lines are skipped.

    Raises `DataError` where it is no table, `RowError` naming a row that does not fit,
    `RefusalError` beyond `limits`.
    """
    text = decoded(body)
    if len(body) <= SHORT and is_plain(text):
        return _split(text, headers, faults)
    return _parsed(body.lstrip(b"\r\n"), text.lstrip("\r\n"), headers, faults, limits)


def is_plain(text: str) -> bool:
    """Tell whether commas and line ends are nothing but that."""
    return '"' not in text and text.count("\r") == text.count("\r\n")


def decoded(body: bytes) -> str:
    """Decode UTF-8. Raises `RowError` naming the line and the cell that is not."""
    if body.startswith(_BOM):
        raise RowError(Fault(1, None, "Line 1 begins with a byte-order mark.", "Leave it out."))
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _unreadable(body, error.start, "not UTF-8") from None
    if "\0" in text:
        raise _unreadable(body, body.index(b"\0"), "a NUL character")
    return text


def _unreadable(body: bytes, place: int, what: str) -> RowError:
    line = body.count(b"\n", 0, place) + 1
    cell = body.count(b",", body.rfind(b"\n", 0, place) + 1, place) + 1
    words = f"Line {line}, cell {cell}, holds {what}."
    return RowError(Fault(line, f"cell {cell}", words, "Send text as UTF-8."))


def _split(text: str, headers: Headers, faults: Faults) -> Sent:
    rows = [line.split(",") for line in text.replace("\r\n", "\n").split("\n") if line]
    if not rows:
        raise DataError("The body is empty.", "Send a header and a row, or a row.")
    names, has = headers.named(rows[0])
    good, numbers = [], []
    for number, row in enumerate(rows[has:], start=1):
        if len(row) == len(names):
            good.append(row)
            numbers.append(number)
        else:
            faults.add(_ragged(number, len(row), len(names)))
    LIVE.check_rows(len(rows) - has)
    cells = zip(*good, strict=True) if good else [()] * len(names)
    columns = {n: pa.array(c, pa.string()) for n, c in zip(names, cells, strict=True)}
    return Sent(names, columns, numbers)


def _parsed(body: bytes, text: str, headers: Headers, faults: Faults, limits: Limits) -> Sent:
    first = _first(text)
    names, has = headers.named(first)
    bad: dict[int, int] = {}

    def invalid(row: Any) -> str:
        bad[row.number - has] = row.actual_columns
        return "skip"

    table = _table(body, len(names), '"' in text, invalid)
    limits.check_rows(table.num_rows - has + len(bad))
    for number, cells in bad.items():
        faults.add(_ragged(number, cells, len(names)))
    table = table.slice(1) if has else table
    _refuse_open_quote(text, table)
    numbers = [n for n in range(1, table.num_rows + len(bad) + 1) if n not in bad]
    arrays = [column.combine_chunks() for column in table.columns]
    return Sent(names, dict(zip(names, arrays, strict=True)), numbers)


def _first(text: str) -> list[str]:
    try:
        return next(iter(csv.reader(io.StringIO(text, newline=""))), None) or _empty()
    except csv.Error as error:
        raise DataError(f"The body is not CSV: {error}.", "Check the quoting.") from None


def _empty() -> list[str]:
    raise DataError("The body is empty.", "Send a header and a row, or a row.")


def _table(body: bytes, width: int, quotes: bool, invalid: Callable[[Any], str]) -> pa.Table:
    names = [str(number) for number in range(width)]
    read = arrow_csv.ReadOptions(
        column_names=names, use_threads=False, block_size=max(1 << 16, len(body) + 1)
    )
    parse = arrow_csv.ParseOptions(newlines_in_values=quotes, invalid_row_handler=invalid)
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
    )
    try:
        return arrow_csv.read_csv(pa.BufferReader(body), read, parse, convert)
    except pa.ArrowInvalid as error:
        raise DataError(f"The body is not CSV: {error}.", "Check the quoting.") from None


def _refuse_open_quote(text: str, table: pa.Table) -> None:
    if text.count('"') % 2 and table.num_rows:
        last = table.slice(table.num_rows - 1).to_pylist()[0]
        if any("\n" in cell for cell in last.values()):
            words = f"Row {table.num_rows} opens a quote that is never closed."
            raise RowError(Fault(table.num_rows, None, words, 'Close it, or double it ("").'))


def _ragged(number: int, cells: int, width: int) -> Fault:
    words = f"Row {number} has {cells} {'cell' if cells == 1 else 'cells'} instead of {width}."
    return Fault(number, None, words, "Give each row one cell a column; quote cells with commas.")
