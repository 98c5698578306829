"""What a header cannot be: alone, a customer, parted by two characters, or of names that clash."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from unchurn.artefacts import FOLD, GROUP, LABEL, PHASE, ROW, WEIGHT
from unchurn.errors import DataError, listing
from unchurn.tables.headings import Heading
from unchurn.tables.sampling import Sampled, is_number, pattern_of
from unchurn.tables.scan import Scan

RESERVED = (ROW, LABEL, GROUP, FOLD, PHASE, WEIGHT)
_NUMBER = re.compile(r"[-+]?(\d[\d., ']*|[.,]\d+)([eE][-+]?\d+)?")
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_TRUTH = frozenset(["true", "false", "yes", "no"])
_USUAL = 0.8
_JOINED = frozenset(",;|:~^!@&*#\\")
"""What may stand beside a delimiter as a part of it."""
_YEARS, _YEAR = range(1900, 2101), 4


class NoRowsError(DataError):
    """A file that ends behind its header; among others it is a part without customers."""

    def __init__(self, name: str, header: Sequence[str], hint: str) -> None:
        super().__init__(f"{name} has a header and no rows.", hint)
        self.name, self.header = name, header


def require_rows(scan: Scan, records: Sequence[Sampled], header: bool, whole: bool) -> None:
    """Refuse a file without rows: `DataError`."""
    if not records:
        raise DataError(
            f"{scan.path.name} is empty: it holds blank lines only.",
            "Name a table with a header and rows.",
        )
    if header and whole and len(records) == 1:
        numeric = all(is_number(cell) for cell in records[0].cells)
        raise NoRowsError(
            scan.path.name,
            records[0].cells,
            "Pass --no-header if its only line is a customer." if numeric else "Add customers.",
        )


def refuse_customer(
    scan: Scan, names: Sequence[str], below: Sequence[Sequence[str]], wrapped: bool
) -> None:
    """Refuse a header that is a customer like those `below`: `DataError` naming the flag for it."""
    cells = [cell for cell in names if cell.strip()]
    numbers = bool(cells) and all(is_number(cell) for cell in cells)
    if numbers or is_customer(names, below):
        quoted = (
            " (each row is also quoted as one cell, which unchurn takes off)" if wrapped else ""
        )
        raise DataError(
            f"{scan.path.name} begins with {'numbers' if numbers else 'a customer'} "
            f"({listing(cells, 4)}) where a header should be: it looks like data without a "
            f"header{quoted}.",
            "Say so with --no-header (header = false under [data]; columns are then c1, c2, …), "
            "or write the header line first.",
        )


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
    short = [cell for cell in first if cell.strip().isdecimal() and len(cell.strip()) == _YEAR]
    years = [int(cell) for cell in short if int(cell) in _YEARS]
    return len(years) > 1 and all(later - earlier == 1 for earlier, later in pairwise(years))


def refuse_doubled(
    name: str, names: Sequence[str], records: Sequence[Sampled], heading: Heading
) -> None:
    """Refuse a file whose delimiter is written twice: every second cell would be blank."""
    between = names[1::2]
    if len(names) < 3 or len(names) % 2 == 0 or any(cell.strip() for cell in between):
        return
    rows = [each.cells[1::2] for each in records[heading.below :] if each.width == len(names)]
    if rows and not any(cell.strip() for row in rows for cell in row) and all(names[::2]):
        raise DataError(
            f"The cells of {name} are parted by two characters; every second column is blank.",
            "Export it with one character between cells, for example a comma or a tab.",
        )


def refuse_joined(name: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Refuse a file whose cells are parted by several characters, of which one is in each cell."""
    whole = [cells for cells in (names, *rows) if len(cells) == len(names) > 2]
    for edges in (
        {cell.strip()[:1] for cells in whole for cell in cells[1:]},
        {cell.strip()[-1:] for cells in whole for cell in cells[:-1]},
    ):
        if len(whole) > 1 and len(edges) == 1 and edges <= _JOINED:
            raise DataError(
                f"The cells of {name} are parted by several characters, one of them {edges.pop()!r}.",
                "Export it with one character between cells, for example a comma or a tab.",
            )


def are_numbered(cells: Sequence[str]) -> bool:
    """Tell whether cells count rows: 1, 2, 3 and so on."""
    try:
        numbers = [int(cell) for cell in cells]
    except ValueError:
        return False
    return len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers))


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse column names that occur twice or that unchurn keeps for itself: `DataError`."""
    _refuse_duplicates(tuple(names), where)
    if taken := [name for name in names if name in RESERVED]:
        raise DataError(
            f"{where} has columns named {listing(taken)}, names that unchurn uses itself.",
            "Rename them.",
        )


def _refuse_duplicates(names: tuple[str, ...], where: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"{where} has columns of the same name: {listing(twice, 20)}.",
            "Rename or remove them, so that every header occurs once.",
        )
