"""How a CSV file is written: its delimiter, escape and header, and what stands around its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from unchurn.artefacts import Finding
from unchurn.errors import DataError, counted, listing
from unchurn.project import Data
from unchurn.tables.decoding import sample_text
from unchurn.tables.delimiters import announced, find_delimiter, name_of, stated
from unchurn.tables.encodings import twice_encoded
from unchurn.tables.footer_rows import footer_finding
from unchurn.tables.footers import footer_lines
from unchurn.tables.foreign_lines import refuse_foreign
from unchurn.tables.heading_checks import (
    are_numbered,
    check_names,
    refuse_customer,
    refuse_doubled,
    refuse_joined,
    require_rows,
)
from unchurn.tables.headings import Heading, find_heading
from unchurn.tables.layouts import Layout, layout_of
from unchurn.tables.lines import Lines, lines_of
from unchurn.tables.mending import Shape
from unchurn.tables.records import Grammar
from unchurn.tables.sampling import Sampled, covered, sampled, usual
from unchurn.tables.scan import Scan
from unchurn.tables.stated_length import claim_of

_RECORDS = 1_000
_ENOUGH = 0.9
_PARTED = re.compile(r"[^\w\s\"'.()-]|\s{2,}|\t")


@dataclass(frozen=True)
class Dialect:
    """How to read a file.

    `above` counts the lines before the first row by kind (preamble, header, blank); `below`
    the lines behind the last one; `layout` says what stands around the rows; `heading` is the header
    as it stands in the file, by which repetitions are known; `remarks` are the texts of lines
    around the rows, their cells parted by blanks.
    """

    columns: tuple[str, ...]
    shape: Shape
    above: dict[str, int]
    below: int
    layout: Layout
    heading: bytes
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()

    @property
    def delimiter(self) -> str:
        """The character between cells."""
        return self.shape.grammar.mark.decode()


def find_dialect(scan: Scan, data: Data) -> Dialect:
    """Work out how a scanned CSV file is written, from its beginning and its end.

    Raises `DataError` on a file without rows, lines that are none, duplicate headers, or a header
    that is data; `ConfigError` on a delimiter that is not one character.
    """
    text, whole = sample_text(scan)
    given = stated(data.delimiter)
    if not given:
        refuse_foreign(scan.path.name, text)
    layout = layout_of(text, given, data.header)
    encoded = b"".join(layout.plain([text.encode("utf-8", "replace")]))
    lines = lines_of(encoded)
    if not whole and len(lines) > 2:
        lines = lines.part(0, len(lines) - 1)
    found = _Finding(scan, data, lines, whole, layout)
    found.findings += twice_encoded(scan.path.name, text)
    return found.dialect(given)


class _Finding:
    """What is known of a file while its dialect is worked out."""

    def __init__(self, scan: Scan, data: Data, lines: Lines, whole: bool, layout: Layout) -> None:
        self.scan, self.data, self.whole, self.layout = scan, data, whole, layout
        self.all, self.lines = lines, lines.part(data.skip_lines, len(lines))
        self.name = scan.path.name
        self.findings: list[Finding] = []
        self.remarks: list[str] = []

    def dialect(self, given: str) -> Dialect:
        mark = (
            given
            or self._announced()
            or ("|" if self.layout.drawn else "")
            or find_delimiter(self.lines, self.data.header)
        )
        grammar = Grammar(mark.encode(), self._has_backslashes(mark))
        self.findings += self.layout.findings(self.name, name_of(mark))
        records = sampled(self.lines, grammar)
        require_rows(self.scan, records, self.data.header, self.whole)
        heading = find_heading(records, self.data.header)
        rows = records[heading.below :]
        names, spare = self._names(records, heading, rows)
        columns = _filled(names, self.findings, self.name)
        self._tell_heading(heading)
        if odd := [name for name in columns if '"' in name]:
            words = f"Headers of {self.name} hold a quote that closes nothing: {listing(odd, 4)}."
            self.findings.append(Finding("header-quote", "warning", words, count=len(odd)))
        self._refuse_one_column(columns)
        free = not self.data.escape
        shape = Shape(grammar, len(columns), spare, free)
        below = self._footer(grammar, len(columns))
        above = self._above(heading, records)
        return Dialect(
            columns,
            shape,
            above,
            below,
            self.layout,
            self._heading(records, heading),
            tuple(self.findings),
            tuple(_plain(text, mark) for text in (*heading.preamble, *self.remarks)),
        )

    def _tell(self, code: str, words: str, count: int = 0) -> None:
        self.findings.append(Finding(code, "note", words, count=count))

    def _announced(self) -> str:
        for line in range(min(len(self.all), 10)):
            if found := announced(self.all[line].decode("utf-8", "replace")):
                return found
        return ""

    def _has_backslashes(self, mark: str) -> bool:
        """Tell whether a backslash stands before quotes, from the lines that have both."""
        if self.data.escape:
            return self.data.escape == "backslash"
        if b"\\" not in self.lines.text:
            return False
        lines = []
        for backslash in (False, True):
            grammar = Grammar(mark.encode(), backslash)
            records = sampled(self.lines, grammar, _RECORDS, free=False)
            lines.append(covered(records, usual([each.width for each in records])))
        if lines[1] > lines[0]:
            self._tell(
                "backslash-escape",
                f'{self.name} writes a quote inside a cell as \\"; read so '
                '([data] escape = "double" reads it otherwise).',
            )
            return True
        return False

    def _names(
        self, records: Sequence[Sampled], heading: Heading, rows: Sequence[Sampled]
    ) -> tuple[tuple[str, ...], bool]:
        """Return the columns' names, and whether rows end in one delimiter more."""
        width = usual([row.width for row in rows])
        if not self.data.header:
            width = width or usual([record.width for record in records])
            return tuple(f"c{number}" for number in range(1, width + 1)), False
        names = heading.names
        refuse_doubled(self.name, names, records, heading)
        refuse_joined(self.name, names, [row.cells for row in rows])
        refuse_customer(self.scan, names, [row.cells for row in rows], self.layout.wrapped)
        wider = [row.cells for row in rows if row.width == len(names) + 1]
        if width != len(names) + 1 or len(wider) < _ENOUGH * len(rows):
            return names, False
        if sum(bool(cells[-1].strip()) for cells in wider) < (1 - _ENOUGH) * len(wider):
            words = f"The rows of {self.name} end in a delimiter, its header does not; left out."
            self._tell("trailing-delimiters", words)
            return names, True
        if are_numbered([cells[0] for cells in wider]):
            self._tell(
                "row-names",
                f"The header of {self.name} has one cell less than its rows, which begin with "
                "their number (R writes tables so); that column is called 'unnamed_1'.",
            )
            return ("unnamed_1", *names), False
        raise DataError(
            f"The header of {self.name} has {counted(len(names), 'cell')}, its rows have {width}.",
            "Name every column in the header line: the first or the last one lacks its name.",
        )

    def _tell_heading(self, heading: Heading) -> None:
        if heading.preamble:
            first = heading.preamble[0].strip(" ;,\t|")[:60]
            count = len(heading.preamble)
            lines = "line" if count == 1 else "lines"
            what = "header" if self.data.header else "first row"
            words = f"{count} {lines} above the {what} of {self.name} left out: {first!r}."
            self._tell("preamble", words, count)
        if self.data.skip_lines:
            words = (
                f"The first {self.data.skip_lines} lines of {self.name} were passed over, as set."
            )
            self._tell("skipped-lines", words, self.data.skip_lines)
        if heading.more:
            count, below = len(heading.more), listing(each[:60] for each in heading.more)
            words = (
                f"{self.name} has {count + 1} header lines; {below} {'is' if count == 1 else 'are'} no "
                f"customer. Columns are called {listing(heading.names, 4)}."
            )
            self._tell("second-header", words, count)

    def _refuse_one_column(self, columns: Sequence[str]) -> None:
        if len(columns) > 1 or not self.data.header:
            return
        hint = "Name the character that parts the cells: --delimiter, or [data] delimiter in churn.toml."
        if re.search(r"\S {2,}\S|\" \"", columns[0]):
            hint = (
                "Cells that only blanks part cannot be told from blanks inside cells: export the "
                "table as CSV (psql --csv, sqlcmd -s , -W, sqlite3 -csv, write.csv in R)."
            )
        words = f"{self.name} comes out as one column, {columns[0][:60]!r}"
        if _PARTED.search(columns[0].strip()) or len(columns[0].split()) > 2:
            raise DataError(f"{words}: most likely its delimiter was not found.", hint)
        self.findings.append(Finding("one-column", "warning", f"{words}. {hint}"))

    def _footer(self, grammar: Grammar, width: int) -> int:
        tail = b"".join(self.layout.plain([self.scan.tail]))
        found = footer_lines(tail, grammar, width)
        left = [text for kind, text in found if kind in ("note", "total")]
        self.remarks += reversed(left)
        empty = sum(kind == "empty" for kind, _ in found)
        if left:
            count = len(left)
            lines = "line" if count == 1 else "lines"
            words = f"{count} {lines} below the last row of {self.name} left out: {left[-1][:60]!r}"
            totals = any(kind == "total" for kind, _ in found)
            self.findings.append(footer_finding(words, left, totals))
        if empty:
            words = f"{empty:,} empty rows (delimiters only) at the end of {self.name} left out."
            self._tell("empty-rows", words, empty)
        return len(found)

    def _above(self, heading: Heading, records: Sequence[Sampled]) -> dict[str, int]:
        skipped = min(self.data.skip_lines, len(self.all))
        used = records[: heading.below]
        taken = used[-1].line + used[-1].lines if used else 0
        filled = sum(record.lines for record in used)
        preamble = filled - heading.header + skipped
        return {"preamble": preamble, "header": heading.header, "blank": taken - filled}

    def _heading(self, records: Sequence[Sampled], heading: Heading) -> bytes:
        if not self.data.header:
            return b""
        place = records[len(heading.preamble)]
        text = self.lines[place.line]
        return text if place.lines == 1 and len(text) > 3 else b""


def _plain(text: str, mark: str) -> str:
    """Write a line outside the rows without what parts and quotes its cells."""
    if claim_of(text.strip().strip(mark)):  # 2,000 is one number
        return text.strip().strip(mark)
    return " ".join(cell.strip(' "') for cell in text.split(mark) if cell.strip(' "'))


def _filled(names: Sequence[str], findings: list[Finding], where: str) -> tuple[str, ...]:
    filled = [name if name.strip() else f"unnamed_{n}" for n, name in enumerate(names, start=1)]
    check_names(filled, where)
    blank = [new for new, old in zip(filled, names, strict=True) if new != old]
    if blank:
        words = f"{counted(len(blank), f'column of {where} has', f'columns of {where} have')} no header; called {listing(blank)}."
        findings.append(Finding("blank-header", "note", words, count=len(blank)))
    return tuple(filled)
