"""When two spellings of a category are one value: ``Plus``, ``PLUS``, `` plus `` and ``Ｐｌｕｓ``.

Letters' case, padding, repeated blanks and Unicode's forms (NFKC) carry no meaning, unless the
training table says otherwise: spellings that are both common there stay apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Finding
from unchurn.errors import cells_of

APART = 0.25
"""Share of a group's rows from which its second spelling is a value of its own."""
_SHOWN = 5
_UNEVEN = r"  |[\t-\r]"
"""Blanks that are to become one; looking for them costs a third of replacing."""


def folded(values: pa.Array) -> pa.Array:
    """Reduce text to the form in which spellings of one value are equal."""
    plain = pc.utf8_trim_whitespace(pc.utf8_normalize(values, "NFKC"))
    # by way of capitals: the two small forms of sigma share one
    lower = pc.utf8_lower(pc.utf8_upper(plain))
    if not pc.any(pc.match_substring_regex(lower, _UNEVEN)).as_py():
        return lower
    return pc.replace_substring_regex(lower, r"\s+", " ")


@dataclass(frozen=True)
class Grouping:
    """Which spellings are joined (spelling → the one kept), and folded forms that stay apart."""

    kept: Mapping[str, str]
    apart: tuple[str, ...]


def group(values: Sequence[str], rows: Sequence[int]) -> Grouping:
    """Join spellings under the commonest one, unless the second commonest is common too."""
    forms = folded(pa.array(values, pa.string()))
    if len(pc.unique(forms)) == len(values):
        return Grouping({}, ())
    groups: dict[str, list[tuple[int, str]]] = {}
    for form, value, count in zip(forms.to_pylist(), values, rows, strict=True):
        groups.setdefault(form, []).append((-count, value))
    kept: dict[str, str] = {}
    apart = []
    for form, members in sorted(groups.items()):
        members.sort()
        if len(members) > 1 and members[1][0] <= APART * sum(count for count, _ in members):
            apart.append(form)
        else:
            kept |= {value: members[0][1] for _, value in members[1:]}
    return Grouping(kept, tuple(apart))


def counted(cells: pa.ChunkedArray) -> list[tuple[str, int]]:
    """Count the values of a column, the commonest first, ties by value."""
    counts = pc.value_counts(pc.drop_null(pc.cast(cells, pa.string())))
    pairs = [(str(entry["values"]), int(entry["counts"])) for entry in counts.to_pylist()]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True)
class Spellings:
    """The spellings of every category column that training rows joined, by column."""

    kept: Mapping[str, Mapping[str, str]]
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, train: pa.Table, categories: Sequence[Column]) -> Spellings:
        """Look at category columns of training rows."""
        kept: dict[str, Mapping[str, str]] = {}
        findings = []
        for name in sorted(each.name for each in categories):
            pairs = counted(train[name])
            found = group([value for value, _ in pairs], [rows for _, rows in pairs]).kept
            if found:
                kept[name] = found
                findings.append(_finding(name, pairs, found))
        return cls(kept, tuple(findings))

    def applied(self, table: pa.Table) -> pa.Table:
        """Write joined spellings the one way in `table`, whose text may be dictionaries."""
        for name, kept in self.kept.items():
            place = table.schema.get_field_index(name)
            chunks = [_respelled(chunk, kept) for chunk in table[name].chunks]
            cells = pa.chunked_array(chunks, table.schema.field(name).type)
            table = table.set_column(place, table.schema.field(name), cells)
        return table.unify_dictionaries()


def _respelled(cells: pa.Array, kept: Mapping[str, str]) -> pa.Array:
    """Replace spellings, looking at each different one once."""
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    names = [kept.get(value, value) for value in encoded.dictionary.to_pylist()]
    plain = pa.array(names, pa.string()).take(encoded.indices)
    return plain.dictionary_encode().cast(cells.type) if encoded is cells else plain


def _finding(name: str, pairs: Sequence[tuple[str, int]], kept: Mapping[str, str]) -> Finding:
    others = [(value, rows) for value, rows in pairs if value in kept]
    rows = sum(count for _, count in others)
    shown = ", ".join(f"{value!r} for {kept[value]!r} ({n:,})" for value, n in others[:_SHOWN])
    words = f"{cells_of(rows, name, 'writes', 'write')} a value in another way: {shown}; joined."
    return Finding("spellings-joined", "note", words, name, rows)
