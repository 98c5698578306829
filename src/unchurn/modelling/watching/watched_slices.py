"""Slices of customers whose reach and calibration are watched: which ones, and what training had of them.

Columns are those that tell a protected trait, numbers that look like tenure, and the categories that
weigh most in the score. Numbers are cut at training's quartiles; of a category the commonest values count.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.modelling.columns.leakage import as_floats
from unchurn.modelling.encoding.encoded_column import Coded, EncodedColumn
from unchurn.modelling.judging.slices import bins, is_tenure
from unchurn.modelling.watching.baseline import rounded
from unchurn.modelling.watching.expected import CELLS, in_cells
from unchurn.modelling.watching.sketch import Read

REACHED = 0.2
"""Riskiest share of a month's customers whom attention reaches, whatever the level of their scores."""
COLUMNS, VALUES = 10, 8
_TENURES, _LONGEST = 2, 60
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Slicing:
    """How a column's customers are told apart: `names` of the slices, and their `bounds`.

    `bounds` are codes of a category's values, or the upper ends of numbers, ascending: what lies beyond
    the last is in the last.
    """

    part: EncodedColumn
    names: tuple[str, ...]
    bounds: tuple[float, ...]

    @classmethod
    def of(cls, part: EncodedColumn, cells: pa.Array) -> Self:
        """Cut a column's training cells."""
        if not part.is_category:
            numbers = as_floats(pa.chunked_array([cells]))
            names, ends = bins(numbers[np.isfinite(numbers)])
            return cls(part, tuple(names), tuple(map(float, ends)))
        codes, absent, _ = part.coded(cells)
        rows = np.bincount(codes[~absent], minlength=len(part.values) + 1)
        rows[0] = 0
        most = [int(code) for code in np.argsort(-rows, kind="stable")[:VALUES] if rows[code]]
        return cls(part, tuple(part.values[code - 1][:_LONGEST] for code in most), tuple(most))

    def places(self, cells: pa.Array) -> I64:
        """Return each customer's slice, (n,); the number of slices where somebody is in none."""
        category = self.part.is_category
        return self.placed(
            self.part.coded(cells) if category else as_floats(pa.chunked_array([cells]))
        )

    def placed(self, read: Read) -> I64:
        """Return the same of cells that were read already."""
        nowhere = len(self.names)
        if not isinstance(read, Coded):
            found = np.minimum(np.searchsorted(self.bounds, read), nowhere - 1)
            return np.where(np.isfinite(read), found, nowhere)
        codes, absent, _ = read
        by_code = np.full(len(self.part.values) + 1, nowhere)
        by_code[np.asarray(self.bounds, np.int64)] = np.arange(nowhere)
        return np.where(absent, nowhere, by_code[codes])


@dataclass
class SliceSketch:
    """Customers of a column's slices by cell of their log odds: one pass, flat, mergeable.

    `counts` (slices + 1, CELLS): the last row is of customers who are in none.
    """

    slices: int
    counts: I64 = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.zeros((self.slices + 1, CELLS), np.int64)

    def add(self, places: I64, cells: I64) -> None:
        """Take in customers: their slices and the cells of their log odds, both (n,)."""
        found = np.bincount(places * CELLS + cells, minlength=self.counts.size)
        self.counts += found.reshape(self.counts.shape)

    def merge(self, other: SliceSketch) -> None:
        """Take in what another part of the table has counted."""
        self.counts += other.counts

    @property
    def rows(self) -> I64:
        """Customers of each slice, (slices,)."""
        return np.asarray(self.counts[:-1].sum(axis=1))

    def reached(self) -> F64:
        """Return how many of each slice are among the riskiest `REACHED` of all, (slices,).

        The cell at the cut counts in part, as customers who score alike are in it.
        """
        rows = self.counts.sum(axis=0)[::-1]
        depth = np.cumsum(rows)
        inside = (REACHED * depth[-1] - (depth - rows)) / np.maximum(rows, 1)
        return np.asarray(self.counts[:-1, ::-1] @ np.clip(inside, 0.0, 1.0))


def slice_baseline(
    part: EncodedColumn, cells: pa.Array, labels: Labels, probabilities: F64
) -> list[dict[str, Any]]:
    """Return what training had of a column's slices; empty where there is but one.

    `cells`, `labels` and out-of-fold `probabilities` are (rows,). Keys: column, names and bounds of the `Slicing`, and a
    number for each slice: rows, left, expected (the sum of probabilities), reached, and reached_stayed,
    the same among those who stayed alone.
    """
    slicing = Slicing.of(part, cells)
    if len(slicing.names) < 2:
        return []
    counted = _counted(slicing.places(cells), len(slicing.names), labels, probabilities)
    plain = {"names": list(slicing.names), "bounds": list(slicing.bounds)}
    return [{"column": part.name, **plain, **counted}]


def slicings(
    plain: Sequence[Mapping[str, Any]], parts: Mapping[str, EncodedColumn]
) -> list[Slicing]:
    """Read back how customers are told apart from what `slice_baseline` returned of each column."""
    return [
        Slicing(parts[each["column"]], tuple(each["names"]), tuple(each["bounds"]))
        for each in plain
    ]


def sliced_columns(
    parts: Sequence[EncodedColumn], weights: Mapping[str, float], protected: Container[str]
) -> list[EncodedColumn]:
    """Choose the columns: protected traits, then tenures, then categories, by their weight in the score."""
    ranked = sorted(parts, key=lambda part: (-weights.get(part.name, 0.0), part.name))
    traits = [part for part in ranked if part.name in protected and part.kind != "date"]
    others = [part for part in ranked if part not in traits]
    tenures = [part for part in others if part.kind == "number" and is_tenure(part.name)]
    groups = [part for part in others if part.is_category]
    return [*traits, *tenures[:_TENURES], *groups][:COLUMNS]


def _counted(places: I64, slices: int, labels: Labels, probabilities: F64) -> dict[str, Any]:
    everybody, stayers = SliceSketch(slices), SliceSketch(slices)
    cells, stayed = in_cells(probabilities)[2], labels == 0
    everybody.add(places, cells)
    stayers.add(places[stayed], cells[stayed])
    left = everybody.rows - stayers.rows
    expected = np.bincount(places, probabilities, slices + 1)[:slices]
    return {
        "rows": everybody.rows.tolist(),
        "left": left.tolist(),
        "expected": _rounded(expected),
        "reached": _rounded(everybody.reached()),
        "reached_stayed": _rounded(stayers.reached()),
    }


def _rounded(values: F64) -> list[float]:
    return [rounded(float(each)) for each in values]
