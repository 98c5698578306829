"""Telling the first line of a file that is a header from one that is a customer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from unchurn.tables.sampling import pattern_of

_NUMBER = re.compile(r"[-+]?(\d[\d., ']*|[.,]\d+)([eE][-+]?\d+)?")
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_TRUTH = frozenset(["true", "false", "yes", "no"])
_USUAL = 0.8
_YEARS = range(1900, 2101)


def is_customer(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a first line is like the lines below it, and no header.

    A cell is like its column when it is a number, a date, yes or no, or shaped as most below
    are (``C1007`` as ``C1010``), or when it recurs there. One cell that is unlike a column of
    one kind makes the line a header; so do years in a row (a table of one column a year).
    """
    rows = [row for row in below if len(row) == len(first)]
    if not rows or _are_years(first):
        return False
    like = known = shaped = 0
    for place, cell in enumerate(first):
        cells = [row[place].strip() for row in rows if row[place].strip()]
        if not cell.strip() or not cells:
            continue
        known += 1
        shapes = [_shape(each) for each in cells]
        usual = max(set(shapes), key=shapes.count)
        told = usual != "" and shapes.count(usual) >= _USUAL * len(shapes)
        if told and _shape(cell.strip()) != usual:
            return False
        shaped += told
        like += told or cell.strip() in cells
    return shaped > 0 and 2 * like >= known


def _shape(cell: str) -> str:
    """Name the kind of a cell; "" where words say nothing."""
    if _NUMBER.fullmatch(cell):
        return "number"
    if _DATE.fullmatch(cell):
        return "date"
    if cell.casefold() in _TRUTH:
        return "truth"
    if not any(map(str.isdigit, cell)):
        return ""
    return pattern_of(cell)


def _are_years(first: Sequence[str]) -> bool:
    years = [int(cell) for cell in first if cell.strip().isdecimal() and int(cell) in _YEARS]
    return len(years) > 1 and all(later - earlier == 1 for earlier, later in pairwise(years))
