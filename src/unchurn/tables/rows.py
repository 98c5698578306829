"""Whole lines → text cells: Arrow splits plain records, the mender whatever is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import DataError
from unchurn.tables.lines import I64, Lines
from unchurn.tables.mending import Mended, Mender, Shape
from unchurn.tables.plain_rows import split
from unchurn.tables.quoting import Flags, all_quoted, bare, checked, in_order, over_lines
from unchurn.tables.records import written
from unchurn.tables.repeated_headings import headings_in

RECORD, BLANK, CONTINUATION, REJECTED, REPEATED = range(5)
_SOME = 20
"""Fewer doubtful lines than this are mended one by one."""
_COUNTED = ("records", "blank", "continuation", "rejected", "repeated_header")
_TOLD = ("stray", "inner", "escaped", "trailing")


@dataclass(frozen=True)
class Part:
    """The rows of a part of a file.

    `places` are those of `cells` among all rows of the part, from 0; `rejected` (place, line
    from 0, reason); `told` lines by what was done to them; `left` the text of a record that
    is not whole yet, whose lines are not among `lines`; `plain`: nothing had to be looked into.
    `heads` are the lines that rows begin in, None where each line that is not blank is one.
    """

    source: Lines
    cells: pa.RecordBatch
    places: I64
    lines: int
    counts: dict[str, int]
    rejected: Sequence[tuple[int, int, str]] = ()
    told: dict[str, I64] = field(default_factory=dict)
    left: bytes = b""
    plain: bool = False
    heads: I64 | None = None

    def text(self, line: int) -> str:
        """Return a line as it stands in the file."""
        return self.source[line].decode("utf-8", "replace")


def read_part(
    lines: Lines,
    shape: Shape,
    columns: Sequence[str],
    final: bool,
    heading: bytes = b"",
    orderly: bool = False,
) -> Part:
    """Split whole lines into cells. A line that equals `heading`, or names its columns, is left out.

    `orderly` is known of quotes that an earlier pass found in order.

    Raises `DataError` where what was read does not add up to the lines.
    """
    repeats = (heading,) if heading and heading in lines.text else ()
    part = _read(lines, shape, columns, final, repeats, orderly)
    others = headings_in(part.cells, columns) if heading else []
    if not others:
        return part
    heads = np.flatnonzero(lines.stops > lines.starts) if part.heads is None else part.heads
    texts = {lines[int(heads[row])] for row in others}
    # a header over several lines stays
    whole = {text for text in texts if len(shape.grammar.literal(text)) == shape.cells}
    return _read(lines, shape, columns, final, (*repeats, *whole), orderly) if whole else part


def _read(
    lines: Lines,
    shape: Shape,
    columns: Sequence[str],
    final: bool,
    repeats: Sequence[bytes],
    orderly: bool,
) -> Part:
    blank = int(np.count_nonzero(lines.stops == lines.starts))
    quoted = b'"' in lines.text
    escapes = shape.grammar.backslash and b"\\" in lines.text
    if quoted and not (escapes or repeats or orderly):
        mark = shape.grammar.mark
        quoted = not (all_quoted(lines, mark) or in_order(lines, mark))
    if not (escapes or repeats) and (orderly or not quoted):
        table, ragged = split(lines.text, shape.grammar.mark, shape.cells)
        if not ragged and table.num_rows == len(lines) - blank and not shape.spare:
            counts = {"records": table.num_rows, "blank": blank}
            batch = _named(table, columns)
            return Part(lines, batch, np.arange(table.num_rows), len(lines), counts, plain=True)
    return _Doubtful(lines, shape, final).part(columns, repeats, quoted)


class _Doubtful:
    """A part with quotes, escapes, rows of another width or repeated headers in it."""

    def __init__(self, lines: Lines, shape: Shape, final: bool) -> None:
        self.source, self.shape = lines, shape
        self.final = final
        self.mender = Mender(lines, shape, final)
        self.kinds: npt.NDArray[np.int8] = np.zeros(len(lines), np.int8)
        self.edits: dict[int, Mended] = {}
        self.told: dict[str, list[int]] = {}

    def part(self, columns: Sequence[str], repeats: Sequence[bytes], quoted: bool) -> Part:
        self._begin(repeats)
        if quoted and not self.shape.grammar.backslash and (made := self._in_order(columns)):
            return made
        self._begin(repeats)
        plain, whole = self.source, len(self.source)
        if quoted or self.shape.grammar.backslash:
            plain, doubtful = self._doubtful()
            whole = self._mend(np.flatnonzero(doubtful))
        return self._made(self._split(plain, whole), columns, whole)

    def _begin(self, repeats: Sequence[bytes]) -> None:
        self.kinds[:] = RECORD
        self.kinds[self.source.stops == self.source.starts] = BLANK
        self.edits, self.told = {}, {}
        for heading in repeats:
            self._drop_headings(heading)

    def _in_order(self, columns: Sequence[str]) -> Part | None:
        """Read records over several lines at once, where the quotes of all are in order."""
        begins = over_lines(self.source, self.shape.grammar.mark, self.shape.cells)
        if begins is None or begins.all() or (self.final and len(begins) < len(self.source)):
            return None
        whole = len(begins)
        self.kinds[:whole][~begins] = CONTINUATION
        more = np.append(~begins[1:], False)
        self.told["lines"] = np.flatnonzero(begins & more).tolist()
        text = self._written(self.source, whole)
        table, ragged = split(text, self.shape.grammar.mark, self.shape.cells)
        return None if ragged else self._made(table, columns, whole)

    def _doubtful(self) -> tuple[Lines, Flags]:
        """Find lines to be mended; many whose quotes are mere text are left to Arrow, as plain."""
        mark, backslash = self.shape.grammar.mark, self.shape.grammar.backslash
        plain, doubtful = checked(self.source, mark, backslash)
        if backslash or np.count_nonzero(doubtful) < _SOME:
            return plain, doubtful
        text_only, inner = bare(self.source, mark)
        self.told["inner"] = np.flatnonzero(doubtful & inner).tolist()
        return plain, doubtful & ~text_only

    def _drop_headings(self, heading: bytes) -> None:
        place = self.source.text.find(heading)
        while place >= 0:
            line = int(self.source.holding(np.array([place]))[0])
            if self.source[line] == heading and self.kinds[line] != REPEATED:
                self.kinds[line] = REPEATED
                self.told.setdefault("repeated", []).append(line)
            place = self.source.text.find(heading, place + len(heading))

    def _mend(self, doubtful: I64) -> int:
        """Read doubtful lines in turn; return the line from which on the part is not whole."""
        done = -1
        for line in doubtful.tolist():
            if line <= done or self.kinds[line] == REPEATED:
                continue
            mended = self.mender.mended(line)
            if mended is None:
                return int(line)
            self._take(line, mended)
            done = mended.last
        return len(self.source)

    def _take(self, line: int, mended: Mended) -> None:
        self.edits[line] = mended
        self.kinds[line + 1 : mended.last + 1] = CONTINUATION
        self.kinds[line] = RECORD if mended.cells is not None else REJECTED
        if mended.cells is None and not self.source[line].strip():
            self.kinds[line] = BLANK
        if mended.last > line:
            self.told.setdefault("lines", []).append(line)
        if mended.how in _TOLD:
            self.told.setdefault(mended.how, []).append(line)

    def _split(self, plain: Lines, whole: int) -> pa.Table:
        """Split what is plain and what was mended; rows of another width are mended too."""
        mark, width = self.shape.grammar.mark, self.shape.cells
        table, ragged = split(self._written(plain, whole), mark, width)
        for _ in range(3):
            if not ragged:
                return table
            heads = self._heads(whole)
            mended = [self._again(int(heads[place])) for place in ragged]
            if not any(mended):
                return table
            table, ragged = split(self._written(plain, whole), mark, width)
        return table

    def _again(self, line: int) -> bool:
        """Mend a row of another width; tell whether it could be."""
        if self.kinds[line] == CONTINUATION:
            return True
        mended = self.mender.mended(line) or Mended(line, None, reason="it is not whole")
        self._take(line, mended)
        return mended.cells is not None

    def _heads(self, whole: int) -> I64:
        """Lines whose records Arrow was given, in order."""
        return np.flatnonzero(self.kinds[:whole] == RECORD)

    def _written(self, plain: Lines, whole: int) -> bytes:
        """Write the part anew: plain lines as they are, mended ones by the standard."""
        pieces: list[bytes] = []
        begun = 0
        dropped = np.flatnonzero(self.kinds[:whole] == REPEATED).tolist()
        for line in sorted([*self.edits, *dropped]):
            if line < begun:
                continue
            pieces.append(plain.text[_at(plain, begun) : _at(plain, line)])
            mended = self.edits.get(line)
            if mended and mended.cells is not None:
                pieces.append(written(mended.cells, self.shape.grammar.mark) + b"\n")
            begun = (mended.last if mended else line) + 1
        pieces.append(plain.text[_at(plain, begun) : _at(plain, whole)])
        return b"".join(pieces)

    def _made(self, table: pa.Table, columns: Sequence[str], whole: int) -> Part:
        left = self.source.text[_at(self.source, whole) :]
        heads = self._heads(whole)
        if len(heads) != table.num_rows:
            raise DataError(
                f"{len(heads):,} records were found in a part of the file, but "
                f"{table.num_rows:,} were read: unchurn reads this file wrongly.",
                "Please report it, with the lines around the first quotes of the file.",
            )
        reasons = {line: mended.reason for line, mended in self.edits.items()}
        if self.shape.spare:
            table = self._without_spare(table, heads, reasons)
        kinds = self.kinds[:whole]
        heads = np.flatnonzero(kinds == RECORD)
        ranks = np.cumsum((kinds == RECORD) | (kinds == REJECTED)) - 1
        rejected = np.flatnonzero(kinds == REJECTED)
        self.told["torn"] = [line for line in rejected.tolist() if self._is_torn(line)]
        counts = {name: int((kinds == kind).sum()) for kind, name in enumerate(_COUNTED)}
        told = {what: np.array(lines, np.int64) for what, lines in self.told.items() if lines}
        refused = [(int(ranks[line]), line, reasons[line]) for line in rejected.tolist()]
        batch = _named(table, columns)
        return Part(
            self.source, batch, ranks[heads], whole, counts, refused, told, left, heads=heads
        )

    def _is_torn(self, line: int) -> bool:
        text = self.source[line]
        return self.shape.width > 1 and self.shape.grammar.mark not in text

    def _without_spare(self, table: pa.Table, heads: I64, reasons: dict[int, str]) -> pa.Table:
        """Take off the blank cell behind every row; a row that holds something there is none."""
        spare = pc.utf8_trim_whitespace(table.column(self.shape.width))
        full = pc.not_equal(spare, "")
        for line in heads[np.flatnonzero(full.to_numpy())].tolist():
            self.kinds[line] = REJECTED
            reasons[line] = self.mender.ragged(self.shape.cells)
        table = table.remove_column(self.shape.width)
        return table.filter(pc.invert(full)) if pc.any(full).as_py() else table


def _at(lines: Lines, line: int) -> int:
    return int(lines.starts[line]) if line < len(lines) else len(lines.text)


def _named(table: pa.Table, columns: Sequence[str]) -> pa.RecordBatch:
    whole = table.combine_chunks()
    arrays = [
        column.chunk(0) if column.num_chunks else pa.array([], pa.string())
        for column in whole.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(columns))
