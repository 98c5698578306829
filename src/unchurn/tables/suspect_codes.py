"""Codes and versions that read as numbers, ``4E10`` and ``3.10``; ranks and levels that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import cells_of
from unchurn.tables.cells import as_text, number_text
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import READABLE, matches, read_bare

_EXPONENT = "^[0-9]+[eE][0-9]{1,3}$"
"""As no program writes a number: it would write 4E+10, or 4.0E10."""
_VERSION = "^[0-9]+[.][0-9]{1,2}$"
_MOST, _MINOR = 50, 40
"""Different versions, and the greatest number behind the point, at most: prices go to 99."""
_RANKED = (
    "level|lvl|stage|stufe|grade|tier|rank|rang|step|score|rating|phase|niveau|nivel|nr|no|num|number|nummer"
    "|n[°º]|№|x|×|#"
)
_LED = re.compile(rf"(?P<word>{_RANKED})[.:#]? ?[0-9]{{1,6}}", re.IGNORECASE)
_FEWEST, _DIFFERENT = 3, 5_000
"""Different cells, fewer or more of which are no ranks and codes; looking at many costs time."""


def exponents(evidence: Evidence) -> tuple[int, str]:
    """Count the cells like ``4E10``, which are codes where most are such, and show the least."""
    cells, rows = evidence.distinct.items()
    if not 0 < len(cells) <= _DIFFERENT or not pa.types.is_string(cells.type):
        return 0, ""
    found = matches(cells, _EXPONENT)
    return int(rows[found].sum()), pc.min(cells.filter(pa.array(found))).as_py() or ""


def suspect_codes(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Yield which numbers may be codes or versions, and which categories may be numbers."""
    cells, rows = evidence.distinct.items()
    known = 0 < len(cells) <= _DIFFERENT and pa.types.is_string(cells.type)
    if not known or each.column.kind == "date":
        return
    count, shown = exponents(evidence)
    if count:
        yield from _coded(each, count, shown)
    if each.column.kind == "number":
        yield from _versions(each, cells, int(rows.sum()))
    else:
        yield from _ranked(each, cells, int(rows.sum()))


def _coded(each: ColumnSummary, count: int, shown: str) -> Iterator[Finding]:
    name = each.column.name
    value = number_text(float(read_bare(pa.array([shown]), ".").values[0]))
    if each.column.kind == "number":
        words = (
            f"{cells_of(count, name, 'is', 'are')} written as {shown!r} is, read as {value}. If it is a code: "
            f'[columns] types = {{ "{name}" = "category" }}.'
        )
        yield Finding("exponent-codes", "warning", words, name, count)
    elif count >= READABLE * (each.rows - each.missing):
        words = (
            f"{cells_of(count, name, 'is', 'are')} written as {shown!r} is: kept as codes. If that is {value}: "
            f'[columns] types = {{ "{name}" = "number" }}.'
        )
        yield Finding("exponent-codes", "note", words, name, count)


def _versions(each: ColumnSummary, cells: pa.Array, rows: int) -> Iterator[Finding]:
    """Say that 3.10 is less than 3.9 as a number, and more as a version."""
    if len(cells) > _MOST or each.column.decimal != "." or not matches(cells, _VERSION).all():
        return
    text = as_text(cells).to_pylist()
    behind = [cell.partition(".")[2] for cell in text]
    tens = sorted(
        cell for cell, minor in zip(text, behind, strict=True) if minor in ("10", "20", "30")
    )
    single = sorted(cell for cell, minor in zip(text, behind, strict=True) if len(minor) == 1)
    # a program that leaves zeros out writes no 3.10, and one that keeps them no 3.9
    if not tens or not single or max(map(int, behind)) > _MINOR or each.distinct < len(cells):
        return
    name = each.column.name
    words = (
        f"{name!r} holds {tens[0]!r} beside {single[-1]!r}, as versions are written: as a number the first is "
        f'{number_text(float(tens[0]))}. If they are versions: [columns] types = {{ "{name}" = "category" }}.'
    )
    yield Finding("version-numbers", "warning", words, name, rows)


def _ranked(each: ColumnSummary, cells: pa.Array, rows: int) -> Iterator[Finding]:
    """Say that ``Level 7`` is a number behind a word, which a category has no order of."""
    text = cells.to_pylist() if len(cells) >= _FEWEST and len(cells) <= 10 * _MOST else []
    found = [_LED.fullmatch(cell) for cell in text]
    words = {match["word"].casefold() for match in found if match}
    if not text or len(words) != 1 or not all(found):
        return
    name, shown = each.column.name, min(text)
    used = "as categories" if each.column.kind == "category" else "as text"
    said = (
        f"{cells_of(rows, name, 'is', 'are')} a number behind a word, such as {shown!r}: read {used}, in which "
        "4 is no nearer to 5 than to 50. Where the numbers count, leave the word out of the table."
    )
    yield Finding("dressed-numbers", "note", said, name, rows)
