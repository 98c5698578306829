"""What a batch transform answered, read back and held against the customers that were sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from unchurn.artefacts import ROW, sha256_of
from unchurn.errors import ArtefactError, listing

_RECORD = msgspec.json.Decoder(dict[str, str | int | float | None])
AGAIN = "Run the scoring again; nothing was published."


@dataclass(frozen=True)
class Answers:
    """A folder of ``*.out`` files of JSON Lines, one beside each file that was sent."""

    folder: Path

    @property
    def files(self) -> list[Path]:
        """The files, in the order in which customers were sent."""
        return sorted(self.folder.rglob("*.out"))

    def fingerprint(self) -> list[str]:
        """Identify the answers."""
        return [sha256_of(path) for path in self.files]

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield one batch a file: `ROW`, then `schema`, by row number.

        Raises `ArtefactError` naming the file and line that is not an answer.
        """
        for path in self.files:
            rows = list(_records(path, [ROW, *schema.names]))
            rows.sort(key=lambda row: row[ROW])
            fields = [pa.field(ROW, pa.int64()), *schema]
            try:
                arrays = [_array([row[each.name] for row in rows], each.type) for each in fields]
            except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError) as error:
                raise ArtefactError(
                    f"{path.name} is not what was asked for: {error}.", AGAIN
                ) from error
            yield pa.record_batch(arrays, schema=pa.schema(fields))


def _records(path: Path, names: list[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _RECORD.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ArtefactError(
                f"{path.name}, line {number}, is not an answer: {error}.", AGAIN
            ) from error
        lacking = [name for name in names if name not in record]
        if lacking or not isinstance(record[ROW], int):
            raise ArtefactError(
                f"{path.name}, line {number}, lacks {listing(lacking or [ROW])}.", AGAIN
            )
        yield record


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_floating(kind):
        return pa.array([None if v is None else float(v) for v in values], kind)
    if pa.types.is_temporal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def reconcile(answered: np.ndarray, expected: np.ndarray) -> None:
    """Compare row numbers, each sorted. Raises `ArtefactError` saying which differ and how."""
    if np.array_equal(answered, expected):
        return
    values, counts = np.unique(answered, return_counts=True)
    faults = {
        "missing": np.setdiff1d(expected, values),
        "answered more than once": values[counts > 1],
        "answered but not sent": np.setdiff1d(values, expected),
    }
    words = [
        f"{len(rows):,} {what} ({listing(rows, 5)})" for what, rows in faults.items() if len(rows)
    ]
    raise ArtefactError(
        f"The answers are not those of the {len(expected):,} customers sent. Rows "
        f"{', '.join(words) or 'out of order'}.",
        AGAIN,
    )
