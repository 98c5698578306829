"""The same 1,000 customers as each contestant wants them, and what each answers of them.

A rival's row is what its model reads: 20 numbers, the codes of categories among them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from unchurn.serve.csv_payloads import Headers, read_csv
from unchurn.serve.refusals import Faults
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring

JSON, CSV = "application/json", "text/csv"
Read = Callable[[bytes], list[float]]


@dataclass(frozen=True)
class Payloads:
    """Bodies of one media type, sent in turn; `read` finds the probabilities in an answer."""

    kind: str
    bodies: tuple[bytes, ...]
    read: Read

    @property
    def asked(self) -> Asked:
        """What unchurn makes of the media type."""
        return Asked() if self.kind == JSON else Asked("csv", "csv", CSV)


class Month:
    """The customers: as the table has them, and encoded (rows × 20, None where missing)."""

    def __init__(self, path: Path, scoring: Scoring) -> None:
        self._text = path.read_text()
        self._head, *self._lines = self._text.splitlines()
        sent = read_csv(self._text.encode(), Headers(True, bool, lambda n: ()), Faults())
        typed = scoring.typing.typed(sent, Faults())
        self.matrix: npt.NDArray[np.float32] = scoring.scorer.live.encoder.transform(typed)
        self.rows = [[_plain(cell) for cell in row] for row in self.matrix]
        self._numbers = {
            column.name for column in scoring.typing.schema.columns if column.kind == "number"
        } - {scoring.typing.schema.id}

    def records(self) -> Payloads:
        """One customer, one JSON object, for unchurn."""
        found = []
        for record in csv.DictReader(io.StringIO(self._text)):
            cells = {name: self._typed(name, cell) for name, cell in record.items()}
            found.append(json.dumps(cells).encode())
        return Payloads(JSON, tuple(found), _predictions)

    def lines(self) -> Payloads:
        """One customer with a header, as CSV, for unchurn."""
        bodies = tuple(f"{self._head}\n{line}\n".encode() for line in self._lines)
        return Payloads(CSV, bodies, _column)

    def table(self) -> Payloads:
        """All customers as one CSV, for unchurn."""
        return Payloads(CSV, (self._text.encode(),), _column)

    def as_lists(self, write: Callable[[Sequence[object]], object], read: Read) -> Payloads:
        """One encoded row as JSON; `write` wraps a list of rows as a rival wants it."""
        return Payloads(JSON, tuple(json.dumps(write([r])).encode() for r in self.rows), read)

    def as_one_list(self, write: Callable[[Sequence[object]], object], read: Read) -> Payloads:
        """All encoded rows as one JSON document."""
        return Payloads(JSON, (json.dumps(write(self.rows)).encode(),), read)

    def as_lines(self, header: str, read: Read) -> Payloads:
        """One encoded row as CSV, below a header where there is one."""
        return Payloads(CSV, tuple((header + _line(row)).encode() for row in self.rows), read)

    def as_table(self, header: str, read: Read) -> Payloads:
        """All encoded rows as one CSV."""
        return Payloads(CSV, ((header + "".join(map(_line, self.rows))).encode(),), read)

    def _typed(self, name: str, cell: str) -> str | float | None:
        if name not in self._numbers:
            return cell
        try:
            return float(cell)
        except ValueError:
            return None


def predictions(answer: bytes) -> list[float]:
    """Read mlflow's answer."""
    return list(json.loads(answer)["predictions"])


def numbers(answer: bytes) -> list[float]:
    """Read an answer of one number a line."""
    return [float(line) for line in answer.split()]


def _predictions(answer: bytes) -> list[float]:
    return [each["probability"] for each in json.loads(answer)["predictions"]]


def _column(answer: bytes) -> list[float]:
    return [float(row["probability"]) for row in csv.DictReader(io.StringIO(answer.decode()))]


def _plain(cell: np.float32) -> float | None:
    """Write the shortest number that is this float32: what a client would send."""
    return None if np.isnan(cell) else float(str(cell))


def _line(row: Sequence[float | None]) -> str:
    return ",".join("" if cell is None else str(cell) for cell in row) + "\n"
