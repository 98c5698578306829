"""One cell → one number, without Arrow: the plain spellings of what `type_batch` and the encoder do.

Whatever is not plain raises `Unusual`, and the request goes the long way. What is plain comes
out bit for bit as the long way makes it; a property test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Column
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.encoding.folding import folded
from unchurn.serve.native_cells import cell_text
from unchurn.serve.payloads import Cell
from unchurn.tables.cells import Missing
from unchurn.tables.far_dates import plausible
from unchurn.tables.far_numbers import Bulk, Range
from unchurn.tables.forms import SHORT, WHOLE
from unchurn.tables.misread import seems_odd
from unchurn.tables.new_forms import bare_is_new
from unchurn.tables.sentinel_days import SENTINELS
from unchurn.tables.truth import NATIVE

Reader: TypeAlias = Callable[[Cell], float]
NAN = float("nan")
_NUMBER = {
    ".": re.compile(r"[+-]?[0-9]{1,17}(?:\.[0-9]{0,17})?"),
    ",": re.compile(r"[+-]?[0-9]{1,17}(?:,[0-9]{0,17})?"),
}
ENDLESS: Range = (-float("inf"), float("inf"))
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = 86_400e6
_EPOCH = date(1970, 1, 1).toordinal()
_LARGEST = 1e36
"""Well below where the encoder cuts numbers off."""


class Unusual(Exception):  # noqa: N818
    """A cell that the long way must look at."""


def text_number(
    column: Column, missing: Missing, seen: Range = ENDLESS, bulk: Bulk | None = None
) -> Reader:
    """Read a number written as text (CSV). What may be misread, outside `seen`, is unusual."""
    if missing.numeric or column.kind != "number" or bare_is_new(column):
        return _never
    plain, (low, high) = _NUMBER[column.decimal], seen
    sentinels = frozenset(float(each) for each in column.sentinels)
    spelled = frozenset(missing.spellings.to_pylist())
    short, odd = SHORT in (column.forms or ()), _odd(column, seen, bulk)

    def read(cell: Cell) -> float:
        text = str(cell)
        if not plain.fullmatch(text):
            return _absent(text, spelled)
        number = float(text.replace(",", ".")) + 0.0
        if number in sentinels:
            return NAN
        marked = text[-4:-3] in (".", ",")
        if marked and short:
            raise Unusual
        if (marked and not low <= number <= high) or odd(number):
            raise Unusual
        return number

    return read


def _odd(column: Column, seen: Range, bulk: Bulk | None) -> Callable[[float], bool]:
    """Make what tells a number that may have to be named; most are told by the range alone."""
    (low, high), whole = seen, WHOLE in (column.forms or ()) and not column.truth

    def odd(number: float) -> bool:
        if low <= number <= high and not (whole and number % 1):
            return False
        return seems_odd(number, column, seen, bulk)

    return odd


def json_number(column: Column, seen: Range = ENDLESS, bulk: Bulk | None = None) -> Reader:
    """Read a number that is one. What may stand for missing, outside `seen`, is unusual."""
    if column.kind != "number":
        return _never
    sentinels = frozenset(float(each) for each in column.sentinels)
    odd = _odd(column, seen, bulk)

    def read(cell: Cell) -> float:
        if cell is None:
            return NAN
        if isinstance(cell, (str, bool)):
            if column.truth and cell in (True, False):
                return float(cell)
            raise Unusual
        if not -_LARGEST < cell < _LARGEST:
            raise Unusual
        # -0.0 becomes 0.0
        number = cell + 0.0
        if number in sentinels:
            return NAN
        if odd(number):
            raise Unusual
        return number

    return read


def day(column: Column, missing: Missing, seen: Range = ENDLESS) -> Reader:
    """Read an ISO day as days since 1970. One implausible beside those `seen` is unusual."""
    if column.kind != "date" or column.date_order == "ydm":
        return _never
    spelled = frozenset(missing.spellings.to_pylist())
    low, high = plausible(seen)
    lost = frozenset(
        float(np.datetime64(each, "D").astype(int)) for each in (*SENTINELS, *column.sentinels)
    )

    def read(cell: Cell) -> float:
        if cell is None or cell == "":
            return NAN
        if not isinstance(cell, str):
            raise Unusual
        if not _DATE.fullmatch(cell):
            return _absent(cell, spelled)
        try:
            days = float(date.fromisoformat(cell).toordinal() - _EPOCH)
        except ValueError:
            raise Unusual from None
        if days in lost:
            return NAN
        if not low <= days * _DAY <= high:
            raise Unusual
        return days

    return read


def code(part: EncodedColumn, column: Column, missing: Missing) -> Reader:
    """Read a category as its code; a value that is none of training's is 0."""
    codes = {value: float(number) for number, value in enumerate(part.values, start=1)}
    codes |= {cell: codes.get(kept, 0.0) for cell, kept in zip(NATIVE, column.truth, strict=False)}
    spelled = frozenset(missing.spellings.to_pylist())
    forms = frozenset() if part.apart is None else _forms(part)

    def read(cell: Cell) -> float:
        if isinstance(cell, bool) and not column.truth:
            raise Unusual
        text = cell_text(cell)
        if text is None or text == "":
            return NAN
        found = codes.get(text)
        if found is not None:
            return found
        trimmed = _trimmed(text)
        lower = trimmed.lower()
        if lower in spelled:
            return NAN
        # what may be another spelling of a value is looked at, and said, the long way
        if trimmed not in codes and (column.truth or " ".join(lower.split()) in forms):
            raise Unusual
        return codes.get(trimmed, 0.0)

    return read


def _forms(part: EncodedColumn) -> frozenset[str]:
    return frozenset(folded(pa.array(part.values, pa.string())).to_pylist())


def filled(reader: Reader, part: EncodedColumn, impute: bool) -> Reader:
    """Put what stands for a missing cell in its place, where missing cells are imputed.

    A blank that training never saw is to be said as well: it stays what it is here.
    """
    if not impute or part.filled:
        return reader
    stand_in = float(len(part.values) + 1) if part.is_category else part.median or 0.0

    def read(cell: Cell) -> float:
        number = reader(cell)
        return stand_in if number != number else number  # noqa: PLR0124

    return read


def _absent(text: str, spelled: frozenset[str]) -> float:
    if _trimmed(text).lower() not in spelled:
        raise Unusual
    return NAN


def _trimmed(text: str) -> str:
    """Trim text that trimming and lower case treat alike everywhere: printable ASCII."""
    if not text.isascii() or not text.isprintable():
        raise Unusual
    return text.strip(" ")


def _never(cell: Cell) -> float:
    raise Unusual
