"""Amounts of money by customer, from text: one decimal mark for the column, or a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import CustomersError, DataError, counted, listing
from unchurn.tables.cells import missing_spellings
from unchurn.tables.decimal_mark import ASKED, Marks, decide_marks
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import Decimal, read_bare

_MOST = 1e15


def read_amounts(
    names: Sequence[str], cells: Sequence[pa.Array], header: str, path: str, delimiter: str
) -> tuple[dict[str, float], int]:
    """Return amounts by customer, and of how many rows there is one; `cells` are trimmed text.

    A blank says nothing. The decimal mark is decided as a table's is; `delimiter` is the file's, empty
    where it is no CSV. Raises `DataError` for a cell that is no amount, for a decimal mark that
    cannot be told, and for a customer with two amounts.
    """
    text = pa.chunked_array(cells, pa.string()).combine_chunks()
    blank = np.asarray(pc.fill_null(pc.equal(text, ""), True).to_numpy(zero_copy_only=False))
    values = _values(text, blank, header, path, delimiter)
    found: dict[str, float] = {}
    told = 0
    for name, value, nothing in zip(names, values.tolist(), blank.tolist(), strict=True):
        if nothing or not name:
            continue
        if found.setdefault(name, value) != value:
            raise CustomersError(
                f"{path} gives {name!r} two amounts of {header!r}: {found[name]:g} and {value:g}.",
                "Leave one row a customer: what they brought in until the campaign's end, in all.",
                f"The file gives a customer two amounts of {header!r}.",
            )
        told += 1
    return found, told


def _values(
    text: pa.Array, blank: npt.NDArray[np.bool_], header: str, path: str, delimiter: str
) -> npt.NDArray[np.float64]:
    evidence = Evidence(missing_spellings())
    evidence.add(text.filter(pa.array(~blank)))
    mark = decide_marks({header: evidence}, delimiter, Marks())[header]
    if evidence.marks.either and mark.why in ASKED:
        example = pa.array([evidence.marks.example])
        marks: tuple[Decimal, ...] = (".", ",")
        ways = (read_bare(example, each).values[0] for each in marks)
        raise DataError(
            f"{header!r} in {path} can be read in two ways: {evidence.marks.example!r} is "
            "{:g} or {:g}.".format(*ways),
            "Write amounts with decimals, 1234.50, or without marks of thousands.",
        )
    found = read_bare(text, mark.decimal)
    wrong = np.flatnonzero(~blank & (~found.readable | ~(abs(found.values) < _MOST)))
    if len(wrong):
        shown = listing(text.take(pa.array(wrong[:3])).to_pylist(), 3)
        raise DataError(
            f"{counted(len(wrong), 'cell')} of {header!r} in {path} ({shown}) cannot be read as an amount.",
            "Write plain numbers, 1234.50, without a currency, and leave blank what is not known.",
        )
    return found.values
