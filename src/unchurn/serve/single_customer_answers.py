"""The short way through a request: one customer in a short body, answered without a thread."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import msgspec

from unchurn.errors import UnchurnError
from unchurn.serve.answers import ending, header, short_notes
from unchurn.serve.csv_payloads import SHORT, Headers, is_plain
from unchurn.serve.json_payloads import read_json, read_record
from unchurn.serve.json_records import is_cell
from unchurn.serve.payloads import Cell
from unchurn.serve.refusals import Faults
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer import Quick
from unchurn.tables.arrivals import Plan
from unchurn.tables.line_marks import has_marks
from unchurn.tables.placed import BY_PLACE

_ENCODER = msgspec.json.Encoder()
_SAFE = re.compile(r"[A-Za-z0-9+_.:-][A-Za-z0-9+_.: -]*")
"""Ids that CSV holds as they are."""
_MOST_KEPT = 256


class QuickAnswers:
    """Answers what is ordinary; `answer` is None for all that the long way must look at."""

    def __init__(self, scoring: Scoring) -> None:
        self._text, self._typed = Quick(scoring, text=True), Quick(scoring, text=False)
        self._typing = scoring.typing
        self._scorer = scoring.scorer
        self._names: dict[tuple[str, bool | None], tuple[str, ...]] = {}

    def answer(self, asked: Asked, body: bytes) -> tuple[bytes, bytes] | None:
        """Return the answer and its notes for a header, or None."""
        if len(body) > SHORT or asked.reasons not in ("", "none") or asked.lenient:
            return None
        try:
            if asked.sent == "csv":
                record, placed = self._csv_record(body, asked.header)
                found = self._text.answer(record) if record else None
                if found and placed:
                    row, plan = found
                    found = row, replace(plan, findings=(*plan.findings, BY_PLACE))
            else:
                typed = _json_record(body) if asked.sent != "parquet" else None
                found = self._typed.answer(typed) if typed else None
            return self._written(*found, asked) if found else None
        except (UnchurnError, UnicodeDecodeError):
            # the long way finds the same fault, and words for it
            return None

    def _csv_record(self, body: bytes, header: bool | None) -> tuple[dict[str, Cell] | None, bool]:
        """Read one customer, and tell whether it came without a header."""
        text = body.decode()
        if not is_plain(text, self._typing.escape) or "\0" in text or has_marks(body):
            return None, False
        lines = [line for line in text.replace("\r\n", "\n").split("\n") if line]
        if not 0 < len(lines) <= 2:
            return None, False
        names = self._names.get((lines[0], header)) if len(lines) == 2 else None
        if names is None:
            first = lines[0].split(",")
            typing = self._typing
            way = Headers(header, typing.is_header, typing.layout, typing.escape)
            names, has = way.named(first)
            if has != (len(lines) == 2):
                return None, False
            if has:
                self._keep((lines[0], header), names)
        cells = lines[-1].split(",")
        if len(cells) != len(names):
            return None, False
        return dict(zip(names, cells, strict=True)), len(lines) == 1

    def _keep(self, line: tuple[str, bool | None], names: tuple[str, ...]) -> None:
        if len(self._names) >= _MOST_KEPT:
            self._names.clear()
        self._names[line] = names

    def _written(self, row: dict[str, Any], plan: Plan, asked: Asked) -> tuple[bytes, bytes] | None:
        if asked.wanted == "json":
            del row["model_version"]
            end = ending(self._scorer, plan.findings)
            return b'{"predictions":[' + _ENCODER.encode(row) + b"]," + end + b"}", b""
        notes = short_notes(plan.findings) if plan.findings else b""
        if asked.wanted == "jsonlines":
            return _ENCODER.encode(row) + b"\n", notes
        key = next(iter(row.values()))
        if isinstance(key, str) and not _SAFE.fullmatch(key):
            return None
        cells = ("" if cell is None else str(cell) for cell in row.values())
        return header(tuple(row)) + ",".join(cells).encode() + b"\r\n", notes


def _json_record(body: bytes) -> dict[str, Cell] | None:
    record = read_record(body)
    if record is not None:
        return record
    sent = read_json(body, Faults())
    if len(sent.numbers) != 1 or sent.lacking:
        return None
    record = {name: cells[0] for name, cells in sent.columns.items()}
    return record if all(map(is_cell, record.values())) else None
