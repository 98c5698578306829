"""What a person should know, or settle, about how a column's numbers were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, ColumnSummary, Finding
from unchurn.artefacts.schema import Severity
from unchurn.errors import cells_of, counted
from unchurn.tables.cells import number_text
from unchurn.tables.decimal_mark import ASKED, Mark, vote
from unchurn.tables.evidence import Evidence
from unchurn.tables.measures import read_numbers
from unchurn.tables.numbers import Decimal, matches
from unchurn.tables.stated import Stated
from unchurn.tables.units import CREDIT, SCALE

_SHOWN = 4
_FEW = 0.1
"""Share of the cells that show a column's decimal mark, up to which others may be slips."""
_CLASSES = (2, 10)
"""How many classes a code has, at least and at most."""
_MANY = 20
"""Rows of each of the first two, beside which one cell of another is no class that happens to be rare."""
_LONG_CLOCK, _THREE_PARTS = (
    "^(?:2[4-9]|[3-9][0-9]|[1-9][0-9]{2,5}):[0-5][0-9]$",
    "^[0-9]+:[0-5][0-9]:",
)
_MIXED = "beside cells of"
_WORD: dict[Decimal, str] = {".": "point", ",": "comma"}


def number_findings(
    each: ColumnSummary, evidence: Evidence, mark: Mark, stated: Stated
) -> Iterator[Finding]:
    """Yield findings about a number column: its decimal mark, its unit, cells like ``>5``."""
    name, unit = each.column.name, each.column.unit
    marks, figures = evidence.marks, evidence.numbers[mark.decimal]
    guessed = mark.why == "delimiter" and marks.either > 0
    if mark.decimal == "," and (marks.comma or marks.either) and not guessed:
        yield Finding("decimal-comma", "note", f"{name!r} is written with a decimal comma.", name)
    yield from _mark(each.column, mark, evidence, stated)
    yield from _slip(name, mark, evidence, unit)
    if unit == CREDIT:
        rows = figures.written(unit)["CR"]
        words = f"{name!r} is a ledger: DR (debit) is positive, CR (credit) negative."
        yield Finding("credit-debit", "note", words, name, rows)
    elif unit != SCALE:
        yield from _unit(name, unit, evidence, mark)
    yield from _mixed(name, figures.beside)
    yield from _lone(each)
    if figures.about:
        words = f"{cells_of(figures.about, name)} like '>5' or '10+', read as the number itself."
        yield Finding("about-numbers", "note", words, name, figures.about)


def _lone(each: ColumnSummary) -> Iterator[Finding]:
    """Say that one cell is 0 where all others are classes that count from 1."""
    rows, classes = dict(each.top), each.distinct - 1
    if not each.integers or not _CLASSES[0] <= classes <= _CLASSES[1] or rows.get("0") != 1:
        return
    if any(rows.get(str(n), 0) < (_MANY if n <= _CLASSES[0] else 1) for n in range(1, classes + 1)):
        return
    name = each.column.name
    words = (
        f"1 cell of {name!r} is '0', and all others are 1 to {classes}: is it a class of its own, or "
        "a slip? It is read as it stands; mend it in the table, or blank it, if nobody knows."
    )
    yield Finding("lone-code", "warning", words, name, 1)


def _mixed(name: str, beside: Counter[str]) -> Iterator[Finding]:
    money = {sign: rows for sign, rows in beside.items() if rows and sign not in ("", "%")}
    if len(money) > 1:
        ranked = sorted(money, key=lambda sign: (-money[sign], sign))
        told = ", ".join(f"{sign} ({counted(money[sign], 'cell')})" for sign in ranked[:_SHOWN])
        words = f"{name!r} holds amounts in several currencies, not converted: {told}."
        yield Finding("mixed-currencies", "warning", words, name, sum(money.values()))
    if beside["%"] and (bare := beside[""]):
        words = (
            f"{cells_of(beside['%'], name, 'carries', 'carry')} a % and {bare:,} "
            f"{'does' if bare == 1 else 'do'} not; each is read as the "
            "number that is written."
        )
        yield Finding("mixed-percent", "warning", words, name, min(beside["%"], bare))


