"""Where a text file's header is: below titles and comments, on one line or on two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from unchurn.tables.cells import IN_FIGURES, MISSING
from unchurn.tables.column_letters import letters_of
from unchurn.tables.delimiters import announced
from unchurn.tables.sampling import Sampled, is_number, names_columns, pattern_of, usual

_COMMENT = re.compile(r"\s*\"?(#|//|--|\*\*|/\*)")
_RULE = re.compile(r"\s*[-=_+]{2,}\s*")
_DASHES = re.compile(r"\s*[-=_+]+\s*")
_FEWEST, _ROWS = 2, 3
_MORE = 3
"""Header lines below the first, at most: columns under two rows of groups, and their units."""
_YEAR = 4
_MISSING = frozenset((*MISSING, *IN_FIGURES))


@dataclass(frozen=True)
class Heading:
    """`names` of the columns (empty where there is no header); the lines above the first row.

    `header` counts the lines that name columns; `preamble` holds the records above them and
    `more` the header lines below the first, as text; `below` is the first row's place among the records.
    """

    names: tuple[str, ...]
    header: int
    preamble: tuple[str, ...]
    more: tuple[str, ...]
    below: int


def find_heading(records: Sequence[Sampled], header: bool) -> Heading:
    """Find the header among the first records of a file, or the first row where it has none."""
    width = usual([record.width for record in records])
    if not header:
        first = _first_row(records, width)
        return Heading((), 0, _texts(records[:first]), (), first)
    place = _header_place(records, width)
    names, used, more = records[place].cells, records[place].lines, list[str]()
    last = place
    while len(more) < _MORE and _names_too(records, last):
        last += 1
        names, used = _joined(names, records[last].cells), used + records[last].lines
        more.append(records[last].text)
    return Heading(names, used, _texts(records[:place]), tuple(more), last + 1)


def _texts(records: Sequence[Sampled]) -> tuple[str, ...]:
    return tuple(record.text.strip() for record in records)


def is_padded(record: Sampled) -> bool:
    """Tell whether a record has one cell of text at most, and blanks to fill the row."""
    if record.width <= _FEWEST or record.filled > 1:
        return False
    return not record.filled or bool(record.cells[0].strip())


def _is_comment(record: Sampled) -> bool:
    return bool(_COMMENT.match(record.text)) or bool(announced(record.text))


def _first_row(records: Sequence[Sampled], width: int) -> int:
    for place, record in enumerate(records):
        title = record.width == 1 < _FEWEST < width or is_padded(record)
        if not (title or (_is_comment(record) and record.width != width)):
            return place
    return 0


def _header_place(records: Sequence[Sampled], width: int) -> int:
    """Return the place of the header: the first record, unless that is a title or a comment."""
    start = 0
    while start < len(records) - 1 and announced(records[start].text):
        start += 1
    first = records[start]
    later = [
        place
        for place in range(start + 1, min(len(records) - 1, 60))
        if records[place].width in (width, width - 1)
        and not is_padded(records[place])
        and not _is_comment(records[place])
    ]
    if first.width == width and not is_padded(first):
        if _is_comment(first) and later and names_columns(records, later[0]):
            return later[0]
        return start
    short = first.width == width - 1 and first.width >= _FEWEST and not _is_comment(first)
    if short and not (later and names_columns(records, later[0])):
        return start
    titled = first.width == 1 or is_padded(first) or _is_comment(first)
    for place in later:
        if records[place].width == width and not _is_row(records[place]):
            return place if titled or names_columns(records, place) else start
    for place in later:
        if not _is_row(records[place]) and titled:
            return place
    return start


def _is_row(record: Sampled) -> bool:
    return any(is_number(cell) for cell in record.cells)


def _names_too(records: Sequence[Sampled], place: int) -> bool:
    """Tell whether a header line has another one below: units, a rule, or the columns under groups."""
    if place + 2 >= len(records):
        return False
    header, below = records[place], records[place + 1]
    filled = [cell for cell in below.cells if cell.strip()]
    whole = len(filled) == below.width and any(len(cell.strip()) > 1 for cell in filled)
    rule = _RULE if not whole else _DASHES  # a column of one letter has one dash below its name
    if below.width in (1, header.width) and filled and all(map(rule.fullmatch, filled)):
        return True
    if below.width != header.width or not filled or any(is_number(cell) for cell in below.cells):
        return False
    rows = [each.cells for each in records[place + 2 :] if each.width == header.width]
    # the first of them may be a header line still
    numbers = [c for c in range(header.width) if _is_numeric(rows[len(rows) > _ROWS :], c)]
    told = [column for column in numbers if below.cells[column].strip()]
    texts = [column for column in range(header.width) if column not in numbers]
    seen = any(
        below.cells[column].strip() and below.cells[column] in {row[column] for row in rows}
        for column in texts
    )
    spelled = {below.cells[column].strip().lower() for column in told}
    seen = seen or any(_is_coded_alike(below.cells[column], rows, column) for column in texts)
    return len(told) >= _FEWEST and not seen and len(rows) >= _ROWS and not spelled <= _MISSING


def _is_coded_alike(cell: str, rows: Sequence[Sequence[str]], column: int) -> bool:
    """Tell whether a cell with digits in it is written as others of its column: an id, a day.

    Whatever stray quote stands before or behind it: a damaged first row is no header.
    """
    pattern = pattern_of(cell.strip('"'))
    return "9" in pattern and pattern in {pattern_of(row[column]) for row in rows}


def _is_numeric(rows: Sequence[Sequence[str]], column: int) -> bool:
    present = [row[column] for row in rows if row[column].strip()]
    return bool(present) and sum(map(is_number, present)) >= 0.9 * len(present)


def _joined(names: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """Return the line that names every column once, or both joined where neither does.

    A first line with a number or a day in it is that of a program (``H|20240131|CUSTOMERS``), and one that
    counts the columns (``A,B,C``) that of a sheet.
    """
    counted = _count_columns(names)
    lines = (below, names) if counted or any(map(_is_no_name, names)) else (names, below)
    for line in lines:
        filled = [cell.strip() for cell in line]
        if all(filled) and len(set(filled)) == len(filled):
            return line
    if all(map(_DASHES.fullmatch, [cell for cell in below if cell.strip()])):
        return names
    group, joined = "", []
    for name, under in zip(names, below, strict=True):
        group = name.strip() or group
        joined.append(" ".join(part for part in (group, under.strip()) if part))
    return tuple(joined)


def _count_columns(names: Sequence[str]) -> bool:
    """Tell whether names are A, B, C and so on, or 1, 2, 3."""
    bare = [name.strip() for name in names]
    counts = (
        [letters_of(place) for place in range(len(bare))],
        [str(n + 1) for n in range(len(bare))],
    )
    return len(bare) > _FEWEST and bare in counts


def _is_no_name(cell: str) -> bool:
    """Tell a number that names no column: a year or a small one may."""
    bare = cell.strip()
    return is_number(bare) and not (bare.isdecimal() and len(bare) <= _YEAR)
