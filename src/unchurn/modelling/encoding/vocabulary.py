"""Which kept value of a category a text is: exactly, else in another spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.modelling.encoding.folding import folded

Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


class Found(NamedTuple):
    """Where texts stand among the values, -1 where they do not.

    `otherwise`: those that are written in another way than the value; None where none is.
    """

    places: Places
    otherwise: Mask | None


class Vocabulary:
    """Looks texts up among `values`; with `apart` None (old models) only as they are written.

    An exact spelling wins. Another is a value's if that value alone has its folded form, and
    training did not keep spellings of the form `apart`. A form is made only of what was not found.
    """

    def __init__(self, values: Sequence[str], apart: Sequence[str] | None) -> None:
        self._values = pa.array(values, pa.string())
        self._forms, self._owners = pa.array([], pa.string()), np.empty(0, np.int32)
        if apart is not None:
            forms = folded(self._values).to_pylist()
            shared = {*apart, *(form for form, times in Counter(forms).items() if times > 1)}
            owners = [(form, place) for place, form in enumerate(forms) if form not in shared]
            self._forms = pa.array([form for form, _ in owners], pa.string())
            self._owners = np.array([place for _, place in owners], np.int32)

    def find(self, texts: pa.Array) -> Found:
        """Look texts up; blanks are not found."""
        exact = pc.index_in(texts, value_set=self._values, skip_nulls=True)
        # at once: nothing is lost in most batches
        lost = exact.null_count - texts.null_count
        places: Places = pc.fill_null(exact, -1).to_numpy(zero_copy_only=False)
        if not lost or not len(self._forms):
            return Found(places, None)
        at = np.flatnonzero((places < 0) & texts.is_valid().to_numpy(zero_copy_only=False))
        alike = self._alike(texts.take(pa.array(at)))
        read = alike >= 0
        if not read.any():
            return Found(places, None)
        places = places.copy()
        places[at] = alike
        otherwise = np.zeros(len(places), np.bool_)
        otherwise[at[read]] = True
        return Found(places, otherwise)

    def _alike(self, texts: pa.Array) -> Places:
        """Look up folded forms, each different text once."""
        whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        different = whole.dictionary_encode()
        held = pc.index_in(folded(different.dictionary), value_set=self._forms)
        if held.null_count == len(held):
            return np.full(len(texts), -1, np.int32)
        places = pc.fill_null(pa.array(self._owners).take(held), -1)
        found: Places = places.take(different.indices).to_numpy(zero_copy_only=False)
        return found
