"""Totals and remarks below the customers of a request: refused, where `score` leaves them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import pyarrow as pa

from unchurn.serve.native_cells import cell_text
from unchurn.serve.payloads import Cells, Sent
from unchurn.serve.refusals import Fault, Faults
from unchurn.tables.cells import as_text
from unchurn.tables.footer_rows import ABOVE, MOST
from unchurn.tables.last_rows import left_out

_SEVERAL = 3
"""Customers from which on a last row may be a total of those above."""
_COLUMNS = 256
"""Columns that tell a total well enough; a request may have very many."""
_SHOWN = 60


def refuse_totals(sent: Sent, faults: Faults) -> Sent:
    """Return the customers without what ends them and is none; each such row is a fault.

    Raises `RowError` unless faults are kept.
    """
    if len(sent.numbers) < _SEVERAL:
        return sent
    first = max(0, len(sent.numbers) - ABOVE - MOST)
    looked = islice(sent.columns.values(), _COLUMNS)
    columns = [_spelled(cells, first) for cells in looked]
    rows = list(zip(*columns, strict=True))
    left = left_out(rows, min(len(rows), MOST))
    if not left:
        return sent
    kept = len(sent.numbers) - len(left)
    for number, cells in zip(sent.numbers[kept:], reversed(left), strict=True):
        faults.add(Fault(number, None, *total_words(number, cells, sent.unit)))
    return replace(
        sent,
        columns={name: cells[:kept] for name, cells in sent.columns.items()},
        numbers=sent.numbers[:kept],
        lacking={n: [at for at in places if at < kept] for n, places in sent.lacking.items()},
    )


def total_words(number: int, cells: Sequence[str], unit: str = "Row") -> tuple[str, str]:
    """Say that a row is no customer, and what to do."""
    shown = ", ".join(filter(None, cells))[:_SHOWN]
    what = f" ({shown!r})" if shown else ""
    words = f"{unit} {number} is a total or a line below one{what}, not a customer."
    return words, "Leave it out; a list made by `score` does."


def _spelled(cells: Cells, first: int) -> list[str]:
    if isinstance(cells, pa.Array):
        return [each.strip() for each in as_text(cells.slice(first)).fill_null("").to_pylist()]
    return [_text(cell) for cell in cells[first:]]


def _text(cell: object) -> str:
    simple = cell is None or isinstance(cell, (str, bool, int, float))
    return (cell_text(cell) or "").strip() if simple else str(cell)  # type: ignore[arg-type]
