"""rejects.csv: the rows that could not be read, where they stand and why."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from unchurn.artefacts import Finding
from unchurn.errors import DataError

HEADER = ("row_number", "line", "reason", "text")
UNREADABLE = "unreadable row"
"""The reason under which rejected rows are counted."""
_LONGEST = 10_000
_SHOWN = 3
_MANY = 0.01
_FEW = 5
"""Fewer unreadable rows than this stop nothing, unless none is allowed."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def too_many(lost: int, read: int, most: float) -> bool:
    """Tell whether a larger share of what was read than `most` was lost; a few never are, unless none may be."""
    return lost > most * read and not (most > 0 and lost < _FEW)


class Reasons:
    """Why rows could not be read, how often, and where first."""

    def __init__(self) -> None:
        self.rows = 0
        self._counts: Counter[str] = Counter()
        self._first: dict[str, int] = {}

    def add(self, reason: str, line: int) -> None:
        """Count one row."""
        self.rows += 1
        self._counts[reason] += 1
        self._first.setdefault(reason, line)

    def words(self) -> str:
        """Tell the commonest reasons, each with its first line."""
        told = [
            f"{count:,} × {reason} (first on line {self._first[reason]:,})"
            for reason, count in self._counts.most_common(_SHOWN)
        ]
        more = len(self._counts) - _SHOWN
        return "; ".join(told) + (f"; and {more} other reasons" if more > 0 else "")

    def findings(self, read: int) -> list[Finding]:
        """Warn where more than one row in a hundred could not be read."""
        if self.rows <= _MANY * read:
            return []
        share = f"{self.rows / read:.1%}"
        words = f"{self.rows:,} of {read:,} rows ({share}) could not be read: {self.words()}."
        return [Finding("many-rejected", "warning", words, count=self.rows)]

    def refuse(self, read: int, most: float, where: str) -> None:
        """Raise `DataError` where a larger share of rows than `most` could not be read."""
        if not too_many(self.rows, read, most):
            return
        common = self._counts.most_common(1)[0][0]
        raise DataError(
            f"{self.rows:,} of {read:,} rows of {where} ({self.rows / read:.0%}) cannot be read: "
            f"{self.words()}.",
            f"{_cause(common)} [data] max_rejected ({most:g}) is the share that may be lost.",
        )


def _cause(reason: str) -> str:
    """Say what most likely lies behind the commonest reason."""
    if "quote" in reason:
        return 'Close the quotes, or double them (""), or set [data] escape.'
    if "instead of" in reason:
        cells, width = (int(each) for each in re.findall(r"\d+", reason)[:2])
        if cells > width:
            return "Cells that hold the delimiter must be quoted; or set [data] delimiter."
        return "Lines are broken inside cells, or [data] delimiter is another."
    return "Export the file again."


class Rejects:
    """Writes rejects.csv as rows come; use as a context and pass `add` as the reject function."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.reasons = Reasons()

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

    def add(self, row: int, reason: str, text: str, line: int = 0) -> None:
        """Write one row; long text is cut, and kept from being read as a formula."""
        self.rows += 1
        self.reasons.add(reason, line or row)
        safe = f"'{text}" if text.startswith(_FORMULA) else text
        self._writer.writerow((row, line or "", reason, safe[:_LONGEST]))
