"""Text → float64 under one decimal mark: plain numbers, groups of thousands, infinities.

Every rule looks at one cell only, so that a cell means the same whatever stands beside it.
What is written around a number (currencies, units) is understood in `measures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.cells import STORED, STORED_MARK, with_point

Decimal = Literal[".", ","]
Mask = npt.NDArray[np.bool_]
READABLE = 0.98
"""Share of the present cells that must read as numbers (dates) for a number (date) column."""

_EXPONENT = "(?:[eE][+-]?[0-9]{1,6})?"
_PLAIN = {
    ".": rf"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+){_EXPONENT}$",
    ",": rf"^[+-]?(?:[0-9]+,?[0-9]*|,[0-9]+){_EXPONENT}$",
}
_SPACES = "[ '\u2019\u00a0\u202f\u2009]"
# a group that begins with a zero is none: 0,061 has a decimal comma
_FIRST = "[1-9][0-9]{0,2}"
_INDIAN = "[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
_GROUPED = {
    ".": rf"^[+-]?(?:{_FIRST}(?:(?:,[0-9]{{3}})+|(?:{_SPACES}[0-9]{{3}})+)|{_INDIAN})(?:\.[0-9]*)?$",
    ",": rf"^[+-]?{_FIRST}(?:(?:\.[0-9]{{3}})+|(?:{_SPACES}[0-9]{{3}})+)(?:,[0-9]*)?$",
}
_INFINITE = "^(?i:[+-]?(?:inf|infinity|∞))$"
_COMMA_SHAPED = r"^[^.]*$|[0-9]{1,3}(?:\.[0-9]{3})+(?:,|[^0-9.]|$)"


@dataclass(frozen=True)
class Numbers:
    """What text cells say as numbers.

    `values`: float64, NaN where missing, unreadable or infinite; `readable`: written as a
    number, infinite ones included; `infinite`: inf, or beyond float64 (``1e400``).
    """

    values: npt.NDArray[np.float64]
    readable: Mask
    infinite: Mask


def read_bare(cells: pa.Array, decimal: Decimal) -> Numbers:
    """Read trimmed text cells (null = missing) that are a number and nothing else.

    Infinite ones are left as infinities in `values`: see `finished`.
    """
    values = np.full(len(cells), np.nan)
    readable = np.zeros(len(cells), dtype=np.bool_)
    text = cells if decimal == "." else _comma_shaped(cells)
    _fill(values, readable, text, decimal)
    if matches(cells, STORED_MARK).any():
        _fill_stored(values, readable, cells, matches(cells, STORED))
    return Numbers(values, readable, np.isinf(values))


def read_plain(cells: pa.Array) -> Numbers | None:
    """Read cells that are all plainly numbers with a decimal point; None where any is not.

    The quick way for most columns: no blank, no padding, nothing but what a parser takes.
    """
    parsed = _cast(cells)
    if parsed is None or np.isnan(parsed).any():
        return None
    known = _bool(cells.is_valid())
    values = np.full(len(cells), np.nan)
    values[known] = parsed
    return finished(values, known)


def with_comma(cells: pa.Array, plain: Numbers) -> Numbers:
    """Read cells that `read_plain` could read under a decimal comma instead, from its values.

    A whole number is itself, ``1.234`` is 1234, and ``1.5`` is no number.
    """
    point = pc.find_substring(cells, ".").to_numpy(zero_copy_only=False)
    if (point < 0).all():
        return plain
    length = pc.binary_length(cells).to_numpy(zero_copy_only=False)
    grouped = (point >= 1) & (point <= 4) & (length - point == 4)
    where = np.flatnonzero(grouped)
    if len(where):
        grouped[where] = matches(cells.take(pa.array(where)), _GROUPED[","])
    # a value that is not grouped may be too large to be multiplied
    thousands = np.multiply(plain.values, 1000, where=grouped, out=plain.values.copy())
    values = np.where(grouped, np.rint(thousands), plain.values)
    readable = grouped | (point < 0)
    return Numbers(np.where(readable, values, np.nan), readable, plain.infinite & readable)


def _comma_shaped(cells: pa.Array) -> pa.Array:
    """Blank out cells whose point cannot separate thousands: a cheap first look."""
    shaped = pc.match_substring_regex(cells, _COMMA_SHAPED)
    return pc.if_else(shaped, cells, pa.scalar(None, pa.string()))


def _fill(
    values: npt.NDArray[np.float64], readable: Mask, cells: pa.Array, decimal: Decimal
) -> None:
    """Read what is written plainly, in groups of thousands, or as infinity; mark it readable."""
    for pattern, grouped in ((_PLAIN[decimal], False), (_GROUPED[decimal], True)):
        found = matches(cells, pattern)
        if found.any():
            text = _normal(cells.filter(pa.array(found)), decimal, grouped)
            values[found] = parse(text)
            readable |= found
    endless = matches(cells, _INFINITE)
    values[endless] = np.inf
    readable |= endless


def _fill_stored(
    values: npt.NDArray[np.float64], readable: Mask, cells: pa.Array, stored: Mask
) -> None:
    """Read what its format stores as numbers, which no mark of text means."""
    found = read_bare(with_point(cells.filter(pa.array(stored))), ".")
    values[stored], readable[stored] = found.values, found.readable


def _normal(text: pa.Array, decimal: Decimal, grouped: bool) -> pa.Array:
    if grouped:
        thousands = "," if decimal == "." else "."
        text = pc.replace_substring_regex(text, f"{_SPACES}|\\{thousands}", "")
    return pc.replace_substring(text, ",", ".") if decimal == "," else text


def parse(text: pa.Array) -> npt.NDArray[np.float64]:
    """Parse text that is a number with a decimal point, or beyond float64."""
    fast = _cast(text)
    # some versions refuse numbers beyond float64 instead of calling them infinite
    return fast if fast is not None else np.array([float(each) for each in text.to_pylist()])


def _cast(cells: pa.Array) -> npt.NDArray[np.float64] | None:
    """Parse the non-null cells, or None where any is not plainly a number."""
    try:
        values = pc.cast(cells.drop_null(), pa.float64())
    except pa.ArrowInvalid:
        spelled = with_point(cells)
        if spelled is cells or pc.any(pc.match_substring(spelled, STORED_MARK)).as_py():
            return None
        return _cast(spelled)
    found: npt.NDArray[np.float64] = values.to_numpy(zero_copy_only=False)
    return found


def finished(values: npt.NDArray[np.float64], readable: Mask) -> Numbers:
    """Part infinities from numbers: they have no value."""
    infinite = np.isinf(values)
    clean = np.where(infinite, np.nan, values) + 0.0  # adding zero turns -0.0 into 0.0
    return Numbers(clean, readable, infinite)


def matches(cells: pa.Array, pattern: str) -> Mask:
    """Tell which cells match; null ones do not."""
    return _bool(pc.fill_null(pc.match_substring_regex(cells, pattern), False))


def _bool(mask: pa.Array) -> Mask:
    found: Mask = mask.to_numpy(zero_copy_only=False)
    return found
