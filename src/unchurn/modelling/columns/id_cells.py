"""What a column's cells say about its being an id: their own, counting, measured, damaged."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from unchurn.artefacts import ColumnSummary
from unchurn.project.cells import EPOCHS

CAP = 100_000
"""`ColumnSummary.distinct` counts no further than this."""
FEW_DAMAGED = 0.02
"""Share of cells cut by a spreadsheet from which a column cannot name customers."""
_MOST = 0.8
_DENSE = 100
"""Numbers handed out in order leave no more than this many unused for each that is used."""
_EPOCHS = tuple(
    (datetime(2000, 1, 1, tzinfo=UTC).timestamp() * unit, 2.1e9 * unit) for unit in (1, 1e3, 1e6)
)
_WHOLE = re.compile(r"[0-9]+(?:[eE][0-9]+)?")  # 0003E03 is a code, not three thousand
_CODE = re.compile(r"(?=.*[0-9])[\w\-./:#@|]{3,64}")
_AMOUNT = re.compile(
    r".*[$€£¥₹₽%].*|[^0-9]{0,4}[0-9]{1,3}([.,' \u00a0\u202f]?[0-9]{3})*[.,][0-9]{1,2}[^0-9]{0,4}"
    r"|[0-9]+:[0-9]{2}(:[0-9]{2})?"
)
_DAY = r"(?:(?:19|20)[0-9]{2}[\-/.][0-9]{1,2}[\-/.][0-9]{1,2}|[0-9]{1,2}[\-/.][0-9]{1,2}[\-/.](?:19|20)?[0-9]{2}\b)"
SHAPES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("contact", "an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("token", "a UUID", re.compile(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.I)),
    ("token", "a hash", re.compile(r"(?=.*[a-f])(?=.*[0-9])[0-9a-f]{16,}", re.I)),
    (
        "token",
        "a hash in base64",  # of 16, 20, 32 or 64 bytes, where no = ends it
        re.compile(
            r"(?=.*[A-Z])(?=.*[a-z])(?:[\w+/\-]{20,86}={1,2}"
            r"|(?=.*[0-9])(?:[\w+/\-]{22}|[\w+/\-]{27}|[\w+/\-]{43}|[\w+/\-]{86}))",
            re.ASCII,
        ),
    ),
    (
        "contact",
        "a telephone number",
        re.compile(
            rf"(?!{_DAY})(?=(?:[^0-9]*[0-9]){{7,15}}[^0-9]*$)"
            r"\+?\(?\d{1,4}\)?([ \-./]{1,2}\(?\d{2,}\)?){1,4}"
        ),
    ),
)


def cells_of(summary: ColumnSummary) -> list[str]:
    """Return the distinct cells that a summary shows, none of them blank."""
    shown = dict.fromkeys([*summary.examples, *(value for value, _ in summary.top)])
    return [cell.strip() for cell in shown if cell.strip()]


def present(summary: ColumnSummary) -> int:
    """Count the rows that have a cell."""
    return summary.rows - summary.missing


def own_share(summary: ColumnSummary, customers: int = 0) -> float:
    """Share of present cells (of `customers`, where these are fewer) with a value of their own."""
    most = min(present(summary), CAP)
    return min(1.0, summary.distinct / max(1, min(most, customers or most)))


def is_panel(summary: ColumnSummary) -> bool:
    """Tell whether values recur often enough for each to have several rows."""
    return own_share(summary) < 0.98 and summary.distinct < CAP


def counts_rows(summary: ColumnSummary) -> bool:
    """Tell whether a column holds whole numbers without a gap, (nearly) all different.

    "Nearly" because rows that occur twice bring their number along.
    """
    if summary.column.kind != "number" or not summary.integers or present(summary) < 20:
        return False
    return _span(summary) <= summary.rows and own_share(summary) >= 0.98


def in_order(summary: ColumnSummary) -> bool:
    """Tell whether every row has a long whole number of its own, close to those of the others.

    Amounts lie farther apart; moments since 1970 are no ids.
    """
    if summary.column.kind != "number" or not summary.integers or own_share(summary) < 1:
        return False
    low, high = float(summary.minimum), float(summary.maximum)
    if any(least <= low and high <= most for least, most in _EPOCHS):
        return False
    alike = len(f"{low:.0f}") == len(f"{high:.0f}") >= 7
    return low > 0 and alike and _span(summary) <= _DENSE * present(summary)


def are_handed_out(summary: ColumnSummary) -> bool:
    """Tell numbers that were given to somebody from counts: own, equally long, or without gaps."""
    if summary.column.kind != "number":
        return True
    if not summary.integers:
        return False
    low, high = float(summary.minimum), float(summary.maximum)
    alike = low >= 1000 and len(f"{low:.0f}") == len(f"{high:.0f}")
    dense = summary.distinct >= _DENSE and _span(summary) <= 1.2 * summary.distinct
    return low >= 0 and (alike or dense or own_share(summary) == 1)


def every_number_differs(summary: ColumnSummary) -> bool:
    """Tell whether every row has a long whole number of its own."""
    if summary.column.kind != "number" or not summary.integers or summary.distinct < 50:
        return False
    return own_share(summary) == 1 and float(summary.minimum) >= 1e6


def is_measured(summary: ColumnSummary) -> bool:
    """Tell whether cells are amounts, durations or moments: what no id is made of."""
    kind, known = summary.column.kind, max(1, present(summary))
    if kind == "number":
        return not summary.integers or bool(summary.column.unit)
    if kind == "date":
        # dates in digits have a month and a day in them, which no other number has in every row
        return summary.column.epoch not in EPOCHS
    cells = cells_of(summary)
    if summary.as_dates >= _MOST * known or _are(cells, _AMOUNT):
        return True
    return summary.as_numbers >= _MOST * known and not _are(cells, _WHOLE)


def are_codes(summary: ColumnSummary) -> bool:
    """Tell codes (``Z17``, ``000107``) from words, sentences and amounts."""
    if summary.column.kind in ("number", "date") or is_measured(summary):
        return False
    return _are(cells_of(summary), _CODE)


def have_digits(summary: ColumnSummary) -> bool:
    """Tell whether most cells hold a digit."""
    return _are(cells_of(summary), re.compile(".*[0-9].*", re.DOTALL))


def are_short(summary: ColumnSummary) -> bool:
    """Tell single words from sentences."""
    return all(len(cell) <= 64 and len(cell.split()) <= 1 for cell in cells_of(summary))


def shape_of(summary: ColumnSummary) -> tuple[str, str] | None:
    """Return the sort and the words of the shape that all cells share."""
    cells = cells_of(summary)
    for sort, what, shape in SHAPES:
        if cells and all(shape.fullmatch(cell) for cell in cells):
            return sort, what
    return None


def damaged_share(summary: ColumnSummary) -> float:
    """Share of the cells that a spreadsheet cut to a few digits."""
    return summary.damaged / max(1, present(summary))


def figures(summary: ColumnSummary) -> str:
    """Say how many values there are in how many rows."""
    known = present(summary)
    more = "at least " if summary.distinct >= CAP and known > CAP else ""
    return f"{more}{summary.distinct:,} different values in {known:,} rows"


def _span(summary: ColumnSummary) -> float:
    return float(summary.maximum) - float(summary.minimum) + 1


def _are(cells: list[str], pattern: re.Pattern[str]) -> bool:
    hits = sum(bool(pattern.fullmatch(cell)) for cell in cells)
    return bool(cells) and hits >= _MOST * len(cells)