def _unit(name: str, unit: str, evidence: Evidence, mark: Mark) -> Iterator[Finding]:
    rows = evidence.numbers[mark.decimal].written(unit)
    bare = rows.pop("", 0)
    words = f"{name!r} is read in {unit!r}"
    clocks = _clocks(evidence) if unit == "s" else ""
    words += clocks
    words += (
        f"; {counted(bare, 'cell without a unit is', 'cells without a unit are')} taken to be in it."
        if bare
        else "."
    )
    yield Finding("unit", "warning" if _MIXED in clocks else "note", words, name, rows.total())


def _clocks(evidence: Evidence) -> str:
    """Say how ``125:30`` is read, where no clock shows so many hours."""
    cells, _ = evidence.distinct.items()
    if not len(cells) or not pa.types.is_string(cells.type):
        return ""
    long = cells.filter(pa.array(matches(cells, _LONG_CLOCK)))
    if not len(long):
        return ""
    shown = pc.min(long).as_py()
    hours, minutes = shown.split(":")
    words = f", {shown!r} as {int(hours)} hours and {int(minutes)} minutes"
    if matches(cells, _THREE_PARTS).any():
        return (
            f"{words} {_MIXED} hours, minutes and seconds: if it is minutes and seconds, write it as "
            f"{int(hours) // 60}:{int(hours) % 60:02}:{minutes}"
        )
    return f"{words} (if these are minutes and seconds, all are 60 times too large, which changes no model)"


def _mark(column: Column, mark: Mark, evidence: Evidence, stated: Stated) -> Iterator[Finding]:
    name, marks, key = column.name, evidence.marks, stated.key("decimal")
    other: Decimal = "." if mark.decimal == "," else ","
    if mark.why == "stated" and vote(evidence) == other:
        words = f"{name!r} reads with a decimal {_WORD[other]}, but {key} says {mark.decimal!r}."
        yield Finding("decimal-mark", "warning", words, name)
    if mark.why in (*ASKED, "delimiter") and marks.either:
        point, comma = (_read(marks.example, each, column.unit) for each in (".", ","))
        here = point if mark.decimal == "." else comma
        why = "The file does not tell"
        if mark.why == "delimiter":
            why = "No column tells; semicolons between cells go with a decimal comma"
        words = (
            f"Is {marks.example!r} in {name!r} {point} or {comma}? {why}; read as "
            f'{here}. Settle it: {key} = {{ "{name}" = "." }} (or ",")'
            f"{stated.with_flag(', or init --decimal')}."
        )
        severity: Severity = "warning" if mark.why in ASKED else "note"
        yield Finding("decimal-mark", severity, words, name, marks.either)


def _slip(name: str, mark: Mark, evidence: Evidence, unit: str) -> Iterator[Finding]:
    """Say that a few cells, such as ``9,091`` among ``12.50``, may have another mark than the rest."""
    marks, here = evidence.marks, mark.decimal
    other: Decimal = "." if here == "," else ","
    decisive = marks.point if here == "." else marks.comma
    few = max(2.0, _FEW * decisive)
    if mark.why not in ("own", "file"):  # asked already, or the user's word
        return
    grouped, thirds = marks.holding[other], marks.holding[here]
    if here not in marks.parted and (marks.unparted or (decisive and grouped <= few)) and grouped:
        rows, texts, why = grouped, marks.least[other], "no other shows that thousands are parted"
    elif thirds and not decisive and not grouped and thirds < evidence.told:
        rows, texts, why = thirds, marks.least[here], "all others are whole numbers"
    else:
        return
    held = _WORD[other if rows == grouped else here]
    read = ", ".join(f"{text!r} as {_read(text, here, unit)}" for text in texts)
    words = (
        f"{cells_of(rows, name, 'has', 'have')} a {held} before three digits and {why}: read {read}. "
        f"Where that is wrong, write {'it' if rows == 1 else 'them'} as the others; where it is "
        f'right, say so: [columns] decimal = {{ "{name}" = "{here}" }}.'
    )
    yield Finding("mark-slip", "warning", words, name, rows)


def _read(cell: str, decimal: Decimal, unit: str) -> str:
    return number_text(float(read_numbers(pa.array([cell]), decimal, unit).values[0]))
