"""Text → float64: signs, decimal comma or point, thousands, currency, percent, infinities.

Every rule looks at one cell only, so that a cell means the same whatever stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Decimal = Literal[".", ","]
Mask = npt.NDArray[np.bool_]

_EXPONENT = "(?:[eE][+-]?[0-9]{1,6})?"
_PLAIN = {
    ".": rf"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+){_EXPONENT}$",
    ",": rf"^[+-]?(?:[0-9]+,?[0-9]*|,[0-9]+){_EXPONENT}$",
}
_SPACES = "[ '\u2019\u00a0\u202f\u2009]"
_GROUPED = {
    ".": rf"^[+-]?[0-9]{{1,3}}(?:(?:,[0-9]{{3}})+|(?:{_SPACES}[0-9]{{3}})+)(?:\.[0-9]*)?$",
    ",": rf"^[+-]?[0-9]{{1,3}}(?:(?:\.[0-9]{{3}})+|(?:{_SPACES}[0-9]{{3}})+)(?:,[0-9]*)?$",
}
_INFINITE = "^(?i:[+-]?(?:inf|infinity|∞))$"
_MONEY = "[$€£¥₹₽]|(?i:usd|eur|gbp|chf)"
_BEFORE = rf"^([+-]?)(?:{_MONEY})\s*([+-]?)"
_AFTER = rf"\s*(?:{_MONEY}|%)$"
_BRACKETS = rf"^\((?:{_MONEY})?\s*([0-9.,' ]+)\)$"
_POINT_OR_COMMA = "[.,]"
_COMMA_SHAPED = rf"^[^.]*$|[0-9]{{1,3}}(?:\.[0-9]{{3}})+(?:,|[^0-9.]|$)"


@dataclass(frozen=True)
class Numbers:
    """What text cells say as numbers.

    `values`: float64, NaN where missing, unreadable or infinite; `readable`: written as a
    number, infinite ones included; `infinite`: inf, or beyond float64 (``1e400``).
    """

    values: npt.NDArray[np.float64]
    readable: Mask
    infinite: Mask


def read_numbers(cells: pa.Array, decimal: Decimal) -> Numbers:
    """Read trimmed text cells (null = missing) under one decimal sign.

    ``12 %`` is 12 and ``(5.00)`` is -5; a percent column keeps the scale it is written in.
    """
    if decimal == "." and (fast := _cast(cells)) is not None and not np.isnan(fast).any():
        known = _bool(cells.is_valid())
        values = np.full(len(cells), np.nan)
        values[known] = fast
        return _finished(values, known)
    values = np.full(len(cells), np.nan)
    readable = np.zeros(len(cells), dtype=np.bool_)
    text = cells if decimal == "." else _comma_shaped(cells)
    _fill(values, readable, text, decimal)
    rest = pc.if_else(pa.array(readable), pa.scalar(None, pa.string()), text)
    if rest.null_count < len(rest):
        _fill(values, readable, _undressed(rest), decimal)
    return _finished(values, readable)


def same_either_way(cells: pa.Array) -> bool:
    """Tell whether no cell holds a point or a comma, so that the decimal sign cannot matter."""
    return not pc.any(pc.match_substring_regex(cells, _POINT_OR_COMMA), min_count=0).as_py()


def _comma_shaped(cells: pa.Array) -> pa.Array:
    """Blank out cells whose point cannot separate thousands: a cheap first look."""
    shaped = pc.match_substring_regex(cells, _COMMA_SHAPED)
    return pc.if_else(shaped, cells, pa.scalar(None, pa.string()))


def _undressed(cells: pa.Array) -> pa.Array:
    """Take off currency signs, percent signs and accountants' brackets."""
    bare = pc.replace_substring_regex(cells, _BRACKETS, r"-\1")
    bare = pc.replace_substring_regex(bare, _BEFORE, r"\1\2")
    return pc.replace_substring_regex(bare, _AFTER, "")


def _fill(values: npt.NDArray[np.float64], readable: Mask, cells: pa.Array, decimal: Decimal) -> None:
    """Read what is written plainly, in groups of thousands, or as infinity; mark it readable."""
    for pattern, grouped in ((_PLAIN[decimal], False), (_GROUPED[decimal], True)):
        found = _matches(cells, pattern)
        if found.any():
            text = _normal(cells.filter(pa.array(found)), decimal, grouped)
            values[found] = _parse(text)
            readable |= found
    endless = _matches(cells, _INFINITE)
    values[endless] = np.inf
    readable |= endless


def _normal(text: pa.Array, decimal: Decimal, grouped: bool) -> pa.Array:
    if grouped:
        thousands = "," if decimal == "." else "."
        text = pc.replace_substring_regex(text, f"{_SPACES}|\\{thousands}", "")
    return pc.replace_substring(text, ",", ".") if decimal == "," else text


def _parse(text: pa.Array) -> npt.NDArray[np.float64]:
    fast = _cast(text)
    # some versions refuse numbers beyond float64 instead of calling them infinite
    return fast if fast is not None else np.array([float(each) for each in text.to_pylist()])


def _cast(cells: pa.Array) -> npt.NDArray[np.float64] | None:
    """Parse the non-null cells, or None where any is not plainly a number."""
    try:
        values = pc.cast(cells.drop_null(), pa.float64())
    except pa.ArrowInvalid:
        return None
    found: npt.NDArray[np.float64] = values.to_numpy(zero_copy_only=False)
    return found


def _finished(values: npt.NDArray[np.float64], readable: Mask) -> Numbers:
    infinite = np.isinf(values)
    clean = np.where(infinite, np.nan, values) + 0.0  # adding zero turns -0.0 into 0.0
    return Numbers(clean, readable, infinite)


def _matches(cells: pa.Array, pattern: str) -> Mask:
    return _bool(pc.fill_null(pc.match_substring_regex(cells, pattern), False))


def _bool(mask: pa.Array) -> Mask:
    found: Mask = mask.to_numpy(zero_copy_only=False)
    return found
