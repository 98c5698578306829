"""Records without quotes to be looked into: Arrow splits them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import csv

from unchurn.errors import DataError


def split(text: bytes, mark: bytes, width: int) -> tuple[pa.Table, list[int]]:
    """Let Arrow split plain records; return them, and which (from 0) are of another width."""
    names = [str(number) for number in range(width)]
    ragged: list[int] = []

    def invalid(row: Any) -> str:
        ragged.append(row.number - 1)
        return "skip"

    read = csv.ReadOptions(
        column_names=names,
        block_size=len(text) + 1,
        use_threads=False,  # no faster with them, and ragged rows would have no number
    )
    parse = csv.ParseOptions(
        delimiter=mark.decode(), newlines_in_values=b'"' in text, invalid_row_handler=invalid
    )
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    if not text or (text.isspace() and not text.strip(b"\r\n")):
        return pa.table({name: pa.array([], pa.string()) for name in names}), ragged
    # From memory, whole: a reader over a Python stream reads ahead in a thread of its own,
    # which calls back into an interpreter that may be unwinding an error.
    pa.enable_signal_handlers(False)  # Arrow would take Ctrl-C for itself, and may lose it
    try:
        return csv.read_csv(pa.py_buffer(text), read, parse, convert), ragged
    except pa.ArrowInvalid as error:
        raise DataError(
            f"The text cannot be split into cells: {error}.",
            "Check the delimiter and the quoting.",
        ) from error
