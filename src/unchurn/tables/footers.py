"""Lines below the last customer: totals, row counts, notes of the program that exported them."""

from __future__ import annotations

from functools import partial

from unchurn.tables.footer_rows import ABOVE, MOST, is_remark, is_total, says_note, says_total
from unchurn.tables.lines import lines_of
from unchurn.tables.records import Grammar

_PROSE = 3
"""Words that make a sentence of a line with nothing else: no piece of a row."""
_NARROW = 3
"""Up to this width a row of delimiters only may be a customer of whom nothing is known."""


def footer_lines(tail: bytes, grammar: Grammar, width: int) -> list[tuple[str, str]]:
    """Return the lines at the end of a file that are no customers, as (kind, text), last first.

    `tail` is the end of the file; its first line may be cut and is not looked at. Kinds are
    "blank", "note", "total" and "empty" (delimiters only).
    """
    lines = lines_of(tail)
    found: list[tuple[str, str]] = []
    pending: list[tuple[str, str]] = []
    looked = 0
    for line in range(len(lines) - 1, 0, -1):
        text = lines[line].decode("utf-8", "replace")
        kind = "blank" if not text.strip() else _kind(text, line, tail, grammar, width)
        looked += kind not in ("blank", "empty")
        if not kind or looked > MOST:
            break
        pending.append((kind, text.strip()))
        if kind != "blank":
            found += pending
            pending = []
    return found


def _kind(text: str, line: int, tail: bytes, grammar: Grammar, width: int) -> str:
    if width < 2 or text.count('"') % 2:  # it closes a cell that begins above
        return ""
    read = grammar.read(text.encode(), 0)
    if read.state != "closed":
        return ""
    cells = [cell.decode("utf-8", "replace").strip() for cell in read.cells]
    filled = [cell for cell in cells if cell]
    if not filled:
        return "empty" if width > _NARROW and '"' not in text else ""
    mark = grammar.mark.decode()
    whole = len(cells) == 1 or len(cells) != width
    above = partial(_above, tail, line, grammar, len(cells))
    remark = is_remark(cells, above) or (whole and says_note(text.strip().rstrip(mark + " ")))
    if remark or (len(cells) == 1 and width > 2 and len(cells[0].split()) >= _PROSE):
        return "note"
    if not is_total(cells, width, above):
        return ""
    return "total" if len(filled) > 1 or says_total(cells) else "note"


def _above(tail: bytes, line: int, grammar: Grammar, width: int) -> list[list[str]]:
    lines = lines_of(tail)
    rows = []
    for above in range(max(1, line - ABOVE), line):
        read = grammar.read(lines[above], 0)
        if read.state == "closed" and len(read.cells) == width:
            rows.append([cell.decode("utf-8", "replace").strip() for cell in read.cells])
    return rows
