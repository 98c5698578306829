"""Categories that may not be meant as such: dressed numbers, objects in cells, ``NA`` for a value."""

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

_DRESSED = r"^(?P<lead>[^0-9\pL.,+-]{0,3})(?P<core>[-+]?[0-9][0-9.,]*)(?P<trail>[^0-9]{0,16})$"
_ALL = 0.98
"""Share of the cells that are numbers with the same around them."""
_CLASSES = 20
"""Up to so many different whole numbers with a letter may be classes: 4G and 5G."""
_CODE, _MANY = "^[A-Z]{2,3}$", 0.8
"""Share of codes among a column's other values, from which ``NA`` is likely one of them."""
_OBJECT = r"^(?:\{.*\}|\[.*\])$"
_SHOWN, _BEGUN = 4, 40


def suspect_words(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Yield what may be meant otherwise in a column of categories or of text."""
    if each.column.kind == "category" and evidence.spelled_out:
        yield _missing(each.column.name, evidence)
    if not each.leading_zeros:
        yield from _dressed(each, evidence)
    yield from _nested(each, evidence)


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
    most = encoded.dictionary[int(np.argmax(shares))].as_py()
    fractions = matches(parts.field("core"), "[.,]").any()
    if (
        most == "…"
        or shares.max() < _ALL * rows.sum()
        or (len(cells) <= _CLASSES and not fractions)
    ):
        return
    name, used = each.column.name, "as categories" if each.column.kind == "category" else "as text"
    words = (
        f"{cells_of(int(rows.sum()), name, 'is', 'are')} a number written {most!r}; what stands "
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
