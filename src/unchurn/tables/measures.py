"""Text → numbers as people write them: with currencies, brackets, units, durations.

`measured` reads cells under one decimal mark and remembers each cell's unit; `read_numbers`
brings them to the unit of a column's schema. A cell in a unit that cannot become the column's
is unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column
from unchurn.tables.dressing import BEGINS_MONEY, LONG, MARKED, SHORT, THIRDS, ZERO, Dress, dress
from unchurn.tables.durations import SHAPED, in_parts
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

_BETWEEN = "\x1f"  # parts what stands around a number, so no such cell is split
_SPLIT = (
    rf"^(?P<lead>(?:[^0-9{_BETWEEN}]{{0,10}}[\pL/]\.)?[^0-9.,\x{{066b}}{_BETWEEN}]{{0,8}})"
    r"(?P<core>[.,\x{066b}]?[0-9](?:[0-9.,'\x{066b} ]*[0-9])?(?:[eE][+-]?[0-9]{1,6})?)"
    rf"(?P<trail>[^0-9{_BETWEEN}]{{0,24}})$"
)
_BEGINS = (
    r"^(?:[-+(.,0-9∞'<>≤≥~≈=%]|\p{Nd}|\p{Sc}|[\x{200b}-\x{200f}\x{2010}-\x{2015}\x{2212}\x{fe63}"
    rf"\x{{ff08}}\x{{ff0b}}\x{{ff0d}}]|(?i:inf)|P[T0-9]|{BEGINS_MONEY})"
)
_MARK = r"[.,'\x{066b} ]"


@dataclass(frozen=True)
class Measured:
    """Cells read under one decimal mark, each in its own unit.

    `unit` holds places in `units`, whose first is "": none written. `texts` are the digits of
    cells that carry one, with a decimal point. `about` marks ``>5``, ``10+`` and ``~3``.
    `beside` holds places in `besides`: currencies, ``%``, or "" for neither. `bracketed` marks
    what stands in brackets, ``(5)``, `behind` what has its minus behind, ``5-``.
    """

    values: npt.NDArray[np.float64]
    readable: Mask
    units: list[str]
    unit: npt.NDArray[np.int64]
    about: Mask
    texts: npt.NDArray[np.object_]
    besides: list[str]
    beside: npt.NDArray[np.int64]
    bracketed: Mask
    behind: Mask

    @classmethod
    def bare(cls, numbers: Numbers) -> Measured:
        """Take numbers without units."""
        cells = len(numbers.values)
        first, about = np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.bool_)
        texts = np.full(cells, None, dtype=np.object_)
        values, readable, beside = numbers.values, numbers.readable, first.copy()
        no = np.zeros((2, cells), dtype=np.bool_)
        return cls(values, readable, [""], first, about, texts, [""], beside, *no)


def read_numbers(cells: pa.Array, decimal: Decimal, unit: str = SCALE) -> Numbers:
    """Read trimmed text cells (null = missing) under one decimal mark, in one unit.

    ``12 %`` is 12 and ``(5.00)`` is -5; a percent column keeps the scale it is written in.
    A number without a unit is taken to be in the column's.
    """
    if decimal == "." and (plain := read_plain(cells)) is not None:
        return plain
    return in_unit(measured(cells, decimal), unit)


def in_other_currency(cells: pa.Array, column: Column) -> Mask:
    """Tell which trimmed text cells are amounts of another currency than the column's."""
    found = measured(cells, column.decimal)
    same = [sign in ("", "%", column.currency) for sign in found.besides]
    return found.readable & ~np.array(same, dtype=np.bool_)[found.beside]


def may_be_number_or_date(cells: pa.Array) -> Mask:
    """Tell by how a trimmed cell begins whether it is worth reading as a number or a date."""
    return matches(cells, _BEGINS)


def measured(cells: pa.Array, decimal: Decimal) -> Measured:
    """Read trimmed text cells under one decimal mark, whatever their units."""
    return _measured(cells, (decimal,))[0]


def measured_both(cells: pa.Array) -> tuple[Measured, Measured]:
    """Read trimmed text cells under a decimal point, and under a decimal comma."""
    point, comma = _measured(cells, (".", ","))
    return point, comma


def _measured(cells: pa.Array, decimals: Sequence[Decimal]) -> list[Measured]:
    found = [Measured.bare(read_bare(cells, decimal)) for decimal in decimals]
    # what is a bare number under one mark has nothing around it under the other
    bare = found[0].readable | found[-1].readable
    left = np.flatnonzero(~bare & cells.is_valid().to_numpy(zero_copy_only=False))
    if not len(left):
        return found
    text = plain_glyphs(cells.take(pa.array(left)))
    zero = left[matches(text, ZERO)]
    split = matches(text, _SPLIT)
    parts = pc.extract_regex(text.filter(pa.array(split)), _SPLIT) if split.any() else None
    lasting = _durations(text)
    for decimal, each in zip(decimals, found, strict=True):
        each.values[zero] = 0.0
        each.readable[zero] = True
        if parts is not None:
            _dressed(each, left[split], parts, decimal)
        _in_parts(each, left, lasting)
    return found


