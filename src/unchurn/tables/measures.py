"""Text → numbers as people write them: with currencies, brackets, units, durations.

`measured` reads cells under one decimal mark and remembers each cell's unit; `read_numbers`
brings them to the unit of a column's schema. A cell in a unit that cannot become the column's
is unreadable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.dressing import BEGINS_MONEY, ZERO, Dress, dress
from unchurn.tables.durations import SHAPED, duration
from unchurn.tables.glyphs import ARABIC_DECIMAL, plain_glyphs
from unchurn.tables.numbers import (
    Decimal,
    Mask,
    Numbers,
    finished,
    matches,
    parse,
    read_bare,
    read_plain,
)
from unchurn.tables.units import SCALE, ratio

_SPLIT = (
    r"^(?P<lead>(?:[^0-9]{0,10}[\pL/]\.)?[^0-9.,]{0,8})"
    r"(?P<core>[.,]?[0-9](?:[0-9.,' ]*[0-9])?(?:[eE][+-]?[0-9]{1,6})?)"
    r"(?P<trail>[^0-9]{0,24})$"
)
_BEGINS = (
    r"^(?:[-+(.,0-9∞'<>≤≥~≈=²-³]|\p{Nd}|\p{Sc}|[\x{200b}-\x{200f}\x{2010}-\x{2015}\x{2212}\x{fe63}"
    rf"\x{{ff08}}\x{{ff0b}}\x{{ff0d}}]|(?i:inf)|P[T0-9]|{BEGINS_MONEY})"
)
_MARK = "[.,' ]"
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Measured:
    """Cells read under one decimal mark, each in its own unit.

    `unit` holds places in `units`, whose first is "": none written. `texts` are the digits of
    cells that carry one, with a decimal point. `about` marks ``>5``, ``10+`` and ``~3``.
    """

    values: npt.NDArray[np.float64]
    readable: Mask
    units: tuple[str, ...]
    unit: npt.NDArray[np.int64]
    about: Mask
    texts: npt.NDArray[np.object_] | None = None

    @classmethod
    def bare(cls, numbers: Numbers) -> Measured:
        """Take numbers without units."""
        values = np.where(numbers.infinite, np.inf, numbers.values)
        none = np.zeros(len(values), dtype=np.bool_)
        return cls(values, numbers.readable, ("",), none.astype(np.int64), none)


def read_numbers(cells: pa.Array, decimal: Decimal, unit: str = SCALE) -> Numbers:
    """Read trimmed text cells (null = missing) under one decimal mark, in one unit.

    ``12 %`` is 12 and ``(5.00)`` is -5; a percent column keeps the scale it is written in.
    A number without a unit is taken to be in the column's.
    """
    if decimal == "." and (plain := read_plain(cells)) is not None:
        return plain
    return in_unit(measured(cells, decimal), unit)


def may_be_number_or_date(cells: pa.Array) -> Mask:
    """Tell by how a trimmed cell begins whether it is worth reading as a number or a date."""
    return matches(cells, _BEGINS)


def measured(cells: pa.Array, decimal: Decimal) -> Measured:
    """Read trimmed text cells under one decimal mark, whatever their units."""
    found = Measured.bare(read_bare(cells, decimal))
    left = np.flatnonzero(~found.readable & cells.is_valid().to_numpy(zero_copy_only=False))
    if not len(left):
        return found
    text = plain_glyphs(cells.take(pa.array(left)))
    text = pc.replace_substring(text, ARABIC_DECIMAL, decimal)
    units, texts = [""], np.full(len(cells), None, dtype=np.object_)
    whole = Measured(found.values, found.readable, (), found.unit, found.about, texts)
    _dressed(whole, left, text, decimal, units)
    _in_parts(whole, left, text, units)
    return Measured(whole.values, whole.readable, tuple(units), whole.unit, whole.about, texts)


def in_unit(found: Measured, unit: str) -> Numbers:
    """Bring every cell to one unit."""
    values, readable = found.values, found.readable
    for place, token in enumerate(found.units):
        factor = ratio(token, unit)
        if factor == 1:
            continue
        here = found.unit == place
        values = values.copy()
        if factor is None:
            readable = readable & ~here
            values[here] = np.nan
        else:
            texts = found.texts[here] if found.texts is not None else None
            values[here] = times(values[here], factor, texts)
    return finished(values, readable)


def times(
    values: npt.NDArray[np.float64], factor: Fraction, texts: Sequence[str] | None = None
) -> npt.NDArray[np.float64]:
    """Multiply exactly: by a power of ten in the decimal digits, so that 1.13K is 1130."""
    power = _power(abs(factor))
    if power and texts is not None and len(values):
        shifted = parse(pa.array([_shifted(text, power) for text in texts]))
        return shifted * np.where(values < 0, -1, 1) * (-1 if factor < 0 else 1)
    return values * factor.numerator / factor.denominator


def _shifted(text: str, power: int) -> str:
    digits, _, exponent = text.lstrip("+-").lower().partition("e")
    return f"{digits}e{int(exponent or 0) + power}"


def _power(factor: Fraction) -> int:
    """Return which power of ten a factor is; 0 where it is none."""
    digits = max(factor.numerator, factor.denominator)
    ten = len(str(digits)) - 1
    if min(factor.numerator, factor.denominator) != 1 or 10**ten != digits:
        return 0
    return ten if factor > 1 else -ten


def _dressed(
    whole: Measured, left: npt.NDArray[np.int64], text: pa.Array, decimal: Decimal, units: list[str]
) -> None:
    """Read one number with something around it."""
    zero = matches(text, ZERO)
    whole.values[left[zero]] = 0.0
    whole.readable[left[zero]] = True
    split = matches(text, _SPLIT)
    if not split.any():
        return
    where = left[split]
    parts = pc.extract_regex(text.filter(pa.array(split)), _SPLIT)
    core, dresses, codes = _understood(parts, decimal)
    numbers = read_bare(core, decimal)
    known = np.array([each is not None for each in dresses], dtype=np.bool_)[codes]
    known &= numbers.readable
    worn = [each or Dress() for each in dresses]
    signs = np.array([each.sign for each in worn])[codes]
    places = np.array([_place(units, each.unit) for each in worn])[codes]
    about = np.array([each.about for each in worn])[codes]
    kept = where[known]
    whole.values[kept] = (numbers.values * signs)[known]
    whole.readable[kept] = True
    whole.unit[kept] = places[known]
    whole.about[kept] = about[known]
    if whole.texts is not None and (places > 0).any():
        whole.texts[kept] = _digits(core, decimal)[known]


def _understood(
    parts: pa.StructArray, decimal: Decimal
) -> tuple[pa.Array, list[Dress | None], npt.NDArray[np.int64]]:
    core = parts.field("core")
    marked = pc.if_else(pc.match_substring_regex(core, _MARK), "1", "")
    around = pc.binary_join_element_wise(
        parts.field("lead"), parts.field("trail"), marked, _BETWEEN
    )
    encoded = around.dictionary_encode()
    split = [each.split(_BETWEEN) for each in encoded.dictionary.to_pylist()]
    dresses = [dress(lead, trail, bool(mark), decimal) for lead, trail, mark in split]
    return core, dresses, encoded.indices.to_numpy(zero_copy_only=False)


def _digits(core: pa.Array, decimal: Decimal) -> npt.NDArray[np.object_]:
    """Spell numbers with a decimal point and no thousands mark."""
    thousands = "," if decimal == "." else "."
    text = pc.replace_substring_regex(core, rf"[' \{thousands}]", "")
    text = pc.replace_substring(text, ",", ".")
    found: npt.NDArray[np.object_] = text.to_numpy(zero_copy_only=False)
    return found


def _in_parts(
    whole: Measured, left: npt.NDArray[np.int64], text: pa.Array, units: list[str]
) -> None:
    """Read durations written in several parts."""
    open_ = ~whole.readable[left] & matches(text, SHAPED)
    if not open_.any():
        return
    encoded = text.filter(pa.array(open_)).dictionary_encode()
    found = [duration(each) for each in encoded.dictionary.to_pylist()]
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    known = np.array([each is not None for each in found], dtype=np.bool_)[codes]
    values = np.array([np.nan if each is None else each[0] for each in found])[codes]
    places = np.array([0 if each is None else _place(units, each[1]) for each in found])[codes]
    kept = left[open_][known]
    whole.values[kept] = values[known]
    whole.readable[kept] = True
    whole.unit[kept] = places[known]
    if whole.texts is not None:
        whole.texts[kept] = [repr(each) for each in values[known].tolist()]


def _place(units: list[str], unit: str) -> int:
    if unit not in units:
        units.append(unit)
    return units.index(unit)
