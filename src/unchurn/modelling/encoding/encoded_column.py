"""One column of the encoder: what was learnt from training rows, and how cells become numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts.schema import Column, Kind
from unchurn.errors import DataError

RARE = "(rare)"
_DAY = 86_400_000_000
"""Microseconds in a day."""
_LARGEST = 1e37
"""Numbers beyond it are cut off here: float32 ends at 3.4e38 and XGBoost adds to the largest."""


@dataclass(frozen=True)
class EncodedColumn:
    """What a feature column becomes.

    `values`: kept category values in code-point order; the code of a value is its place + 1.
    `median`: training median of a number, or of a date in days since 1970; None when every
    training cell was missing, and for categories. `typical`: what a person calls usual.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    median: float | None = None
    typical: float | str | None = None

    @property
    def is_category(self) -> bool:
        """Whether cells become codes."""
        return self.kind in ("category", "text")

    def fill(
        self, out: npt.NDArray[np.float32], cells: pa.Array, missing: str, categories: str
    ) -> None:
        """Write the encoded `cells` into `out` (rows, 1) or, one-hot, (rows, values + …)."""
        if not self.is_category:
            numbers = _numbers(cells, self)
            if missing == "impute":
                numbers[np.isnan(numbers)] = 0.0 if self.median is None else self.median
            out[:, 0] = numbers
            return
        codes, absent = self._codes(cells)
        if missing == "impute":
            codes[absent] = len(self.values) + 1
        if categories == "one-hot":
            out[...] = codes[:, None] == np.arange(out.shape[1], dtype=np.int32)
        else:
            out[:, 0] = codes
        if missing == "native":
            out[absent] = np.nan

    def _codes(self, cells: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        known = pa.array(self.values, pa.string())
        if isinstance(cells, pa.DictionaryArray):
            # Few values stand for many cells: look each of them up once.
            found = pc.index_in(_text(cells.dictionary, self), value_set=known)
            found = pc.fill_null(found, -1).take(cells.indices)
        else:
            found = pc.index_in(_text(cells, self), value_set=known, skip_nulls=True)
        codes = pc.fill_null(found, -1).to_numpy(zero_copy_only=False) + np.int32(1)
        return codes, pc.is_null(cells).to_numpy(zero_copy_only=False)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data."""
        return {**asdict(self), "values": list(self.values)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        return cls(**{**plain, "values": tuple(plain["values"])})


def fit_column(cells: pa.ChunkedArray, column: Column, needed: int, most: int) -> EncodedColumn:
    """Learn one column: at most `most` values, each held by at least `needed` rows."""
    empty = EncodedColumn(column.name, column.kind)
    if not empty.is_category:
        numbers = _numbers(cells, empty)
        numbers = numbers[~np.isnan(numbers)]
        if not len(numbers):
            return empty
        median = float(np.median(numbers))
        typical = median if column.kind == "number" else _iso(median)
        return EncodedColumn(column.name, column.kind, (), median, typical)
    counts = pc.value_counts(pc.drop_null(pc.cast(cells, pa.string())))
    pairs = [(str(entry["values"]), int(entry["counts"])) for entry in counts.to_pylist()]
    pairs.sort(key=lambda pair: (-pair[1], pair[0]))
    kept = sorted(value for value, rows in pairs[:most] if rows >= needed)
    return EncodedColumn(
        column.name, column.kind, tuple(kept), None, pairs[0][0] if pairs else None
    )


def _numbers(cells: pa.Array, column: EncodedColumn) -> npt.NDArray[np.float64]:
    try:
        if column.kind == "date":
            whole = pc.cast(pc.cast(cells, pa.timestamp("us")), pa.int64())
            numbers = pc.cast(whole, pa.float64(), safe=False)
        else:
            numbers = pc.cast(cells, pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _unreadable(cells, column) from error
    made = np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    if column.kind == "date":
        made /= _DAY
    made[~np.isfinite(made)] = np.nan
    return np.clip(made, -_LARGEST, _LARGEST)


def _text(cells: pa.Array, column: EncodedColumn) -> pa.Array:
    try:
        return pc.cast(cells, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _unreadable(cells, column) from error


def _unreadable(cells: pa.Array, column: EncodedColumn) -> DataError:
    return DataError(
        f"Column {column.name!r} holds {cells.type} cells; the model reads it as a {column.kind}.",
        "Give the column the type it had in training.",
    )


def _iso(days: float) -> str:
    return str(np.datetime64(int(np.floor(days)), "D"))
