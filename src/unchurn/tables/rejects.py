"""rejects.csv: the rows that could not be read, where they stand and why."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import Self

HEADER = ("row_number", "reason", "text")
UNREADABLE = "unreadable row"
"""The reason under which rejected rows are counted."""
_LONGEST = 10_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Rejects:
    """Writes rejects.csv as rows come; use as a context and pass `add` as the reject function."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0

    def __enter__(self) -> Self:
        self._stream = self.path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\n")
        self._writer.writerow(HEADER)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def add(self, row: int, reason: str, text: str) -> None:
        """Write one row; long text is cut, and kept from being read as a formula."""
        self.rows += 1
        safe = f"'{text}" if text.startswith(_FORMULA) else text
        self._writer.writerow((row, reason, safe[:_LONGEST]))
