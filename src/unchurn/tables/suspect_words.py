"""Categories that may not be meant as such: numbers among words, dressed ones, objects, ``NA`` for a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.artefacts.schema import Severity
from unchurn.errors import cells_of
from unchurn.tables.cells import as_text
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import matches

_DRESSED = r"^(?P<lead>[^0-9\pL.,+-]{0,3})(?P<core>[-+]?[0-9][0-9.,·;_]*)(?P<trail>[^0-9]{0,16})$"
_NUMBER, _MARK, _ODD = "^[-+]?[0-9]+(?:[.,'_][0-9]{3})*(?:[.,·;][0-9]+)?$", "[.,·;_]", "[·;_]"
_WAYS, _AMOUNTS = 4, 25
"""Ways to write numbers in one column, at most, and different ones from which on they are amounts."""
_ALL = 0.98
"""Share of the cells that are numbers with the same around them."""
_CLASSES = 20
"""Up to so many different whole numbers with a letter may be classes: 4G and 5G."""
_CODE, _MANY = "^[A-Z]{2,3}$", 0.8
"""Share of codes among a column's other values, from which ``NA`` is likely one of them."""
_OBJECT = r"^(?:\{.*\}|\[.*\])$"
_SHOWN, _BEGUN = 4, 40
_HALF, _VALUES = 0.5, 12
"""Share of words up to which, and different values from which on, a column is none of classes."""


def suspect_words(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Yield what may be meant otherwise in a column of categories or of text."""
    if each.column.kind == "category" and evidence.spelled_out:
        yield _missing(each.column.name, evidence)
    if each.column.kind == "category":
        yield from _mixed_kinds(each, evidence)
    if not each.leading_zeros:
        yield from _dressed(each, evidence)
    yield from _nested(each, evidence)


def _mixed_kinds(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Say that a column would be one of numbers or of dates, but for words in some of its cells."""
    words = [(cell, rows) for cell, rows in evidence.unread if not any(map(str.isdigit, cell))]
    beside = sum(rows for _, rows in words)
    for kind, read in (("number", each.as_numbers), ("date", each.as_dates)):
        rest = evidence.told - read
        if (
            0 < rest <= _HALF * evidence.told
            and beside >= _MANY * rest
            and each.distinct >= _VALUES
        ):
            name = each.column.name
            ranked = sorted(words, key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]
            shown = ", ".join(f"{cell!r} ({rows:,})" for cell, rows in ranked)
            said = (
                f"{read:,} of {evidence.told:,} cells of {name!r} are {kind}s, and others are not, most often "
                f"{shown}: used as categories. If these stand for missing, name them in [data] missing; "
                f'or force the type: [columns] types = {{ "{name}" = "{kind}" }}.'
            )
            yield Finding("mixed-kinds", "warning", said, name, rest)
            return


def _missing(name: str, evidence: Evidence) -> Finding:
    said: Counter[str] = evidence.spelled_out
    ranked = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{word!r} ({rows:,})" for word, rows in ranked[:_SHOWN])
    rows = said.total()
    words = (
        f"{cells_of(rows, name, 'says', 'say')} {shown}: read as missing. If that is a value of its own, "
        "write it otherwise in the table."
    )
    values, _ = evidence.distinct.items()
    codes = matches(as_text(values), _CODE).mean() if len(values) else 0.0
    likely = codes >= _MANY and any(word.isupper() and word.isalpha() for word in said)
    severity: Severity = "warning" if likely else "note"
    return Finding("missing-spelling", severity, words, name, rows)


def _dressed(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    cells, rows = evidence.distinct.items()
    if not len(cells) or not pa.types.is_string(cells.type):
        return
    parts = pc.extract_regex(cells, _DRESSED)
    found = parts.is_valid().to_numpy(zero_copy_only=False)
    if rows[found].sum() < _ALL * rows.sum():
        return
    parts, rows = parts.filter(pa.array(found)), rows[found]
    around = pc.binary_join_element_wise(parts.field("lead"), parts.field("trail"), "…")
    encoded = around.dictionary_encode()
    shares = np.bincount(encoded.indices.to_numpy(zero_copy_only=False), weights=rows)
    core = parts.field("core")
    ways = [encoded.dictionary[place].as_py() for place in np.argsort(-shares, kind="stable")]
    if shares.max() < _ALL * rows.sum() or ways[0] == "…":
        marked = rows[matches(core, _MARK) & matches(core, _NUMBER)].sum() >= _HALF * rows.sum()
        several = len(ways) > 1 or matches(core, _ODD).any()
        if not (marked and several and len(ways) <= _WAYS and len(cells) >= _AMOUNTS):
            return
    elif len(cells) <= _CLASSES and not matches(core, "[.,]").any():
        return
    name, used = each.column.name, "as categories" if each.column.kind == "category" else "as text"
    written = " or ".join(map(repr, ways if len(ways) <= _WAYS else ways[:1]))
    words = (
        f"{cells_of(int(rows.sum()), name, 'is', 'are')} a number written {written}; what stands "
        f"around it is no known unit: read {used}. Leave it out of the table to use the numbers."
    )
    yield Finding("dressed-numbers", "warning", words, name, int(rows.sum()))


def _nested(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Say that cells hold several values, as objects and lists of JSON do."""
    cells, rows = evidence.distinct.items()
    if not len(cells) or not pa.types.is_string(cells.type):
        return
    found = matches(cells, _OBJECT)
    count = int(rows[found].sum())
    if count < _MANY * rows.sum():
        return
    name, shown = each.column.name, cells.filter(pa.array(found))[0].as_py()[:_BEGUN]
    words = (
        f"{cells_of(count, name, 'holds', 'hold')} an object or a list, such as {shown!r}: read as its text. "
        "Write each of its values as a column of its own."
    )
    yield Finding("nested-cells", "warning", words, name, count)
