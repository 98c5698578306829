"""One 64-bit number for the contents of every row: equal rows, equal numbers, on any machine.

Numbers and dates are mixed by their 64 bits (splitmix64, Steele, Lea and Flood 2014), text by
the first 8 bytes of its md5, taken once a distinct value. -0.0 counts as 0.0, missing as a
value of its own. Column names enter the mix, column order does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]
_MISSING = np.uint64(0x9E3779B97F4A7C15)


def row_hashes(table: pa.Table, columns: Sequence[str]) -> Hashes:
    """Hash the named columns of every row: uint64 (rows,)."""
    total = np.zeros(table.num_rows, dtype=np.uint64)
    for name in sorted(columns):
        salt = _text_digests([name])
        total = _mixed(total ^ _mixed(_cell_hashes(table[name]) ^ salt))
    return total


def _cell_hashes(cells: pa.ChunkedArray) -> Hashes:
    kind = cells.type
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _text_hashes(cells)
    missing = np.asarray(pc.is_null(cells, nan_is_null=True).to_numpy(), dtype=bool)
    if pa.types.is_floating(kind):
        numbers = np.asarray(pc.fill_null(cells, 0.0).to_numpy(), dtype=np.float64)
        bits = (numbers + 0.0).view(np.uint64)
    else:
        whole = pc.fill_null(pc.cast(cells, pa.int64()), 0)
        bits = np.asarray(whole.to_numpy(), dtype=np.int64).view(np.uint64)
    return np.where(missing, _MISSING, bits)


def _text_hashes(cells: pa.ChunkedArray) -> Hashes:
    whole = cells.combine_chunks()
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    values = np.append(_text_digests(encoded.dictionary.to_pylist()), _MISSING)
    codes = pc.fill_null(pc.cast(encoded.indices, pa.int64()), -1)
    return values[np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64)]


def _text_digests(texts: Sequence[str]) -> Hashes:
    """First 8 bytes of each text's md5, little-endian."""
    md5 = hashlib.md5
    pieces = [md5(text.encode(), usedforsecurity=False).digest()[:8] for text in texts]
    return np.frombuffer(b"".join(pieces), dtype="<u8").astype(np.uint64)


def combined(first: Hashes, second: Hashes) -> Hashes:
    """Mix two hashes of every row into one; the order of the two matters."""
    return _mixed(_mixed(first) ^ second)


def _mixed(values: Hashes) -> Hashes:
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
