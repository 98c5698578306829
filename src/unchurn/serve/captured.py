"""What an endpoint captured of its callers → customers, read as the server reads requests.

A line is a record of SageMaker's data capture, as its developer guide has it ("Capture data from real-time
endpoint"): what was sent is text, or base64 where the endpoint's configuration does not name its media type.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import DataError, counted
from unchurn.serve.batch_answers import read_body
from unchurn.serve.limits import LIVE
from unchurn.serve.refusals import Fault, Faults, RefusalError
from unchurn.serve.request_options import Asked, read_asked
from unchurn.serve.totals import refuse_totals
from unchurn.serve.typing_rows import Typing
from unchurn.tables.arrivals import needed_columns
from unchurn.tables.typing import arrow_type

_PLAIN, _ENCODED = ("CSV", "JSON"), "BASE64"
_TIMED = 5
"""The last parts of a file's path: year, month, day and hour (UTC), then a name that begins with the minute."""
_RECORD = ("line that was captured is no record", "lines that were captured are no records")
_REFUSED = ("captured request is refused as it is", "captured requests are refused as they are")
_BODY = ("captured request holds no customer that can be read",
         "captured requests hold no customer that can be read")  # fmt: skip
_ROW = ("captured row is no customer", "captured rows are no customers")


class _Input(msgspec.Struct, rename="camel"):
    data: str
    encoding: str
    observed_content_type: str


class _Data(msgspec.Struct, rename="camel"):
    endpoint_input: _Input


class _Event(msgspec.Struct, rename="camel"):
    custom_attributes: tuple[str, ...] = ()


class _Record(msgspec.Struct, rename="camel"):
    capture_data: _Data
    event_metadata: _Event


_DECODER = msgspec.json.Decoder(_Record)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _RecordError(DataError):
    """A line that is no record of a request."""


@dataclass
class Unread:
    """What could not be read: how often for each reason, in grammar, and an example of it."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, reason: tuple[str, str], words: str) -> None:
        """Count one line, request or row; `reason` reads after a number, one and several."""
        self.counts[reason] += 1
        self.examples.setdefault(reason, words)

    def fault(self, fault: Fault) -> None:
        """Count a row that the server would not score."""
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
    customers who were asked about again later.
    """

    def __init__(self, typing: Typing) -> None:
        columns = needed_columns(typing.schema, typing.clv)
        self.schema = pa.schema([pa.field(each.name, arrow_type(each)) for each in columns])
        self.unread = Unread()
        self.requests = self.repeated = 0
        self._typing, self._id = typing, typing.schema.id
        self._seen: set[str] = set()

    def read(self, files: Iterable[Path]) -> Iterator[pa.RecordBatch]:
        """Yield the customers of JSON Lines, a batch a request, the latest first."""
        for path in sorted(files, key=lambda each: each.parts[-_TIMED:], reverse=True):
            for line in reversed(path.read_bytes().splitlines()):
                if line.strip():
                    self.requests += 1
                    yield from self._requested(line)

    def findings(self) -> list[Finding]:
        """Say what was not read, and who was asked about more than once."""
        found = self.unread.findings()
        if self.repeated:
            rows = counted(self.repeated, "captured row is", "captured rows are")
            words = f"{rows} of customers who were asked about again later; each counts once, as the last time."
            found.append(Finding("captured-again", "note", words, count=self.repeated))
        return found

    def _requested(self, line: bytes) -> Iterator[pa.RecordBatch]:
        try:
            customers = self._customers(*_request(line))
        except _RecordError as error:
            self.unread.add(_RECORD, error.message)
        except RefusalError as error:
            self.unread.add(_REFUSED, error.message)
        except DataError as error:
            self.unread.add(_BODY, error.message)
        else:
            if customers.num_rows:
                yield self._latest(customers)

    def _customers(self, asked: Asked, body: bytes) -> pa.RecordBatch:
        """Read and type what was sent, rows at fault left out and counted. Raises what the reader raises."""
        faults = Faults(lenient=True)
        sent = refuse_totals(read_body(asked, body, self._typing, faults, LIVE), faults)
        customers = pa.RecordBatch.from_pylist([], self.schema)
        if sent.numbers:
            typed = self._typing.typed(self._typing.completed(sent), faults)
            good = [number not in faults.found for number in sent.numbers]
            customers = typed.filter(pa.array(good, pa.bool_())).select(self.schema.names)
        for fault in faults.found.values():
            self.unread.fault(fault)
        return customers

    def _latest(self, customers: pa.RecordBatch) -> pa.RecordBatch:
        """Leave out who was asked about again later, in this request or after it."""
        if not self._id:
            return customers
        kept = []
        for each in reversed(customers.column(self._id).to_pylist()):
            kept.append(each is None or each not in self._seen)
            self._seen.add(each)
        self.repeated += kept.count(False)
        return customers.filter(pa.array(kept[::-1], pa.bool_()))


def _request(line: bytes) -> tuple[Asked, bytes]:
    """Return how a captured request asked, and its body.

    Raises `_RecordError` for what is no record, `RefusalError` as the server does.
    """
    try:
        record = _DECODER.decode(line)
    except _UNREADABLE as error:
        raise _RecordError(f"{error}.") from None
    sent, attributes = record.capture_data.endpoint_input, record.event_metadata.custom_attributes
    return read_asked(sent.observed_content_type, "", "&".join(attributes)), _body(sent)


def _body(sent: _Input) -> bytes:
    if sent.encoding in _PLAIN:
        return sent.data.encode()
    if sent.encoding != _ENCODED:
        raise _RecordError(f"The encoding is {sent.encoding!r}, none of CSV, JSON and BASE64.")
    try:
        return base64.b64decode(sent.data, validate=True)
    except ValueError as error:
        raise _RecordError(f"The data is not in base64: {error}.") from None
