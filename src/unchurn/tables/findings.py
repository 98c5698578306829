"""What a person should know about how a table's cells were read, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.tables.evidence import Evidence


def column_findings(
    columns: Sequence[ColumnSummary], found: Mapping[str, Evidence]
) -> Iterator[Finding]:
    """Yield findings in column order."""
    for each in columns:
        yield from _of_column(each, found[each.column.name])


def _of_column(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    name = each.column.name
    if each.unreadable:
        yield unreadable(name, each.column.kind, each.unreadable)
    if each.infinite:
        yield infinite(name, each.infinite)
    if each.column.sentinels:
        rows = each.missing - evidence.missing
        rows -= sum(evidence.dates.absent.values()) if each.column.kind == "date" else 0
        codes = ", ".join(each.column.sentinels)
        words = f"{rows:,} cells of {name!r} are {codes}, read as missing."
        yield Finding("sentinel", "note", words, name, rows)
    if each.column.decimal == ",":
        yield Finding("decimal-comma", "note", f"{name!r} is written with a decimal comma.", name)
    if each.leading_zeros and each.column.kind in ("category", "text"):
        words = f"{each.leading_zeros:,} cells of {name!r} begin with a zero: kept as codes."
        yield Finding("leading-zeros", "note", words, name, each.leading_zeros)
    if each.column.kind == "date" and evidence.dates.absent:
        yield _absent(name, evidence)


def _absent(name: str, evidence: Evidence) -> Finding:
    words = sorted(evidence.dates.absent.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = sum(evidence.dates.absent.values())
    shown = ", ".join(f"{word!r} ({count:,})" for word, count in words[:5])
    told = f"{rows:,} cells of {name!r} say that there is no date: {shown}; read as missing."
    return Finding("missing-spelling", "note", told, name, rows)


def unreadable(name: str, kind: str, cells: int) -> Finding:
    """Say that cells could not be read as their column's kind."""
    words = f"{cells:,} cells of {name!r} are not a {kind}, read as missing."
    return Finding("unreadable-cells", "warning", words, name, cells)


def infinite(name: str, cells: int) -> Finding:
    """Say that cells were infinite."""
    words = f"{cells:,} cells of {name!r} are infinite or beyond float64, read as missing."
    return Finding("infinite-cells", "warning", words, name, cells)
