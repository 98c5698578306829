"""A CSV file as record batches of text, every row that does not fit handed to `reject`."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from unchurn.artefacts import Finding
from unchurn.errors import ConfigError, DataError
from unchurn.project import Data
from unchurn.tables.decoding import Recoded, unwrapped, utf8_pieces
from unchurn.tables.dialect import Dialect, find_dialect
from unchurn.tables.scan import Scan, scan_text
from unchurn.tables.table import Reject, RowNumbers

_BLOCK = 4 << 20
_LARGEST = 1 << 30


@dataclass(frozen=True)
class CsvSource:
    """One CSV file. `rows` are as in `table.Source`."""

    path: Path
    scan: Scan
    dialect: Dialect
    flexible: bool = field(default=False, init=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Header names, or c1, c2, …."""
        return self.dialect.columns

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Text, all of them."""
        return (pa.string(),) * len(self.dialect.columns)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What had to be guessed to read the file."""
        if not self.scan.guessed:
            return self.dialect.findings
        name = "Windows-1252" if self.scan.encoding == "cp1252" else "Latin-1"
        words = f"{self.path.name} is not UTF-8; it was read as {name}."
        return (*self.dialect.findings, Finding("encoding-guessed", "note", words))

    def sha256(self) -> str:
        """Hash of the file's bytes, from the scan."""
        return self.scan.sha256

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, text cells); return how many rows were seen."""
        reading = _Reading(self, first, reject)
        longest = self.scan.longest
        # a batch costs a little for every column, so wide rows want larger blocks
        block = min(_LARGEST, max(_BLOCK, 4 * longest, min(8 * _BLOCK, 512 * longest)))
        while True:
            try:
                yield from reading.through(block)
            except pa.ArrowInvalid as error:
                # a record with quoted newlines can be longer than any line: start over, larger
                if "straddling" not in str(error) or block >= min(_LARGEST, 2 * self.scan.size):
                    raise reading.refusal(error) from error
                block = min(_LARGEST, block * 8)
            else:
                return reading.finish()


class _Reading:
    """One pass over a file, which may have to start over with larger blocks."""

    def __init__(self, source: CsvSource, first: int, reject: Reject) -> None:
        self.source = source
        self.first = first
        self.reject = reject
        self.bad: list[int] = []
        self.good = 0
        self.last: pa.RecordBatch | None = None

    def through(self, block: int) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, None]:
        """Yield the rows not yet given."""
        skip = self.good
        with _opened(self.source, block, self._invalid) as reader:
            for batch in reader:
                fresh = batch.slice(skip) if skip else batch
                skip = max(0, skip - batch.num_rows)
                if fresh.num_rows:
                    numbers = self._numbers(fresh.num_rows)
                    self.good += fresh.num_rows
                    self.last = fresh.slice(fresh.num_rows - 1)
                    yield numbers, fresh

    def finish(self) -> int:
        """Check the end of the file; return how many rows it had."""
        self._refuse_open_quote()
        if self.bad and not self.good:
            raise DataError(
                f"No row of {self.source.path.name} has as many cells as its header "
                f"({len(self.source.columns)}).",
                "Check the delimiter ([data] delimiter) and the header line.",
            )
        return self.good + len(self.bad)

    def refusal(self, error: pa.ArrowInvalid) -> DataError | ConfigError:
        """Turn the parser's complaint into one for a person."""
        if self.source.scan.quotes % 2:
            return self._open_quote(self.good + 1)
        return DataError(
            f"{self.source.path.name} cannot be read as CSV: {error}.",
            "Check the delimiter and the quoting.",
        )

    def _invalid(self, row: Any) -> str:
        dialect = self.source.dialect
        number = row.number - dialect.blank - (1 if dialect.header else 0)
        if not self.bad or number > self.bad[-1]:
            self.bad.append(number)
            cells = "cell" if row.actual_columns == 1 else "cells"
            reason = f"{row.actual_columns} {cells} instead of {row.expected_columns}"
            self.reject(self.first - 1 + number, reason, row.text)
        return "skip"

    def _numbers(self, rows: int) -> RowNumbers:
        """Number the next good rows, from `first`, stepping over rejected ones."""
        good = np.arange(self.good, self.good + rows, dtype=np.int64)
        before = np.asarray(self.bad, dtype=np.int64) - np.arange(len(self.bad)) - 1
        return good + np.searchsorted(before, good, side="right") + self.first

    def _refuse_open_quote(self) -> None:
        if self.last is None or self.source.scan.quotes % 2 == 0 or self.source.dialect.wrapped:
            return
        if any("\n" in str(cell[0]) for cell in self.last.columns):
            raise self._open_quote(self.good + len(self.bad))

    def _open_quote(self, row: int) -> DataError:
        return DataError(
            f"{self.source.path.name} opens a quote at about row {row} that is never closed, "
            "so the rows after it cannot be told apart.",
            'Close the quote, or double it ("") where it is part of the text.',
        )


def open_csv(path: Path, data: Data) -> CsvSource:
    """Look at a CSV file. Raises `DataError` or `ConfigError` where it cannot be a table."""
    scan = scan_text(path, data.encoding)
    return CsvSource(path, scan, find_dialect(scan, data))


def _opened(source: CsvSource, block: int, invalid: Any) -> Any:
    dialect = source.dialect
    read = csv.ReadOptions(
        column_names=list(dialect.columns),
        skip_rows=dialect.blank,
        skip_rows_after_names=1 if dialect.header else 0,
        block_size=block,
        use_threads=False,  # no faster with them, and rejected rows would have no number
    )
    parse = csv.ParseOptions(
        delimiter=dialect.delimiter,
        newlines_in_values=source.scan.quotes > 0,
        invalid_row_handler=invalid,
    )
    text = dict.fromkeys(dialect.columns, pa.string())
    convert = csv.ConvertOptions(column_types=text, strings_can_be_null=False)
    # Arrow would take Ctrl-C for itself while it reads, and may lose it.
    pa.enable_signal_handlers(False)
    return csv.open_csv(_stream(source), read, parse, convert)


def _stream(source: CsvSource) -> pa.NativeFile:
    scan = source.scan
    plain = scan.encoding == "utf-8" and scan.path.suffix.lower() != ".gz"
    if plain and not source.dialect.wrapped:
        return pa.OSFile(str(scan.path))
    chunks = utf8_pieces(scan)
    return pa.PythonFile(Recoded(unwrapped(chunks) if source.dialect.wrapped else chunks), "r")
