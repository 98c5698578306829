"""What keys mean that say how cells are read: of one table, and of each table of a history."""

from __future__ import annotations

from typing import Literal, get_args

DECIMAL = "Decimal mark, '.' or ',': of every column, or a table of some; empty means found from the whole file."
MARKS = ("", ".", ",")
DATE_ORDER = "Order of day and month where both could be meant, dmy or mdy: of every column, or a table of some; empty means found from the whole file."
ORDERS = ("", "dmy", "mdy", "ymd", "ydm", "yymd")
EPOCH = 'What the numbers of a column of dates count (signup = "days-1960"): days of a spreadsheet, of one that counts from 1904, since 1960 (SAS, Stata), since 1970 (R); seconds and their parts since 1970, or 2001 (Apple), in UTC; since 1960 (SAS, Stata), as the clock on the wall says.'
Counted = Literal[
    "excel", "excel-1904", "days-1960", "days-1970",
    "s", "ms", "us", "ns", "s-1960", "ms-1960", "s-2001",
]  # fmt: skip
"""Days of a spreadsheet, since 1960, 1970; seconds and their parts since 1970, 1960 (SAS, Stata) or 2001 (Apple)."""
EPOCHS: tuple[Counted, ...] = get_args(Counted)
