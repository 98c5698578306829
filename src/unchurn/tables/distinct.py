"""How many different cells a column has, and how often each occurs, up to a limit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.cells import with_point

LIMIT = 100_000
"""Beyond this many different cells only their number's being beyond it is known."""
_SHOWN = 5


class Distinct:
    """Distinct cells of one column with their rows; forgets them beyond `limit`."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self.beyond = False
        self._values: list[pa.Array] = []
        self._counts: list[npt.NDArray[np.int64]] = []
        self._waiting = 0
        self._known = 0
        self._examples: list[str] = []
        self.least: str | None = None
        self.most: str | None = None

    def add(self, values: pa.Array, counts: npt.NDArray[np.int64]) -> None:
        """Take in distinct cells, all of one type, and how often each occurs."""
        if not len(values):
            return
        self._note_text(values)
        if self.beyond:
            return
        self._values.append(values)
        self._counts.append(counts)
        self._waiting += len(values)
        if self._waiting > self._limit + self._known:
            self._settle()

    def merge(self, other: Distinct) -> None:
        """Take in another part of the column, whose cells come after these."""
        told = [each for each in (other.least, self.least) if each is not None]
        self.least = min(told, default=None)
        told = [each for each in (other.most, self.most) if each is not None]
        self.most = max(told, default=None)
        self._examples = sorted({*self._examples, *other._examples})[:_SHOWN]
        values, counts = other.items()
        if self.beyond or other.beyond:
            self.beyond, self._values, self._counts = True, [], []
        elif len(values):
            self._values.append(values)
            self._counts.append(counts)
            self._waiting += len(values)
            self._settle()

    def items(self) -> tuple[pa.Array, npt.NDArray[np.int64]]:
        """Return (cells, rows of each); both empty beyond the limit."""
        self._settle()
        if not self._values:
            return pa.array([], pa.string()), np.zeros(0, dtype=np.int64)
        return self._values[0], self._counts[0]

    @property
    def examples(self) -> tuple[str, ...]:
        """The first few text cells in code-point order; empty for native numbers."""
        return tuple(self._examples)

    def __getstate__(self) -> dict[str, object]:
        """Travel with each different cell once."""
        self._settle()
        return self.__dict__

    def _settle(self) -> None:
        if self.beyond or not self._waiting:
            return
        encoded = pa.concat_arrays(self._values).dictionary_encode()
        weights = np.concatenate(self._counts)
        # float sums of whole numbers are exact below 2^53 rows
        summed = np.bincount(encoded.indices.to_numpy(), weights=weights)
        self._values, self._counts = [encoded.dictionary], [summed.astype(np.int64)]
        self._known = len(encoded.dictionary)
        self._waiting = 0
        if self._known > self._limit:
            self.beyond = True
            self._values, self._counts = [], []

    def _note_text(self, values: pa.Array) -> None:
        if not pa.types.is_string(values.type):
            return
        values = with_point(values)
        ends = pc.min_max(values)
        low, high = ends["min"].as_py(), ends["max"].as_py()
        self.least = low if self.least is None else min(self.least, low)
        self.most = high if self.most is None else max(self.most, high)
        if len(self._examples) == _SHOWN and low > self._examples[-1]:
            return
        first = values.take(pc.select_k_unstable(values, _SHOWN, [("", "ascending")]))
        self._examples = sorted({*self._examples, *first.to_pylist()})[:_SHOWN]
