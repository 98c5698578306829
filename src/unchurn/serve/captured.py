"""What an endpoint captured of its callers → customers, read as the server reads requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pyarrow as pa

from unchurn.artefacts import ROW, Finding
from unchurn.errors import DataError, counted
from unchurn.serve.batch_answers import read_body
from unchurn.serve.capture_records import RecordError, read_record
from unchurn.serve.limits import LIVE
from unchurn.serve.payloads import Cells, Sent
from unchurn.serve.refusals import Faults, RefusalError
from unchurn.serve.totals import refuse_totals
from unchurn.serve.typing_rows import Typing
from unchurn.tables.arrivals import needed_columns
from unchurn.tables.typing import arrow_type

_TOGETHER = 8_192
"""Rows from which no more requests are typed together."""
_TIMED = 5
"""The last parts of a file's path: year, month, day and hour (UTC), then a name that begins with the minute."""
_RECORD = ("line that was captured is no record", "lines that were captured are no records")
_REFUSED = ("captured request is refused as it is", "captured requests are refused as they are")
_BODY = ("captured request holds no customer that can be read",
         "captured requests hold no customer that can be read")  # fmt: skip
_ROW = ("captured row is no customer", "captured rows are no customers")


@dataclass
class Unread:
    """What could not be read: how often for each reason, in grammar, and an example of it."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, reason: tuple[str, str], words: str) -> None:
        """Count one line, request or row; `reason` reads after a number, one and several."""
        self.counts[reason] += 1
        self.examples.setdefault(reason, words)

    def faults(self, faults: Faults) -> None:
        """Count rows that the server would not score."""
        for fault in faults.found.values():
            about = f"of which {fault.field!r} cannot be read"
            named = (f"captured customer {about}", f"captured customers {about}")
            self.add(_ROW if fault.field is None else named, fault.words)

    def findings(self) -> list[Finding]:
        """Say each reason with its count, the commonest first."""
        return [
            Finding(
                "captured-unread",
                "warning",
                f"Not read: {counted(count, *reason)}; for example: {self.examples[reason]}",
                count=count,
            )
            for reason, count in self.counts.most_common()
        ]


class CapturedCustomers:
    """Customers whom callers asked about, typed by the model's schema; each once, as asked about last.

    `typing` is the model's. What cannot be read is counted in `unread`; `requests` counts records, `repeated`
    rows of customers who were asked about again later.
    """

    def __init__(self, typing: Typing) -> None:
        columns = needed_columns(typing.schema, typing.clv)
        self.schema = pa.schema([pa.field(each.name, arrow_type(each)) for each in columns])
        self.unread = Unread()
        self.requests = self.repeated = 0
        self._typing, self._rows = typing, 0
        self._seen: set[str] = set()

    def read(self, files: Iterable[Path]) -> Iterator[pa.RecordBatch]:
        """Yield the customers of JSON Lines, the requests latest first.

        Requests of one shape that follow each other are typed together: most are of a single customer, and a
        table of one row costs as much as one of hundreds.
        """
        held: list[Sent] = []
        rows = 0
        for line in _lines(files):
            self.requests += 1
            if (sent := self._sent(line)) is None:
                continue
            if held and (rows >= _TOGETHER or _shape(sent) != _shape(held[0])):
                yield from self._typed(held)
                held, rows = [], 0
            held.append(sent)
            rows += len(sent.numbers)
        if held:
            yield from self._typed(held)

    def findings(self) -> list[Finding]:
        """Say what was not read, and who was asked about more than once."""
        found = self.unread.findings()
        if self.repeated:
            rows = counted(self.repeated, "captured row is", "captured rows are")
            words = f"{rows} of customers who were asked about again later; each counts once, as the last time."
            found.append(Finding("captured-again", "note", words, count=self.repeated))
        return found

    def _sent(self, line: bytes) -> Sent | None:
        """Read a request; what is no customer, or all of it, is counted."""
        faults = Faults(lenient=True)
        try:
            asked, body = read_record(line)
            sent = refuse_totals(read_body(asked, body, self._typing, faults, LIVE), faults)
        except RecordError as error:
            self.unread.add(_RECORD, error.message)
        except RefusalError as error:
            self.unread.add(_REFUSED, error.message)
        except DataError as error:
            self.unread.add(_BODY, error.message)
        else:
            self.unread.faults(faults)
            return sent if sent.numbers else None
        return None

    def _typed(self, held: Sequence[Sent]) -> Iterator[pa.RecordBatch]:
        sent, faults = _together(held, self._rows + 1), Faults(lenient=True)
        self._rows += len(sent.numbers)
        try:
            customers = self._typing.typed(self._typing.completed(sent), faults)
        except DataError as error:  # of the columns, which all of them have
            for _ in held:
                self.unread.add(_BODY, error.message)
            return
        self.unread.faults(faults)
        good = [number not in faults.found for number in sent.numbers]
        kept = self._latest(customers, good, [len(each.numbers) for each in held])
        self.repeated += good.count(True) - kept.count(True)
        yield customers.filter(pa.array(kept, pa.bool_())).select(self.schema.names)

    def _latest(
        self, customers: pa.RecordBatch, good: Sequence[bool], sizes: Iterable[int]
    ) -> list[bool]:
        """Tell which `good` rows are of customers who were not asked about later, in their request or after it."""
        name, kept, stop = self._typing.schema.id, list(good), 0
        ids = customers.column(name).to_pylist() if name else [None] * len(kept)
        for size in sizes:
            stop += size
            for place in reversed(range(stop - size, stop)):
                each = ids[place]
                if each is not None and good[place]:
                    kept[place] = each not in self._seen
                    self._seen.add(each)
        return kept


def _lines(files: Iterable[Path]) -> Iterator[bytes]:
    """Yield records, the latest first."""
    for path in sorted(files, key=lambda each: each.parts[-_TIMED:], reverse=True):
        yield from (line for line in reversed(path.read_bytes().splitlines()) if line.strip())


def _shape(sent: Sent) -> tuple[object, ...]:
    """Return what requests have in common that can be typed together."""
    kinds = (each.type if isinstance(each, pa.Array) else "cells" for each in sent.columns.values())
    return (sent.names, sent.records, *kinds)


def _together(held: Sequence[Sent], first: int) -> Sent:
    """Join requests of one shape; their rows are numbered from `first`, whatever their callers sent as numbers."""
    lacking: dict[str, list[int]] = {}
    start = 0
    for sent in held:
        for name, places in sent.lacking.items():
            lacking.setdefault(name, []).extend(start + at for at in places)
        start += len(sent.numbers)
    read = (name for name in held[0].columns if name != ROW)  # of Parquet not all that it names
    columns = {name: _joined([sent.columns[name] for sent in held]) for name in read}
    numbers, unchecked = range(first, first + start), any(sent.unchecked for sent in held)
    return Sent(
        tuple(columns), columns, numbers, "Captured row", lacking, unchecked, held[0].records
    )


def _joined(parts: Sequence[Cells]) -> Cells:
    if isinstance(parts[0], pa.Array):
        return pa.concat_arrays(parts)
    return list(chain.from_iterable(parts))
