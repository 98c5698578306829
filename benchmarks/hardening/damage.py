"""Ways in which files are damaged: each changes some lines and says which."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from written import Written

Lines = list[str]
"""Lines of a file without their ends; damage may put ends into them."""
Touched = set[int]
"""Numbers of the records that were changed, the header being 0."""
Damage = Callable[[Random, Lines, Written], Touched]


def _insert(lines: Lines, random: Random, what: str) -> Touched:
    row = random.randrange(1, len(lines))
    place = random.randint(0, len(lines[row]))
    lines[row] = lines[row][:place] + what + lines[row][place:]
    return {row}


def quote(random: Random, lines: Lines, table: Written) -> Touched:
    """A quote somewhere."""
    return _insert(lines, random, '"')


def two_quotes(random: Random, lines: Lines, table: Written) -> Touched:
    """Two quotes, far apart or near."""
    return _insert(lines, random, '"') | _insert(lines, random, '"')


def quote_at_a_cell(random: Random, lines: Lines, table: Written) -> Touched:
    """A quote where a cell begins, the kind that swallows rows."""
    row = random.randrange(1, len(lines))
    cells = lines[row].split(table.delimiter)
    place = random.randrange(len(cells))
    cells[place] = '"' + cells[place]
    lines[row] = table.delimiter.join(cells)
    return {row}


def escape(random: Random, lines: Lines, table: Written) -> Touched:
    """A backslash, alone or before a quote."""
    return _insert(lines, random, random.choice(("\\", '\\"')))


def delimiter(random: Random, lines: Lines, table: Written) -> Touched:
    """A delimiter too many."""
    return _insert(lines, random, table.delimiter)


def line_end(random: Random, lines: Lines, table: Written) -> Touched:
    """A line end inside a record."""
    return _insert(lines, random, random.choice(("\n", "\r\n", "\r")))


def lost_character(random: Random, lines: Lines, table: Written) -> Touched:
    """A character is gone, often a quote or a delimiter."""
    row = random.randrange(1, len(lines))
    marks = [n for n, c in enumerate(lines[row]) if c in f'"{table.delimiter}'] or [0]
    place = random.choice(marks)
    lines[row] = lines[row][:place] + lines[row][place + 1 :]
    return {row}


def joined_lines(random: Random, lines: Lines, table: Written) -> Touched:
    """The end of a line is gone."""
    if len(lines) < 4:
        return set()
    row = random.randrange(1, len(lines) - 1)
    lines[row] += lines[row + 1]
    lines[row + 1] = "\0"
    return {row, row + 1}


def cut_short(random: Random, lines: Lines, table: Written) -> Touched:
    """The last line is not whole."""
    lines[-1] = lines[-1][: random.randrange(1, len(lines[-1]))]
    return {len(lines) - 1}


def long_cell(random: Random, lines: Lines, table: Written) -> Touched:
    """A cell of some hundred kilobytes."""
    return _insert(lines, random, "x" * random.choice((70_000, 300_000)))


def blank_lines(random: Random, lines: Lines, table: Written) -> Touched:
    """Lines with nothing in them, or blanks."""
    row = random.randrange(1, len(lines))
    lines[row] = table.end + lines[row]
    return set()


def repeated_header(random: Random, lines: Lines, table: Written) -> Touched:
    """Two files were put one behind the other."""
    row = random.randrange(2, len(lines))
    lines[row] = lines[0] + table.end + lines[row]
    return set()


def title(random: Random, lines: Lines, table: Written) -> Touched:
    """A title, a comment or what a spreadsheet wants to know, above the header."""
    above = random.choice(("Retention list", "# export", f"sep={table.delimiter}", ""))
    lines[0] = above + table.end + lines[0]
    return set()


def total(random: Random, lines: Lines, table: Written) -> Touched:
    """A line of totals below the customers."""
    sums = ["Total", "999", "", "12345.67", "", "", ""]
    lines[-1] += table.end + table.delimiter.join(sums)
    return set()


def trailing_delimiters(random: Random, lines: Lines, table: Written) -> Touched:
    """Every row, but not the header, ends in a delimiter."""
    lines[1:] = [line + table.delimiter for line in lines[1:]]
    return set()


def spaces(random: Random, lines: Lines, table: Written) -> Touched:
    """A blank behind every delimiter outside quotes."""
    if any('"' in line and table.delimiter in line for line in lines[1:3]) or table.quoting == 0:
        return set()
    lines[:] = [line.replace(f'"{table.delimiter}"', f'"{table.delimiter} "') for line in lines]
    return set()


DAMAGES: tuple[Damage, ...] = (
    quote, quote, two_quotes, quote_at_a_cell, quote_at_a_cell, escape, delimiter, line_end,
    lost_character, joined_lines, cut_short, long_cell, blank_lines, repeated_header, title,
    total, trailing_delimiters, spaces,
)  # fmt: skip
"""Kinds of damage, the commoner ones more than once."""
