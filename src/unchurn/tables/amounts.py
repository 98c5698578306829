"""Amounts of money by customer, from text: one decimal mark for the column, or a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import DataError, counted, listing
from unchurn.tables.numbers import read_bare

_MOST = 1e15


def read_amounts(
    names: Sequence[str], cells: Sequence[pa.Array], header: str, path: str
) -> tuple[dict[str, float], int]:
    """Return amounts by customer, and of how many rows there is one; `cells` are trimmed text.

    A blank says nothing. Raises `DataError` for a cell that is no amount, for a decimal mark that
    cannot be told, and for a customer with two amounts.
    """
    text = pa.chunked_array(cells, pa.string()).combine_chunks()
    blank = np.asarray(pc.fill_null(pc.equal(text, ""), True).to_numpy(zero_copy_only=False))
    values = _values(text, blank, header, path)
    found: dict[str, float] = {}
    told = 0
    for name, value, nothing in zip(names, values.tolist(), blank.tolist(), strict=True):
        if nothing or not name:
            continue
        if found.setdefault(name, value) != value:
            raise DataError(
                f"{path} gives {name!r} two amounts of {header!r}: {found[name]:g} and {value:g}.",
                "Leave one row a customer: what they brought in until the campaign's end, in all.",
            )
        told += 1
    return found, told


def _values(
    text: pa.Array, blank: npt.NDArray[np.bool_], header: str, path: str
) -> npt.NDArray[np.float64]:
    point, comma = read_bare(text, "."), read_bare(text, ",")
    wrong = [~blank & (~each.readable | ~(abs(each.values) < _MOST)) for each in (point, comma)]
    if wrong[0].any() and wrong[1].any():
        places = np.flatnonzero(min(wrong, key=lambda each: int(each.sum())))
        shown = listing(text.take(pa.array(places[:3])).to_pylist(), 3)
        raise DataError(
            f"{counted(len(places), 'cell')} of {header!r} in {path} ({shown}) cannot be read as an amount.",
            "Write plain numbers, 1234.50, without a currency, and leave blank what is not known.",
        )
    if not wrong[0].any() and not wrong[1].any():
        apart = np.flatnonzero(~blank & (point.values != comma.values))
        if len(apart):
            raise DataError(
                f"{header!r} in {path} can be read in two ways: {text[int(apart[0])].as_py()!r} is "
                f"{point.values[apart[0]]:g} or {comma.values[apart[0]]:g}.",
                "Write amounts with decimals, 1234.50, or without marks of thousands.",
            )
    return comma.values if wrong[0].any() else point.values
