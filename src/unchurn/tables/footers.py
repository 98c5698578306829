"""Lines below the last customer: totals, row counts, notes of the program that exported them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unchurn.tables.lines import lines_of
from unchurn.tables.records import Grammar
from unchurn.tables.sampling import is_number

_MOST = 20
_ROWS = 200
_PROSE = 3
"""Words that make a sentence of a line with nothing else: no piece of a row."""
_NARROW = 3
"""Up to this width a row of delimiters only may be a customer of whom nothing is known."""
_NOTE = re.compile(
    r"""[\s"(*#\[-]*(
        [\d.,\s]+\s*(rows?|records?|lines?|entries|zeilen|lignes?|enregistrements?|filas?|registros?
            |righe|linhas?|rijen|tuples?)\b.*
      | (\#|--|//|\*\*).*
      | (end\ of|end$|fin\ du|ende\ der|eof\b|fim\ d).*
      | ((total|number\ of|count\ of)\s+)?(rows?|records?|customers?)(\s+(count|exported|returned|selected|total))?\s*[:=]\s*[\d.,\s]+
      | (generated|exported|created|printed|report\ run|run\ (on|date)|as\ of|erstellt|export[ée]+|g[ée]n[ée]r[ée]+|generado|source|quelle|confidential|copyright|©|page|query\ returned|time\s*:|completion\ time|elapsed)\b.*
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_TOTAL = re.compile(
    r"""\W*((grand|sub|overall|report|over-?all|column|page|sum)[\s-]*)?
    (totals?|sum(s|me|a|me?)?|summen?|gesamt(summe|ergebnis)?|insgesamt|somme|totaux|totales?|totaal|totalt|suma|razem
     |итого|всего|合計|总计|合计|總計|小計|小计|averages?|mean|median|durchschnitt|moyenne|promedio|media|count|anzahl|nombre)
    (\s*(g[ée]n[ée]ral|general|geral|gesamt|of\ all|all|overall|rows?|customers?))?\W*""",
    re.IGNORECASE | re.VERBOSE,
)


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
        if not kind or looked > _MOST:
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
    alone = len(filled) == 1 and (len(cells) == 1 or width > 2) and cells[0] != ""
    if (alone or len(cells) != width) and _NOTE.fullmatch(text.strip().rstrip(mark + " ")):
        return "note"
    if len(cells) == 1 and width > 2 and len(cells[0].split()) >= _PROSE:
        return "note"
    return "total" if _is_total(cells, filled, line, tail, grammar, width) else ""


def _is_total(
    cells: Sequence[str],
    filled: Sequence[str],
    line: int,
    tail: bytes,
    grammar: Grammar,
    width: int,
) -> bool:
    named = _TOTAL.fullmatch(filled[0]) is not None
    if len(filled) == 1 and named:
        return True
    if len(cells) not in (width, width + 1) or (not named and cells[0]):
        return False
    rows = _above(tail, line, grammar, len(cells))
    if not rows:
        return named and len(filled) < len(cells)
    usual = [_share_filled(rows, column) for column in range(len(cells))]
    lacking = [column for column, share in enumerate(usual) if share > 0.9 and not cells[column]]
    if named:
        far = all(is_number(c) and _beyond(c, [r[at] for r in rows]) for at, c in _after(cells))
        return len(lacking) >= (2 if width > 4 else 1) or (bool(lacking) and far)
    return _sums_up(cells, rows, lacking)


def _above(tail: bytes, line: int, grammar: Grammar, width: int) -> list[list[str]]:
    lines = lines_of(tail)
    rows = []
    for above in range(max(1, line - _ROWS), line):
        read = grammar.read(lines[above], 0)
        if read.state == "closed" and len(read.cells) == width:
            rows.append([cell.decode("utf-8", "replace").strip() for cell in read.cells])
    return rows


def _share_filled(rows: Sequence[Sequence[str]], column: int) -> float:
    return sum(bool(row[column]) for row in rows) / len(rows)


def _after(cells: Sequence[str]) -> list[tuple[int, str]]:
    """Cells that say something behind the one that names the line, with their places."""
    return [(place, cell) for place, cell in enumerate(cells) if cell][1:]


def _sums_up(cells: Sequence[str], rows: Sequence[Sequence[str]], lacking: Sequence[int]) -> bool:
    """A row without a name whose only cells are numbers far beyond every other: their sums."""
    if 0 not in lacking or any(cell and not is_number(cell) for cell in cells) or len(rows) < 5:
        return False
    told = [column for column, cell in enumerate(cells) if cell]
    beyond = [column for column in told if _beyond(cells[column], [row[column] for row in rows])]
    return len(told) >= 2 and len(beyond) == len(told) and len(lacking) >= 2


def _beyond(cell: str, column: Sequence[str]) -> bool:
    numbers = [abs(_number(each)) for each in column if is_number(each)]
    return bool(numbers) and abs(_number(cell)) > 3 * max(numbers)


def _number(cell: str) -> float:
    bare = re.sub(r"[^0-9.,eE+-]", "", cell)
    try:
        return float(bare.replace(",", ""))
    except ValueError:
        return float(re.sub(r"[^0-9]", "", bare) or 0)
