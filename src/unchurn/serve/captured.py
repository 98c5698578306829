"""What an endpoint captured of its callers → customers, read as the server reads requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, compress
from pathlib import Path

import pyarrow as pa

from unchurn.artefacts import Difference, Finding
from unchurn.errors import DataError, counted
from unchurn.serve.batch_answers import read_body
from unchurn.serve.capture_records import RecordError, read_record
from unchurn.serve.limits import LIVE
from unchurn.serve.payloads import Cells, Sent
from unchurn.serve.refusals import Faults, RefusalError
from unchurn.serve.totals import refuse_totals
from unchurn.serve.typing_rows import Typing
from unchurn.serve.unread import Unread
from unchurn.tables.arrivals import Arrivals, needed_columns
from unchurn.tables.far_numbers import Range
from unchurn.tables.placed import BY_PLACE, Placed
from unchurn.tables.rejects import too_many
from unchurn.tables.typing import arrow_type

_TOGETHER = 8_192
"""Rows from which no more requests are typed together."""
_BYTES = 32 * 2**20
"""Bytes of records from which no more are held."""
_TIMED = 5
"""The last parts of a file's path: year, month, day and hour (UTC), then a name that begins with the minute."""
_RECORD = ("line that was captured is no record", "lines that were captured are no records")
_REFUSED = ("captured request is refused as it is", "captured requests are refused as they are")
_BODY = ("captured request holds no customer that can be read",
         "captured requests hold no customer that can be read")  # fmt: skip


