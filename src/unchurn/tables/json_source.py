"""JSON Lines as record batches of text: one object a line, keys are columns."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables.decoding import utf8_pieces, whole_lines
from unchurn.tables.dialect import check_names
from unchurn.tables.scan import Scan, scan_text
from unchurn.tables.table import Reject, RowNumbers, batch_rows


@dataclass(frozen=True)
class JsonSource:
    """One JSON Lines file; `columns` are all the keys it holds, in order of first sight."""

    path: Path
    scan: Scan
    columns: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    flexible: bool = field(default=True, init=False)

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Text, all of them: numbers exactly as spelled."""
        return (pa.string(),) * len(self.columns)

    def sha256(self) -> str:
        """Hash of the file's bytes, from the scan."""
        return self.scan.sha256

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, text cells); return how many rows were seen."""
        numbers: list[int] = []
        cells: list[list[str | None]] = [[] for _ in self.columns]
        place = dict(zip(self.columns, cells, strict=True))
        most = batch_rows(len(self.columns))
        row = 0
        for row, line in enumerate(_lines(self.scan), start=1):
            record = _read(line)
            if isinstance(record, str):
                reject(first - 1 + row, record, line.decode("utf-8", "replace"))
                continue
            for name, column in place.items():
                column.append(_text(record.get(name), name, line))
            numbers.append(first - 1 + row)
            if len(numbers) == most:
                yield _batch(numbers, cells, self.columns)
                numbers.clear()
                for column in cells:
                    column.clear()
        if numbers:
            yield _batch(numbers, cells, self.columns)
        return row


def open_json(path: Path, data: Data) -> JsonSource:
    """Collect a JSON Lines file's keys. Raises `DataError` where no line is an object."""
    scan = scan_text(path, data.encoding)
    keys: dict[str, None] = {}
    for number, line in enumerate(_lines(scan), start=1):
        record = _read(line)
        if isinstance(record, dict):
            keys.update(dict.fromkeys(record))
        elif number == 1 and line.lstrip().startswith(b"["):
            raise DataError(
                f"{path.name} begins with '[': it is a JSON list, not JSON Lines.",
                "Write one object a line, without the brackets around them and the commas between.",
            )
    if not keys:
        raise DataError(
            f"{path.name} holds no customer: no line of it is a JSON object with keys.",
            'Write one object a line: {"id": "A1", "tenure": 12, "churn": "yes"}.',
        )
    check_names(list(keys), path.name)
    return JsonSource(path, scan, tuple(keys))


def _lines(scan: Scan) -> Iterator[bytes]:
    for lines in whole_lines(utf8_pieces(scan)):
        for line in lines.split(b"\n"):
            if line.strip():
                yield line


def _read(line: bytes) -> dict[str, Any] | str:
    """Parse one line; return why not where it is not an object. Numbers stay as spelled."""
    try:
        record = json.loads(line, parse_float=_Spelled, parse_int=_Spelled, parse_constant=_Spelled)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    return record if isinstance(record, dict) else "not a JSON object"


class _Spelled(str):
    """A number as the file spells it."""

    __slots__ = ()


def _text(value: Any, name: str, line: bytes) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    # nested: parsed again, so that the numbers inside are written as numbers
    return json.dumps(json.loads(line)[name], ensure_ascii=False)


def _batch(
    numbers: list[int], cells: list[list[str | None]], columns: tuple[str, ...]
) -> tuple[RowNumbers, pa.RecordBatch]:
    arrays = [pa.array(column, pa.string()) for column in cells]
    return np.asarray(numbers, dtype=np.int64), pa.RecordBatch.from_arrays(
        arrays, names=list(columns)
    )
