"""Rows to fit on, and what fits give, as plain bytes: a header in JSON, then the arrays as they lie in memory.

Results of fits are tuples of bytes, whole numbers, arrays and None. Nothing of it can be run when it is read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from unchurn.errors import ArtefactError
from unchurn.modelling.fitting.training_rows import Rows

Part = list[Any]
"""What a value is: its kind, then how many bytes, or an array's shape, or the number itself."""
_KINDS: dict[str, np.dtype[Any]] = {
    "floats": np.dtype("<f8"),
    "singles": np.dtype("<f4"),
    "small": np.dtype("i1"),
}
_LINE = 64
"""Bytes of which a header is a multiple, so that the first array behind it lies even."""


def encoded(results: Sequence[tuple[Any, ...]]) -> tuple[list[list[Part]], list[memoryview]]:
    """Return what each part of each result is, and the bytes of each, uncopied. Raises `TypeError`."""
    pairs = [[_part(value) for value in result] for result in results]
    raw = [raw for result in pairs for _, raw in result]
    return [[kind for kind, _ in result] for result in pairs], raw


def decoded(parts: list[list[Part]], body: bytes | memoryview) -> list[tuple[Any, ...]]:
    """Return the results that `encoded` was given; arrays but those of float64 lie in `body`, to be read alone.

    Raises `ValueError` where the bytes are fewer or more than the parts say.
    """
    sizes = [_size(part) for result in parts for part in result]
    if sum(sizes) != len(body):
        raise ValueError(f"{len(body):,} bytes in place of {sum(sizes):,}")
    rest = iter(_pieces(memoryview(body), sizes))
    return [tuple(_value(part, next(rest)) for part in result) for result in parts]


def packed(result: tuple[Any, ...]) -> list[bytes | memoryview]:
    """Return what a file of one result consists of, one piece after another. Raises `TypeError`."""
    (parts,), raw = encoded([result])
    header = json.dumps(parts).encode()
    return [header + b" " * (-(len(header) + 1) % _LINE) + b"\n", *raw]


def unpacked(content: bytes) -> tuple[Any, ...]:
    """Return what `packed` was given. Raises `ArtefactError` for a file that is not whole."""
    end = content.find(b"\n") + 1
    try:
        return decoded([json.loads(content[:end])], memoryview(content)[end:])[0]
    except (ValueError, KeyError) as error:
        raise ArtefactError(
            f"A file of a fit is damaged: {error}.", "Run the same command again."
        ) from error


def packed_rows(rows: Rows) -> list[bytes | memoryview]:
    """Return what a file of rows consists of: the matrix comes first, and is not copied."""
    arrays = (rows.matrix, rows.weights, rows.labels, rows.folds, rows.phases)
    return packed((*arrays, rows.columns))


def unpacked_rows(content: bytes) -> Rows:
    """Return the rows of `packed_rows`, to be read alone. Raises `ArtefactError`."""
    matrix, weights, labels, folds, phases, columns = unpacked(content)
    return Rows(matrix, labels, folds, phases, weights, columns)


def _part(value: Any) -> tuple[Part, memoryview]:
    if value is None:
        return ["none"], memoryview(b"")
    if isinstance(value, bytes):
        return ["bytes", len(value)], memoryview(value)
    if isinstance(value, np.ndarray):
        for kind, dtype in _KINDS.items():
            if value.dtype == dtype:
                plain = np.ascontiguousarray(value, dtype).reshape(-1)
                return [kind, *value.shape], memoryview(plain.view(np.uint8))
    if isinstance(value, int) and not isinstance(value, bool):
        return ["whole", int(value)], memoryview(b"")
    told = f" of {value.dtype}" if isinstance(value, np.ndarray) else ""
    raise TypeError(f"{type(value).__name__}{told} is no result that hosts exchange.")


def _size(part: Part) -> int:
    kind, *told = part
    each = _KINDS[kind].itemsize if kind in _KINDS else {"bytes": 1, "none": 0, "whole": 0}[kind]
    return math.prod(told) * each if each else 0


def _value(part: Part, raw: memoryview) -> Any:
    kind, *told = part
    if kind in _KINDS:
        found = np.frombuffer(raw, _KINDS[kind]).reshape(told)
        return found.astype(np.float64) if kind == "floats" else found
    return {"none": None, "bytes": bytes(raw), "whole": (told or [0])[0]}[kind]


def _pieces(body: memoryview, sizes: Sequence[int]) -> Iterator[memoryview]:
    place = 0
    for size in sizes:
        yield body[place : place + size]
        place += size