class CapturedCustomers:
    """Customers whom callers asked about, typed by the model's schema; each once, as asked about last.

    `typing` is the model's, `ranges` the least and the largest number of each column in training. What cannot be
    read is counted in `unread`; `requests` counts records, `rows` what was read of them, `repeated` those of
    customers who were asked about again later.
    """

    def __init__(self, typing: Typing, ranges: Mapping[str, Range]) -> None:
        columns = needed_columns(typing.schema, typing.clv)
        self.schema = pa.schema([pa.field(each.name, arrow_type(each)) for each in columns])
        self._names = tuple(self.schema.names)
        self.unread = Unread()
        self.requests = self.rows = self.repeated = 0
        # How cells are written, which nobody sees once they are typed; where they lie is seen then.
        self._arrivals = Arrivals([each for each in columns if each.role != "id"], {})
        self._placed = Placed(columns, ranges)
        self._said: dict[tuple[str, str], tuple[Finding, int]] = {}
        self._typing = typing
        self._seen: set[str] = set()

    def read(self, files: Iterable[Path]) -> Iterator[pa.RecordBatch]:
        """Yield the customers of JSON Lines, the requests latest first.

        Those of one shape are typed together: most are of a single customer, and a table of one row costs as
        much as one of hundreds.
        """
        held: list[Sent] = []
        rows = size = 0
        for line in _lines(files):
            self.requests += 1
            if (sent := self._sent(line)) is None:
                continue
            held.append(sent)
            rows, size = rows + len(sent.numbers), size + len(line)
            if rows >= _TOGETHER or size >= _BYTES:
                yield from self._typed(held)
                held, rows, size = [], 0, 0
        if held:
            yield from self._typed(held)

    def doubts(self, most: float) -> list[Difference]:
        """List what may have been read quite wrongly, first where more than a share `most` was not read at all."""
        found = [*self._arrivals.doubts(), *self._placed.doubts()]
        lost = self.unread.counts.total()
        if self.lost_many(most):
            brief = f"{lost:,} of {lost + self.rows:,} captured requests and rows cannot be read"
            words = (
                f"{brief}: {self.unread.words()}. [data] max_rejected ({most:g}) is the share that may be lost; "
                "look at what callers send."
            )
            found.insert(0, Difference("captured-lost", brief, words, None, True, lost))
        return found

    def lost_many(self, most: float) -> bool:
        """Tell whether more than a share `most` of requests and rows was not read; a few never are."""
        lost = self.unread.counts.total()
        return too_many(lost, lost + self.rows, most)

    def findings(self) -> list[Finding]:
        """Say what was not read, who was asked about more than once, and what was read otherwise than written."""
        found = self.unread.findings()
        if self.repeated:
            rows = counted(self.repeated, "captured row is", "captured rows are")
            words = f"{rows} of customers who were asked about again later; each counts once, as the last time."
            found.append(Finding("captured-again", "note", words, count=self.repeated))
        for note, count in self._said.values():
            words = f"Of {counted(count, 'captured request')}, for example: {note.words}"
            found.append(replace(note, words=words, count=count))
        return [*found, *self._arrivals.as_read()]

    def _sent(self, line: bytes) -> Sent | None:
        """Read a request; what is no customer, or all of it, is counted."""
        faults = Faults(lenient=True)
        try:
            asked, body = read_record(line)
            sent = refuse_totals(read_body(asked, body, self._typing, faults, LIVE), faults)
            chosen = self._chosen(sent) if sent.numbers else None
        except RecordError as error:
            self.unread.add(_RECORD, error.message)
        except RefusalError as error:
            self.unread.add(_REFUSED, error.message)
        except DataError as error:
            self.unread.add(_BODY, error.message)
        else:
            self.unread.faults(faults, self._names)
            return chosen
        return None

    def _chosen(self, sent: Sent) -> Sent:
        """Keep the columns that are read, under the model's names: then most requests are of one shape.

        Raises `DataError` naming what lacks.
        """
        whole = self._typing.completed(sent)
        plan = self._typing.plan(whole.names)
        placed = (BY_PLACE,) if sent.placed else ()
        for note in (*sent.notes, *self._typing.left_out(whole), *plan.findings, *placed):
            column = note.column if note.column in self._names else None
            first, count = self._said.get((note.code, column or ""), (note, 0))
            self._said[note.code, column or ""] = first, count + 1
        pairs = zip(plan.columns, plan.headers, strict=True)
        read = {each.name: header for each, header in pairs if each.name in self._names}
        return replace(
            whole,
            names=tuple(read),
            columns={name: whole.columns[header] for name, header in read.items()},
            lacking={name: whole.lacking[at] for name, at in read.items() if at in whole.lacking},
        )

    def _typed(self, held: Sequence[Sent]) -> Iterator[pa.RecordBatch]:
        """Type requests, of each shape together; yield whoever was not asked about later."""
        shapes: dict[tuple[object, ...], list[int]] = {}
        for turn, sent in enumerate(held):
            shapes.setdefault(_shape(sent), []).append(turn)
        parts: list[pa.RecordBatch] = []
        turns: list[int] = []
        for alike in shapes.values():
            sent = _together([held[turn] for turn in alike])
            faults = Faults(lenient=True)
            customers = self._typing.typed(sent, faults, self._arrivals)
            self.unread.faults(faults, self._names)
            good = [number not in faults.found for number in sent.numbers]
            parts.append(customers.filter(pa.array(good, pa.bool_())).select(list(self._names)))
            if sent.placed:
                self._placed.look(parts[-1])
            turns += compress((turn for turn in alike for _ in held[turn].numbers), good)
        table = pa.Table.from_batches(parts, self.schema)
        kept = self._latest(table, turns)
        self.rows += len(kept)
        self.repeated += kept.count(False)
        yield from table.filter(pa.array(kept, pa.bool_())).to_batches()

    def _latest(self, customers: pa.Table, turns: Sequence[int]) -> list[bool]:
        """Tell which rows are of customers who were not asked about later, in their request or one of a lesser turn."""
        name, kept = self._typing.schema.id, [True] * len(turns)
        ids = customers.column(name).to_pylist() if name else [None] * len(turns)
        for place in sorted(range(len(turns)), key=lambda row: (turns[row], -row)):
            if (each := ids[place]) is not None:
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
    return (sent.records, sent.placed, *kinds)


def _together(held: Sequence[Sent]) -> Sent:
    """Join requests of one shape; their rows are numbered from 1, whatever their callers sent as numbers."""
    lacking: dict[str, list[int]] = {}
    start = 0
    for sent in held:
        for name, places in sent.lacking.items():
            lacking.setdefault(name, []).extend(start + at for at in places)
        start += len(sent.numbers)
    columns = {name: _joined([sent.columns[name] for sent in held]) for name in held[0].names}
    return replace(
        held[0],
        columns=columns,
        numbers=range(1, start + 1),
        unit="Captured row",
        lacking=lacking,
        unchecked=any(sent.unchecked for sent in held),
    )


def _joined(parts: Sequence[Cells]) -> Cells:
    if isinstance(parts[0], pa.Array):
        return pa.concat_arrays(parts)
    return list(chain.from_iterable(parts))
