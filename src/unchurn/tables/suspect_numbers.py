"""Numbers that may not mean what they say: codes for missing, slips, two scales, dates, versions.

They are read as they stand, and a person is told, with what would settle it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import cells_of
from unchurn.tables.cells import as_text, number_text
from unchurn.tables.evidence import Evidence
from unchurn.tables.measures import read_numbers
from unchurn.tables.number_evidence import NumberRange
from unchurn.tables.numbers import matches
from unchurn.tables.sentinels import Meaning
from unchurn.tables.sizes import Apart

_CLASSES = 20
"""Up to so many different numbers a column may be one of classes, each far from the next."""
_DAYS = 10_000
"""Numbers below it are no dates in digits: a day of the month, a year, a count."""
_FEW = 50
"""Up to so many different numbers may be versions or codes."""
_DENSE = 0.5
"""Share of the numbers up to the largest that versions have behind their mark."""
_SHOWN = 3


def suspect_numbers(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Yield what may be meant otherwise in a column of numbers."""
    name, figures = each.column.name, evidence.numbers[each.column.decimal]
    settled = figures.settled()
    if evidence.dates.dated == "day" and settled.maximum >= _DAYS:
        yield _dated(name, settled)
        return
    money = any(sign not in ("", "%") for sign, rows in figures.beside.items() if rows)
    meaning = Meaning.of(name, money, bool(figures.beside["%"]), each.distinct)
    codes = settled.suspected_codes(meaning)
    if codes and not _are_prices(evidence):
        yield _codes(name, settled, codes)
    classes = not evidence.distinct.beyond and each.distinct <= _CLASSES
    sized = {code: rows for code, rows in codes.items() if code not in settled.sentinels}
    apart = settled.sizes.apart(sized, classes, settled.whole)
    # what is written in several units is of several sizes
    units = [unit for unit in figures.written(each.column.unit) if unit]
    if apart and len(units) < 2 and not (apart.sort == "shares" and (figures.beside["%"] or units)):
        yield _apart(name, settled, apart)
    yield from _joined(each, evidence)


def _are_prices(evidence: Evidence) -> bool:
    """Tell a ladder of prices, 9, 49, 99 and 999, on which a number of nines is one of them."""
    cells, _ = evidence.distinct.items()
    ends = matches(as_text(cells), "9(?:[.,]0+)?$") if len(cells) else np.zeros(1, np.bool_)
    return len(cells) <= _CLASSES and float(ends.mean()) >= 0.5


def _dated(name: str, settled: NumberRange) -> Finding:
    least, most = (number_text(end) for end in (settled.minimum, settled.maximum))
    words = (
        f"{name!r} is called a date, and its numbers ({least} to {most}) are no dates that can be "
        "told: used as numbers. If they are dates, write them as 2024-01-31, or say what they count: [columns] "
        "epoch."
    )
    return Finding("dated-numbers", "warning", words, name, settled.readable)


def _codes(name: str, settled: NumberRange, codes: dict[float, int]) -> Finding:
    rows = sum(codes.values())
    spelled = [number_text(code) for code in sorted(codes)]
    low, high = (number_text(end) for end in settled.without(codes))
    quoted = ", ".join(f'"{code}"' for code in spelled)
    words = (
        f"{cells_of(rows, name, 'is', 'are')} {' or '.join(spelled)}, and all others "
        f"{low} to {high}: read as numbers. If that stands "
        f'for missing, say so: [columns] missing = {{ "{name}" = [{quoted}] }}.'
    )
    return Finding("missing-codes", "warning", words, name, rows)


def _apart(name: str, settled: NumberRange, apart: Apart) -> Finding:
    edge, end, others = f"{apart.edge:,.6g}", f"{apart.end:,.6g}", f"{apart.others:,}"
    if apart.sort == "far":
        words = (
            f"{cells_of(apart.rows, name, 'lies', 'lie')} beyond {edge}, and the {others} others within "
            f"{end}: check for a lost decimal mark or another unit; read as written."
        )
        return Finding("far-numbers", "warning", words, name, apart.rows)
    if apart.sort == "near-zero":
        words = (
            f"{cells_of(apart.rows, name, 'is', 'are')} {edge} or less and not 0, and the {others} others "
            f"{end} or more: check for a slip of the decimal mark or another unit; read as written."
        )
        return Finding("far-numbers", "warning", words, name, apart.rows)
    if apart.sort == "years":
        words = (
            f"{cells_of(apart.rows, name, 'looks', 'look')} like a year, and the {others} others are {end} at "
            "most: ages and years of birth may be mixed. They are read as written; write all alike."
        )
    elif apart.sort == "shares":
        words = (
            f"{cells_of(apart.rows, name, 'is', 'are')} above 1 and {others} at most 1, with hardly any "
            "between 1 and 2: shares and percentages may be mixed. Each is read as the number that "
            "is written; write all alike."
        )
    else:
        words = (
            f"{name!r} holds numbers of two scales, {apart.rows:,} beyond {edge} and {others} within "
            f"{end}, and none between: two units may be mixed. They are read as written; write all alike."
        )
    return Finding("mixed-scales", "warning", words, name, apart.rows)


def _joined(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Say that ``2.1`` and ``2.10``, two versions, are one number."""
    cells, rows = evidence.distinct.items()
    if not pa.types.is_string(cells.type) or each.distinct > _FEW or len(cells) <= each.distinct:
        return
    values = read_numbers(cells, each.column.decimal, each.column.unit).values
    # 0.0 and -0.0 are one whatever is meant
    told = matches(cells, rf"\{each.column.decimal}[0-9]*0$|[0-9][eE][+-]?[0-9]+$") & np.isfinite(
        values
    )
    told &= values != 0
    first: dict[float, int] = {}
    lengths = pc.binary_length(cells).to_numpy(zero_copy_only=False)
    for place in np.lexsort((lengths, told)).tolist():
        first.setdefault(values[place], place)
    twice = [place for place in np.flatnonzero(told).tolist() if first[values[place]] != place]
    if not twice or not _count_up(cells, each.column.decimal):
        return
    name = each.column.name
    spelled = cells.take(pa.array(twice)).to_pylist()[:_SHOWN]
    shown = ", ".join(
        f"{cell!r} as {number_text(float(values[place]))}"
        for cell, place in zip(spelled, twice, strict=False)
    )
    words = (
        f"{cells_of(int(rows[twice].sum()), name)} read as a number that others write otherwise: {shown}. "
        f'If they are codes or versions: [columns] types = {{ "{name}" = "category" }}.'
    )
    yield Finding("numbers-joined", "note", words, name, int(rows[twice].sum()))


def _count_up(cells: pa.Array, decimal: str) -> bool:
    """Tell whether what is behind the marks counts up, as of versions; that of prices has gaps."""
    parts = pc.extract_regex(cells, rf"\{decimal}(?P<minor>[0-9]{{1,9}})$").drop_null()
    minors = pc.unique(pc.cast(parts.field("minor"), pa.int64()))
    return not len(minors) or len(minors) > _DENSE * pc.max(minors).as_py()
