"""One column of the encoder: what was learnt from training rows, and how cells become numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts.schema import Column, Kind
from unchurn.errors import DataError
from unchurn.modelling.encoding.folding import counted, group
from unchurn.modelling.encoding.vocabulary import Mask, Places, Vocabulary

RARE = "(rare)"
_DAY = 86_400_000_000
"""Microseconds in a day."""
LARGEST = 1e37
"""Numbers beyond it are cut off here: float32 ends at 3.4e38 and XGBoost adds to the largest."""


class Coded(NamedTuple):
    """A category's cells as codes; which are blank, and which in another spelling (None: none)."""

    codes: Places
    absent: Mask
    otherwise: Mask | None


@dataclass(frozen=True)
class EncodedColumn:
    """What a feature column becomes.

    `values`: kept category values in code-point order; the code of a value is its place + 1.
    `median`: training median of a number, or of a date in days since 1970; None when every
    training cell was missing, and for categories. `typical`: what a person calls usual.
    `blanks`: training cells that were missing; where they are too few to learn from (`filled`),
    a blank is read as the typical value: trees would take it for the largest number, or for the
    one risky category. `apart`: folded spellings that several kept values share, so that only
    exact ones match. Both are None for models of versions that did not look.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    median: float | None = None
    typical: float | str | None = None
    blanks: int | None = None
    filled: bool = False
    apart: tuple[str, ...] | None = None

    @property
    def is_category(self) -> bool:
        """Whether cells become codes."""
        return self.kind in ("category", "text")

    @cached_property
    def stand_in(self) -> float:
        """What a blank is read as where it is `filled`: the typical value, as a person sees it."""
        if self.is_category:
            return float(self.values.index(self.typical) + 1 if self.typical in self.values else 0)
        median = self.median or 0.0
        return float(np.floor(median)) if self.kind == "date" else median

    def fill(
        self, out: npt.NDArray[np.float32], cells: pa.Array, missing: str, categories: str
    ) -> None:
        """Write the encoded `cells` into `out` (rows, 1) or, one-hot, (rows, values + …)."""
        if not self.is_category:
            numbers = _numbers(cells, self)
            if self.filled:
                numbers[np.isnan(numbers)] = self.stand_in
            elif missing == "impute":
                numbers[np.isnan(numbers)] = 0.0 if self.median is None else self.median
            out[:, 0] = numbers
            return
        codes, absent, _ = self.coded(cells)
        if self.filled:
            codes[absent] = self.stand_in
            absent = np.zeros_like(absent)
        elif missing == "impute":
            codes[absent] = len(self.values) + 1
        if categories == "one-hot":
            out[...] = codes[:, None] == np.arange(out.shape[1], dtype=np.int32)
        else:
            out[:, 0] = codes
        if missing == "native":
            out[absent] = np.nan

    def coded(self, cells: pa.Array) -> Coded:
        """Turn a category's cells into codes; those of blanks mean nothing."""
        if isinstance(cells, pa.DictionaryArray) and len(cells.dictionary) <= len(cells):
            # Few values stand for many cells: look each of them up once.
            found = self._vocabulary.find(_text(cells.dictionary, self))
            # where the index is null, so is the cell
            at = pc.fill_null(cells.indices, 0).to_numpy(zero_copy_only=False)
            places = found.places[at] if len(found.places) else np.full(len(at), -1, np.int32)
            otherwise = None if found.otherwise is None else found.otherwise[at]
        else:
            places, otherwise = self._vocabulary.find(_text(cells, self))
        absent = pc.is_null(cells).to_numpy(zero_copy_only=False)
        if otherwise is not None:
            otherwise &= ~absent
        return Coded(places + np.int32(1), absent, otherwise)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.values, self.apart)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data."""
        apart = None if self.apart is None else list(self.apart)
        return {**asdict(self), "values": list(self.values), "apart": apart}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made, by this version or an earlier one."""
        apart = plain.get("apart")
        known = {"values": tuple(plain["values"]), "apart": None if apart is None else tuple(apart)}
        return cls(**{**plain, **known})


def fit_column(cells: pa.ChunkedArray, column: Column, needed: int, most: int) -> EncodedColumn:
    """Learn one column: at most `most` values, each held by at least `needed` rows.

    Spellings of one value are written one way already (`folding.Spellings`).
    Blanks are a value like others: fewer than `needed` of them are read as the typical one.
    """
    empty = EncodedColumn(column.name, column.kind, blanks=len(cells), apart=())
    if empty.is_category:
        return _fit_category(cells, empty, needed, most)
    numbers = _numbers(cells, empty)
    numbers = numbers[~np.isnan(numbers)]
    if not len(numbers):
        return empty
    median = float(np.median(numbers))
    typical = median if column.kind == "number" else _iso(median)
    blanks = len(cells) - len(numbers)
    return replace(empty, median=median, typical=typical, blanks=blanks, filled=blanks < needed)


def _fit_category(
    cells: pa.ChunkedArray, empty: EncodedColumn, needed: int, most: int
) -> EncodedColumn:
    pairs = counted(cells)
    if not pairs:
        return empty
    kept = sorted(value for value, rows in pairs[:most] if rows >= needed)
    blanks = len(cells) - sum(rows for _, rows in pairs)
    return replace(
        empty,
        values=tuple(kept),
        typical=pairs[0][0],
        blanks=blanks,
        filled=blanks < needed,
        apart=group([value for value, _ in pairs], [rows for _, rows in pairs]).apart,
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
    return np.clip(made, -LARGEST, LARGEST)


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
