"""Customers as files of JSON Lines, each small enough for one request."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from unchurn.errors import DataError
from unchurn.tables.text_rows import json_rows

MOST_BYTES = 5_000_000
"""Bytes of a file: below the 6 MB that a request may have, so that a file can be one request."""


def write_lines(batches: Iterable[pa.RecordBatch], folder: Path) -> int:
    """Write rows in order into part-00000.jsonl and so on; return the number of files.

    Raises `DataError` for a row that alone is longer than a file may be.
    """
    held: list[bytes] = []
    size = written = 0
    for batch in batches:
        for line in json_rows(batch).splitlines(keepends=True):
            if len(line) > MOST_BYTES:
                raise DataError(
                    f"A customer's row takes {len(line):,} bytes; at most {MOST_BYTES:,} can be sent.",
                    "Shorten its text columns.",
                )
            if size + len(line) > MOST_BYTES:
                _write(held, folder, written)
                held, size, written = [], 0, written + 1
            held.append(line)
            size += len(line)
    if held:
        _write(held, folder, written)
        written += 1
    return written


def _write(lines: list[bytes], folder: Path, number: int) -> None:
    (folder / f"part-{number:05}.jsonl").write_bytes(b"".join(lines))
