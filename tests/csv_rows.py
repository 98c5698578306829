"""Tables of text as rows, read and written."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]


def read_rows(table: Path) -> list[Row]:
    with table.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def changed_rows(table: Path, out: Path, change: Callable[[int, Row], Row | None]) -> Path:
    """Write a table to `out`, maybe itself, each row changed by its place; one that becomes None is left out."""
    changed = (change(place, row) for place, row in enumerate(read_rows(table)))
    rows = [row for row in changed if row is not None]
    with out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return out


def hundredfold(_: int, row: Row) -> Row:
    """Lose the decimal mark of the minutes of the example table."""
    return _minutes(row, lambda minutes: f"{minutes * 100:.0f}")


def an_hour_more(_: int, row: Row) -> Row:
    """Add an hour to the minutes of the example table."""
    return _minutes(row, lambda minutes: f"{minutes + 60:.1f}")


def _minutes(row: Row, change: Callable[[float], str]) -> Row:
    cell = row["Day Mins"]
    plain = cell.replace(".", "").isdecimal()
    return {**row, "Day Mins": change(float(cell)) if plain else cell}
