"""Rows below the last customer: which of them are totals, counts or notes, by those above.

Whoever is left out says what it is (a total, a count, a remark) or lacks what all others have, their
id first. A customer who is called Total, or of whom little is known, stays one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from unchurn.artefacts import Finding
from unchurn.tables.sampling import is_number
from unchurn.tables.stated_length import OF, claim_of

Rows = Sequence[Sequence[str]]
MOST = 20
"""Rows at the end of a file that are looked at."""
ABOVE = 200
"""Rows above them that tell what is usual."""
_CODES = 20
"""Ids above, all of them codes, beside which words or a bare number are none."""
_USUAL = 0.9
_PAIR = 2
_LONGEST = 1_000
"""Characters of a total or a remark, at most: patterns take their time over thousands of blanks."""
_NOTE = re.compile(
    rf"""[\s"(*#\[-]*(
        [\d.,\s]+{OF}\b.*
      | (\#|--|//|\*\*)(.*\s.*|\D*)
      | (end\ of|end$|fin\ du|ende\ der|eof\b|fim\ d).*
      | ((total|number\ of|count\ of)\s+)?{OF}(\s+(count|exported|returned|selected|total))?\s*[:=][\d.,\s]+
      | (generated|exported|created|printed|report\ run|run\ (on|date)|as\ of|erstellt|export[ée]+|g[ée]n[ée]r[ée]+|generado|source|quelle|confidential|copyright|©|page|query\ returned|time\s*:|completion\ time|elapsed)\b.*
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = re.compile(r"[^\W\d_][^\d:=#*\[\]_|©]*")
"""Words that may be a customer's name: Source Ltd, Page One, Exported Goods."""
_NO_NAME = re.compile(
    r"""(end|fin|fim|ende)(\s+(of|du|de|da|der|des)(\s+(the|la))?\s+(reports?|files?|lists?|data|tables?|exports?|documents?|results?
        |rows|records|customers|pages?|rapport|fichier|liste|données|datei|tabelle|daten|berichts?|relat[óo]rio|arquivo|lista))?|eof
      | (report\s+)?(generated|exported|created|printed|erstellt|export[ée]+|g[ée]n[ée]r[ée]+|generado|report\ run|run)
        \s+(by|on|at|from|with|via|von|am|mit|par|le|por|el)\b.*|confidential""",
    re.IGNORECASE | re.VERBOSE,
)
_CUT = re.compile(
    r"\b(?:error|exception|traceback|time[d-]? ?out|aborted|interrupted|killed|cancell?ed by|lost connection"
    r"|connection (?:was )?(?:lost|reset|closed)|out of memory|truncated|incomplete|fehler|erreur)\b",
    re.IGNORECASE,
)
TOTAL_WORD = (
    "totals?|sum(?:s|me|a)?|summen?|gesamt(?:summe|ergebnis)?|insgesamt|somme|totaux|totales?|totaal"
    "|totalt|totalsumma|eindtotaal|subtotaal|hovedtotal|kokonaissumma|suma|razem|celkem|součet|toplam"
    "|összesen|ukupno|итоги?|итого|всего|合計|总计|合计|總計|总合计|小計|小计|총합계|합계|총계|소계"
    "|averages?|mean|median|durchschnitt|mittelwert|moyenne|promedio|media|count|anzahl|nombre"
)
_TOTAL_WORDS = rf"""\W*((grand|sub|overall|report|over-?all|column|page|sum|celkový|genel|общий)[\s-]*)?({TOTAL_WORD})
    (\s*(total|g[ée]n[ée]ral|general|geral|gesamt|complessivo|generale|ko[nń]cowa|of\ all|all|overall|rows?|customers?
    |(number\s+)?of\s+[\w\ ]{{1,30}}))?\W*"""
_TOTAL = re.compile(_TOTAL_WORDS, re.IGNORECASE | re.VERBOSE)
_TOTAL_OF = re.compile(
    rf"{_TOTAL_WORDS}(\s*[:=]\W*\d[\d.,'\s]*{OF}?|\s+\d[\d.,]*\s*{OF})\W*",
    re.IGNORECASE | re.VERBOSE,
)


def footer_finding(said: str, remarks: Sequence[str], totals: bool) -> Finding:
    """Say that the `remarks` below the last row are left out; a warning where one tells of an export that stopped."""
    cut = any(_CUT.search(each) for each in remarks)
    words = said + " (totals)" * totals
    if cut:
        words += "; whatever wrote it may have been stopped: check that no customer is missing"
    return Finding("footer", "warning" if cut else "note", f"{words}.", count=len(remarks))


def says_note(text: str) -> bool:
    """Tell whether text with nothing beside it reads like a remark on the table above it."""
    short = len(text) <= _LONGEST
    return (short and _NOTE.fullmatch(text) is not None) or claim_of(text) is not None


def is_remark(cells: Sequence[str], above: Callable[[], Rows]) -> bool:
    """Tell whether a row's cells are a remark: in the first one alone, or a number of rows in two.

    A remark that may be a name is none, unless the ids `above` are codes.
    """
    filled = [cell for cell in cells if cell]
    if len(filled) == 1:
        if cells[0] == "" or len(cells) <= _PAIR or not says_note(cells[0]):
            return False
        named = _NAME.fullmatch(cells[0]) and not _NO_NAME.fullmatch(cells[0])
        return not named or _is_no_id(cells[0], [row[0] for row in above()])
    return len(filled) == _PAIR < len(cells) - 1 and claim_of(" ".join(filled)) is not None


def says_total(cells: Sequence[str]) -> bool:
    """Tell whether the only filled one of these cells says that it is a total or a count."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) != 1:
        return False
    return _names_total(filled[0]) or (
        len(filled[0]) <= _LONGEST and _TOTAL_OF.fullmatch(filled[0]) is not None
    )


def _names_total(cell: str) -> bool:
    return len(cell) <= _LONGEST and _TOTAL.fullmatch(cell) is not None


def is_total(cells: Sequence[str], width: int, above: Callable[[], Rows]) -> bool:
    """Tell whether the last of a table's rows is a total; `above` gives rows as wide as it is."""
    if says_total(cells):
        return True
    filled = [cell for cell in cells if cell]
    named = _names_total(filled[0])
    alone = len(filled) == 1 and bool(cells[0])
    if len(cells) not in (width, width + 1) or (not named and cells[0] and not alone):
        return False
    rows = above()
    if not rows:
        return named and len(filled) < len(cells)
    usual = [sum(bool(row[at]) for row in rows) / len(rows) for at in range(len(cells))]
    lacking = [at for at, share in enumerate(usual) if share > _USUAL and not cells[at]]
    if named:
        return _is_named_total(cells, rows, lacking)
    if alone:
        return len(lacking) >= 2 and _is_no_id(cells[0], [row[0] for row in rows])
    return _sums_up(cells, rows, lacking)


def _is_named_total(cells: Sequence[str], rows: Rows, lacking: Sequence[int]) -> bool:
    """Tell a row under a word for totals from a customer who is called so."""
    told = _after(cells)
    figures = all(is_number(cell) for _, cell in told)
    if told and figures and _are_codes([row[0] for row in rows]):
        return True
    far = figures and all(_beyond(cell, [row[at] for row in rows]) for at, cell in told)
    return len(lacking) >= (2 if len(cells) > 4 else 1) or (bool(lacking) and far)


def _is_no_id(cell: str, ids: Sequence[str]) -> bool:
    """Tell a remark or a count from ids, where all ids are codes of letters and digits."""
    if not _are_codes(ids):
        return False
    if is_number(cell):
        return all(any(map(str.isalpha, each)) for each in ids)
    return bool(re.search(r"[^\W\d]\W*\s+\W*[^\W\d]", cell))


def _are_codes(ids: Sequence[str]) -> bool:
    """Tell whether enough ids are there, and each has a digit and no blank."""
    codes = all(any(map(str.isdigit, each)) and not re.search(r"\s", each) for each in ids)
    return codes and len(ids) >= _CODES


def _after(cells: Sequence[str]) -> list[tuple[int, str]]:
    """Cells that say something behind the one that names the line, with their places."""
    return [(place, cell) for place, cell in enumerate(cells) if cell][1:]


def _sums_up(cells: Sequence[str], rows: Rows, lacking: Sequence[int]) -> bool:
    """A row without a name whose only cells are numbers far beyond every other: their sums."""
    if 0 not in lacking or any(cell and not is_number(cell) for cell in cells) or len(rows) < 5:
        return False
    told = [column for column, cell in enumerate(cells) if cell]
    beyond = [column for column in told if _beyond(cells[column], [row[column] for row in rows])]
    return len(beyond) == len(told) and len(lacking) >= (2 if len(told) > 1 else 3)


def _beyond(cell: str, column: Sequence[str]) -> bool:
    numbers = [abs(_number(each)) for each in column if is_number(each)]
    return bool(numbers) and abs(_number(cell)) > 3 * max(numbers)


def _number(cell: str) -> float:
    bare = re.sub(r"[^0-9.,eE+-]", "", cell)
    try:
        return float(bare.replace(",", ""))
    except ValueError:
        return float(re.sub(r"[^0-9]", "", bare) or 0)
