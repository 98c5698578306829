"""What a person should know about how a table's cells were read, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from unchurn.artefacts import ColumnSummary, Finding, Kind
from unchurn.errors import cells_of
from unchurn.tables.alike_headers import twins
from unchurn.tables.counted_days import counted_days
from unchurn.tables.date_findings import date_findings
from unchurn.tables.decimal_mark import Mark
from unchurn.tables.evidence import Evidence
from unchurn.tables.number_findings import number_findings
from unchurn.tables.stated import Stated
from unchurn.tables.suspect_codes import suspect_codes
from unchurn.tables.suspect_numbers import suspect_numbers
from unchurn.tables.suspect_words import suspect_words
from unchurn.tables.truth import Joined, joined
from unchurn.tables.undated import undated

_SHOWN = 4
_LONGEST = 40
_SLIP = 0.001
"""Share of a column's rows up to which a word is no answer of its own."""


def column_findings(
    columns: Sequence[ColumnSummary],
    found: Mapping[str, Evidence],
    marks: Mapping[str, Mark],
    stated: Stated,
) -> Iterator[Finding]:
    """Yield findings in column order."""
    yield from twins(columns)
    for each in columns:
        name = each.column.name
        yield from _of_column(each, found[name])
        yield from undated(each, found[name])
        yield from suspect_codes(each, found[name])
        if each.column.kind == "number":
            told = [*number_findings(each, found[name], marks[name], stated)]
            yield from told
            if not any(finding.code == "mark-slip" for finding in told):
                yield from suspect_numbers(each, found[name])
        elif each.column.kind == "date":
            yield from date_findings(each.column, found[name])
            yield from counted_days(each.column, found[name], stated)
        else:
            yield from suspect_words(each, found[name])


def _of_column(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    name = each.column.name
    if each.unreadable:
        shown = each.unread[0][0] if each.unread else ""
        yield unreadable(name, each.column.kind, each.unreadable, shown)
    if each.infinite:
        yield infinite(name, each.infinite)
    if each.column.sentinels:
        rows = each.missing - evidence.missing - _absent(each.column.kind, evidence).total()
        codes = ", ".join(each.column.sentinels)
        words = f"{cells_of(rows, name)} {codes}, read as missing."
        yield Finding("sentinel", "note", words, name, rows)
    if each.column.kind in ("number", "date") and _absent(each.column.kind, evidence):
        yield _missing_spelling(name, each.column.kind, evidence)
    elif each.column.kind == "number" and _is_flag(each, evidence):
        yield _unknown(name, evidence.spelled_out)
    if each.leading_zeros and each.column.kind in ("category", "text"):
        words = (
            f"{cells_of(each.leading_zeros, name, 'begins', 'begin')} with a zero: kept as codes."
        )
        yield Finding("leading-zeros", "note", words, name, each.leading_zeros)
    if each.column.truth:
        yield from (spellings_joined(name, said) for said in joined(each.column, evidence))


def _is_flag(each: ColumnSummary, evidence: Evidence) -> bool:
    """Tell whether a column holds 0, 1, and words for missing that are more than a slip."""
    flag = each.distinct == 2 and (each.minimum, each.maximum) == ("0", "1")
    return flag and evidence.spelled_out.total() > _SLIP * each.rows


def _unknown(name: str, said: Counter[str]) -> Finding:
    """Say which words in a column of 0 and 1 are taken for missing: they may be a third answer."""
    ranked = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{word!r} ({rows:,})" for word, rows in ranked[:_SHOWN])
    words = (
        f"{cells_of(said.total(), name, 'says', 'say')} neither 0 nor 1: {shown}; read as missing. If that is "
        f'an answer of its own: [columns] types = {{ "{name}" = "category" }}, with another word for it.'
    )
    return Finding("missing-spelling", "note", words, name, said.total())


def _absent(kind: Kind, evidence: Evidence) -> Counter[str]:
    """Words that say in a column of this kind that there is nothing, with their rows."""
    return Counter(evidence.dates.absent) if kind == "date" else evidence.absent


def _missing_spelling(name: str, kind: Kind, evidence: Evidence) -> Finding:
    absent = _absent(kind, evidence)
    ranked = sorted(absent.items(), key=lambda pair: (-pair[1], pair[0]))
    spelled = ", ".join(f"{cell!r} ({rows:,})" for cell, rows in ranked[:_SHOWN])
    more = f" and {len(ranked) - _SHOWN} more spellings" if len(ranked) > _SHOWN else ""
    rows = absent.total()
    words = f"{cells_of(rows, name, 'says', 'say')} that there is no {kind}: {spelled}{more}; read as missing."
    return Finding("missing-spelling", "note", words, name, rows)


def spellings_joined(name: str, said: Joined) -> Finding:
    """Say that a column of yes and no writes one of them in several ways."""
    rows = sum(count for _, count in said.others)
    shown = ", ".join(f"{value!r} ({count:,})" for value, count in said.others[:_SHOWN])
    words = f"{cells_of(rows, name)} written otherwise than {said.kept!r}: {shown}; read as that."
    return Finding("spellings-joined", "note", words, name, rows)


def other_spelling(name: str, cells: int, written: str, kept: str) -> Finding:
    """Say that cells are written otherwise than in training, and what they are taken for."""
    words = (
        f"{cells_of(cells, name)} written otherwise than in training ({written!r} for "
        f"{kept!r}); read as that."
    )
    return Finding("other-spelling", "note", words, name, cells)


def unreadable(name: str, kind: str, cells: int, shown: str = "") -> Finding:
    """Say that cells could not be read as their column's kind; one is `shown`."""
    like = f" ({'such as ' * (cells > 1)}{shown[:_LONGEST]!r})" if shown else ""
    words = f"{cells_of(cells, name)} not a {kind}{like}, read as missing."
    return Finding("unreadable-cells", "warning", words, name, cells)


def infinite(name: str, cells: int) -> Finding:
    """Say that cells were infinite."""
    words = f"{cells_of(cells, name)} infinite or beyond float64, read as missing."
    return Finding("infinite-cells", "warning", words, name, cells)