def forms(found: Measured) -> Iterator[tuple[str, Mask]]:
    """Yield how numbers are written, and which cells are: bare, or with what around them.

    A zero says nothing of what is usual: it is often written otherwise.
    """
    told = found.readable & (found.values != 0)
    if (
        len(found.units) == len(found.besides) == 1
        and not (found.about | found.bracketed | found.behind).any()
    ):
        yield "bare", told
        return
    percent = np.array([each == "%" for each in found.besides])[found.beside]
    money = (found.beside > 0) & ~percent
    dressed = {
        "percent": percent,
        "money": money,
        "unit": found.unit > 0,
        "brackets": found.bracketed,
        "behind": found.behind,
        "about": found.about,
    }
    yield "bare", told & ~np.any(np.array(list(dressed.values())), axis=0)
    for form, cells in dressed.items():
        yield form, told & cells


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
            values[here] = times(values[here], factor, found.texts[here].tolist())
    return finished(values, readable)


def times(
    values: npt.NDArray[np.float64], factor: Fraction, texts: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Multiply exactly: by a power of ten in the decimal digits, so that 1.13K is 1130."""
    power = _power(abs(factor))
    if power and len(values):
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
    found: Measured, where: npt.NDArray[np.int64], parts: pa.StructArray, decimal: Decimal
) -> None:
    """Read cells split into what is before a number, the number, and what is after."""
    core = pc.replace_substring(parts.field("core"), ARABIC_DECIMAL, decimal)
    numbers = read_bare(core, decimal)
    dresses, codes = _understood(parts, decimal)
    known = np.array([each is not None for each in dresses], dtype=np.bool_)[codes]
    known &= numbers.readable
    if not known.any():
        return
    worn = [each or Dress() for each in dresses]
    signs = np.array([each.sign for each in worn])[codes]
    places = _places(found.units, [each.unit for each in worn])[codes]
    beside = _places(found.besides, [each.beside for each in worn])[codes]
    about = np.array([each.about for each in worn])[codes]
    signs_around = np.array([(each.bracketed, each.behind) for each in worn])[codes]
    kept = where[known]
    found.values[kept] = (numbers.values * signs)[known]
    found.readable[kept] = True
    found.unit[kept] = places[known]
    found.about[kept] = about[known]
    found.beside[kept] = beside[known]
    found.bracketed[kept], found.behind[kept] = signs_around[known].T
    if (places > 0).any():
        found.texts[kept] = _digits(core, decimal)[known]


def _understood(
    parts: pa.StructArray, decimal: Decimal
) -> tuple[list[Dress | None], npt.NDArray[np.int64]]:
    core = parts.field("core")
    long = pc.if_else(pc.greater(pc.binary_length(core), 3), LONG, SHORT)
    shape = pc.if_else(pc.match_substring_regex(core, _MARK), MARKED, long)
    thirds = pc.match_substring_regex(core, rf"\{decimal}[0-9]{{3}}$")
    shape = pc.if_else(thirds, THIRDS, shape)
    around = pc.binary_join_element_wise(parts.field("lead"), parts.field("trail"), shape, _BETWEEN)
    encoded = around.dictionary_encode()
    split = [each.split(_BETWEEN) for each in encoded.dictionary.to_pylist()]
    dresses = [dress(lead, trail, shaped, decimal) for lead, trail, shaped in split]
    return dresses, encoded.indices.to_numpy(zero_copy_only=False)


def _digits(core: pa.Array, decimal: Decimal) -> npt.NDArray[np.object_]:
    """Spell numbers with a decimal point and no thousands mark."""
    thousands = "," if decimal == "." else "."
    text = pc.replace_substring_regex(core, rf"[' \{thousands}]", "")
    text = pc.replace_substring(text, ",", ".")
    found: npt.NDArray[np.object_] = text.to_numpy(zero_copy_only=False)
    return found


def _durations(text: pa.Array) -> list[tuple[int, tuple[float, str]]]:
    """Read the cells that are durations in several parts: (place, (how long, unit))."""
    places = np.flatnonzero(matches(text, SHAPED))
    cells = text.take(pa.array(places)).to_pylist()
    read = [(place, in_parts(cell)) for place, cell in zip(places.tolist(), cells, strict=True)]
    return [(place, each) for place, each in read if each is not None]


def _in_parts(
    found: Measured, left: npt.NDArray[np.int64], lasting: list[tuple[int, tuple[float, str]]]
) -> None:
    if not lasting:
        return
    places = left[[place for place, _ in lasting]]
    fresh = ~found.readable[places]
    kept = places[fresh]
    found.values[kept] = np.array([value for _, (value, _) in lasting])[fresh]
    found.unit[kept] = _places(found.units, [unit for _, (_, unit) in lasting])[fresh]
    found.readable[kept] = True
    found.texts[kept] = [repr(value) for value in found.values[kept].tolist()]


def _places(known: list[str], words: list[str]) -> npt.NDArray[np.int64]:
    """Return the places of words, which they are given where they are new."""
    places = {word: place for place, word in enumerate(known)}
    found = [places.setdefault(word, len(places)) for word in words]
    known[:] = places
    return np.array(found, dtype=np.int64)
