"""A CSV file as record batches of text, every row that does not fit handed to `reject`."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.artefacts.schema import Epoch
from unchurn.errors import DataError, counted
from unchurn.project import Data
from unchurn.tables.cells import STORED_MARK
from unchurn.tables.decoding import utf8_pieces
from unchurn.tables.dialect import Dialect, find_dialect
from unchurn.tables.encodings import encoding_finding
from unchurn.tables.ledger import Ledger
from unchurn.tables.lines import Lines, lines_of, whole_lines
from unchurn.tables.packing import packing_of
from unchurn.tables.rows import Part, read_part
from unchurn.tables.scan import Scan, scan_text
from unchurn.tables.table import Reject, RowNumbers
from unchurn.tables.workbook import find_sheet

_BLOCK = 8 << 20
_LARGEST = 1 << 30
_HOPELESS = 5_000
"""Rows that do not fit, and none that does, after which the rest is not looked at."""


@dataclass(frozen=True)
class CsvSource:
    """One CSV file or sheet. `ledger` is of the last whole pass; `serials` is `workbook.Sheet`'s."""

    path: Path
    scan: Scan
    dialect: Dialect
    ledger: Ledger
    serials: Epoch = ""
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
        found = list(self.dialect.findings)
        if self.scan.guessed:
            found.append(encoding_finding(self.path.name, self.scan.encoding))
        if marks := self.scan.marks:
            lines = counted(marks, "line", "lines")
            words = (
                f"{lines} of {self.path.name} {'carries' if marks == 1 else 'carry'} a byte-order mark, a "
                "page break or the end of a DOS file (Control-Z), which is no part of a cell; left out."
            )
            found.append(Finding("line-marks", "note", words, count=marks))
        return tuple(found)

    def sha256(self) -> str:
        """Hash of the file's bytes, from the scan."""
        return self.scan.sha256

    def narrowed(self, only: Sequence[str]) -> None:
        """Return none: a row is read as a whole."""

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, text cells); return how many rows were seen."""
        reading = _Reading(self, first, reject)
        yield from reading.through()
        return reading.finish()


class _Reading:
    """One pass over a file."""

    def __init__(self, source: CsvSource, first: int, reject: Reject) -> None:
        self.source, self.dialect = source, source.dialect
        self.ledger, self.reject = source.ledger, reject
        self.first = first
        self.line = 1
        self.good = self.bad = 0
        self.stamp = _stamp(source.path)
        self.orderly = self.ledger.orderly == self.stamp
        self.plain = True
        self.ledger.begin(**source.dialect.above)

    def through(self) -> Iterator[tuple[RowNumbers, pa.RecordBatch]]:
        """Yield the rows of every part of the file; a record that is not whole yet waits."""
        left, held, size = b"", list[bytes](), 0
        for text, final in _with_last(whole_lines(_pieces(self.source), self._block())):
            held.append(text)
            size += len(text)
            # a record of very many lines is looked at again when there is twice as much of it
            if final or size >= len(left):
                left = yield from self._part(_joined([left, *held]), final)
                held, size = [], 0

    def finish(self) -> int:
        """Check that every line was accounted for; return how many rows there were."""
        if self.bad and not self.good:
            self._refuse_all()
        self.ledger.reconcile(self.source.scan.lines)
        self.ledger.orderly = self.stamp if self.plain else None
        return self.good + self.bad

    def _block(self) -> int:
        # a batch costs a little for every column, so wide rows want larger blocks
        longest = self.source.scan.longest
        return min(_LARGEST, max(_BLOCK, 4 * longest, min(4 * _BLOCK, 512 * longest)))

    def _part(
        self, text: bytes, final: bool
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, bytes]:
        lines = self._rows_only(lines_of(text))
        if not len(lines):
            return b""
        shape, heading = self.dialect.shape, self.dialect.heading
        part = read_part(lines, shape, self.source.columns, final, heading, self.orderly)
        self.plain &= part.plain
        for kind, count in part.counts.items():
            self.ledger.add(kind, count)
        for what, found in part.told.items():
            self.ledger.tell(what, (found + self.line).tolist())
        numbers = self._numbers(part)
        self.line += part.lines
        self.good += part.cells.num_rows
        self.bad += len(part.rejected)
        if self.bad >= _HOPELESS and not self.good:
            self._refuse_all()
        if part.cells.num_rows:
            yield numbers, part.cells
        return part.left

    def _rows_only(self, lines: Lines) -> Lines:
        """Take off what stands above the first row and below the last."""
        begin = 0
        above = sum(self.dialect.above.values())
        if self.line <= above:
            begin = min(len(lines), above - self.line + 1)
            self.line += begin
        end = len(lines)
        beyond = self.line + (end - begin) - 1 - (self.source.scan.lines - self.dialect.below)
        if beyond > 0 and self.dialect.below:
            cut = max(begin, end - beyond)
            below = lines.part(cut, end)
            blank = sum(not below[line].strip() for line in range(len(below)))
            self.ledger.add("blank", blank)
            self.ledger.add("footer", len(below) - blank)
            end = cut
        return lines.part(begin, end)

    def _numbers(self, part: Part) -> RowNumbers:
        """Number the rows of a part, and hand on those that cannot be read."""
        first = self.first + self.good + self.bad
        for place, line, reason in part.rejected:
            text = part.text(line)
            if self.source.scan.sheet:
                text = text.replace(STORED_MARK, ".")
            self.reject(first + place, reason, text, self.line + line)
            if self._breaks_off(text, self.line + line):
                self.ledger.broken = self.line + line
        return first + part.places

    def _breaks_off(self, text: str, line: int) -> bool:
        """Tell whether a rejected line is the last one, without an end and with too few cells."""
        scan, dialect = self.source.scan, self.dialect
        last = line == scan.lines and not scan.tail.endswith((b"\n", b"\r"))
        return last and text.count(dialect.delimiter) < len(dialect.columns) - 1

    def _refuse_all(self) -> None:
        width = len(self.source.columns)
        raise DataError(
            f"No row of {self.source.path.name} has as many cells as its header ({width}).",
            "Check the delimiter (--delimiter, [data] delimiter) and the header line.",
        )


def open_csv(path: Path, data: Data) -> CsvSource:
    """Look at a CSV file or a workbook; raises `DataError`, `ConfigError` where it is no table."""
    if packing_of(path) == "workbook":
        written = replace(data, encoding="utf-8", delimiter=",", escape="double")
        sheet = find_sheet(path, data.sheet)
        scan = scan_text(path, written.encoding, sheet.name)
        dialect = find_dialect(scan, written)
        dialect = replace(dialect, findings=(*sheet.findings, *dialect.findings))
        return CsvSource(path, scan, dialect, Ledger(path.name), sheet.serials)
    scan = scan_text(path, data.encoding)
    return CsvSource(path, scan, find_dialect(scan, data), Ledger(path.name))


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written: its size and time."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _pieces(source: CsvSource) -> Iterator[bytes]:
    return source.dialect.layout.plain(utf8_pieces(source.scan))


def _joined(parts: list[bytes]) -> bytes:
    filled = [part for part in parts if part]
    return filled[0] if len(filled) == 1 else b"".join(filled)


def _with_last(parts: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Say of each part whether it is the last."""
    held = next(parts, None)
    for part in parts:
        if held is not None:
            yield held, False
        held = part
    if held is not None:
        yield held, True
