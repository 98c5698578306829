"""Every line of a text file under the name of what it was; what had to be done to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from unchurn.artefacts import Difference, Finding
from unchurn.errors import DataError

KINDS = (
    "preamble",
    "header",
    "blank",
    "records",
    "continuation",
    "rejected",
    "repeated_header",
    "footer",
)
"""What a line can be. A rejected line is one record; a continuation belongs to the one above."""
_SHOWN = 5
_KEPT = 1000
_WORDS = {
    "stray": (
        "stray-quote",
        "warning",
        "hold a quote that closes or opens nothing; it was read as part of its cell",
    ),
    "inner": ("inner-quote", "note", "hold a quote in the middle of a cell, read as it is"),
    "escaped": (
        "other-escape",
        "note",
        "write a quote inside a cell in another way than the rest of the file; read so",
    ),
    "trailing": ("trailing-delimiters", "note", "end in needless delimiters, which were left out"),
    "lines": (
        "multi-line-cells",
        "note",
        "begin a record whose quoted cells run over several lines",
    ),
    "torn": (
        "torn-lines",
        "warning",
        "have a single cell: perhaps a piece of the line above or below, which then lacks it",
    ),
    "repeated": ("repeated-header", "note", "repeat the header and were left out"),
}


@dataclass
class Ledger:
    """Counts of one pass over a file; `begin` starts a new one.

    `orderly` is the stamp of the file as the last whole pass found it with all quotes in order;
    `broken` is its last line where that breaks off, without an end and cells, else 0.
    """

    name: str
    orderly: tuple[int, int] | None = None
    broken: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    _told: dict[str, list[int]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def begin(self, **above: int) -> None:
        """Forget the last pass; `above` are the lines above the first row."""
        self.lines = dict.fromkeys(KINDS, 0) | above
        self._told, self._counts = {}, {}
        self.broken = 0

    def add(self, kind: str, lines: int) -> None:
        """Count lines of a kind."""
        self.lines[kind] += lines

    def tell(self, what: str, lines: Iterable[int]) -> None:
        """Remember that something was done to lines of the file, numbered from 1."""
        found = list(lines)
        kept = self._told.setdefault(what, [])
        kept += found[: _KEPT - len(kept)]
        self._counts[what] = self._counts.get(what, 0) + len(found)

    def reconcile(self, total: int) -> None:
        """Raise `DataError` unless every line is counted under one kind."""
        counted = sum(self.lines.values())
        if counted != total:
            raise DataError(
                f"{self.name} has {total:,} lines, but {counted:,} were accounted for: it was "
                "changed while it was read, or unchurn read it wrongly.",
                "Run it again; if that does not help, please report it.",
            )

    @property
    def cut(self) -> Iterator[Difference]:
        """Say that the file ends amid a row."""
        if self.broken:
            brief = f"{self.name} breaks off in line {self.broken:,}, its last"
            words = (
                f"{brief}: it seems cut short, and customers behind that line would be missing. "
                "Export it again."
            )
            yield Difference("cut-short", brief, words, None, True, 1)

    @property
    def findings(self) -> Iterator[Finding]:
        """What a person should know about the lines of the last pass."""
        for what, (code, severity, words) in _WORDS.items():
            if count := self._counts.get(what, 0):
                yield _finding(code, severity, f"of {self.name} {words}", self._told[what], count)


def _finding(code: str, severity: str, words: str, lines: list[int], count: int) -> Finding:
    shown = ", ".join(f"{line:,}" for line in lines[:_SHOWN])
    more = f" and {count - _SHOWN:,} more" if count > _SHOWN else ""
    which = f"Line {shown}" if count == 1 else f"{count:,} lines"
    where = "" if count == 1 else f" (lines {shown}{more})"
    told = f"{which} {words}{where}."
    if count == 1:
        told = told.replace(" hold ", " holds ", 1).replace(" write ", " writes ", 1)
        told = told.replace(" end in ", " ends in ", 1).replace(" have ", " has ", 1)
        told = told.replace(" begin ", " begins ", 1)
        told = told.replace(" repeat ", " repeats ", 1).replace(" were left", " was left", 1)
    return Finding(
        code, "warning" if severity == "warning" else "note", told, None, count, tuple(lines)
    )


def added(ledgers: Iterable[Ledger]) -> dict[str, int]:
    """Add up the lines of several files, with their total; empty where there are none."""
    total: dict[str, int] = {}
    for ledger in ledgers:
        for kind, lines in ledger.lines.items():
            total[kind] = total.get(kind, 0) + lines
    return {"total": sum(total.values()), **total} if total else {}
