"""What a header cannot be: alone, numbers, or parted by two characters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from unchurn.errors import DataError, listing
from unchurn.tables.headers import is_customer
from unchurn.tables.headings import Heading
from unchurn.tables.sampling import Sampled, is_number
from unchurn.tables.scan import Scan


def require_rows(scan: Scan, records: Sequence[Sampled], header: bool, whole: bool) -> None:
    """Refuse a file without rows: `DataError`."""
    if not records:
        raise DataError(
            f"{scan.path.name} is empty: it holds blank lines only.",
            "Name a table with a header and rows.",
        )
    if header and whole and len(records) == 1:
        numeric = all(is_number(cell) for cell in records[0].cells)
        raise DataError(
            f"{scan.path.name} has a header and no rows.",
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


def are_numbered(cells: Sequence[str]) -> bool:
    """Tell whether cells count rows: 1, 2, 3 and so on."""
    try:
        numbers = [int(cell) for cell in cells]
    except ValueError:
        return False
    return len(numbers) > 1 and all(b - a == 1 for a, b in itertools.pairwise(numbers))
