"""When two spellings of a category are one value: ``Plus``, ``PLUS``, `` plus `` and ``Ｐｌｕｓ``.

Letters' case and Unicode's forms (NFKC) carry no meaning, unless the training table says otherwise:
spellings that are both common there stay apart, and that is said. What nobody can see carries none at all: padding, blanks,
composed and decomposed letters, characters without width, Cyrillic letters in Latin words, ``&amp;``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Finding
from unchurn.errors import cells_of

_UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff]"
_TWO_SCRIPTS = r"[A-Za-z].*[\p{Cyrillic}\p{Greek}]|[\p{Cyrillic}\p{Greek}].*[A-Za-z]"
_LOOKS_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеѕіјорсхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTXYaesijopcxyABEZHIKMNOPTYXo"
)
_ENTITY = "&(?:[A-Za-z]{2,8}|#[0-9]{1,5}|#x[0-9a-fA-F]{1,4});"
APART = 0.25
"""Share of a group's rows from which its second spelling is a value of its own."""
_SHOWN = 5
_UNEVEN = r"  |[\t-\r]"
"""Blanks that are to become one; looking for them costs a third of replacing."""


def folded(values: pa.Array) -> pa.Array:
    """Reduce text to the form in which spellings of one value are equal."""
    return _in_one_case(seen(values))


def _in_one_case(plain: pa.Array) -> pa.Array:
    # by way of capitals: the two small forms of sigma share one
    return pc.utf8_lower(pc.utf8_upper(pc.utf8_normalize(plain, "NFKC")))


def seen(values: pa.Array) -> pa.Array:
    """Reduce text to what can be seen of it."""
    text = values
    if not pc.all(pc.string_is_ascii(values), skip_nulls=True).as_py():
        text = pc.replace_substring_regex(pc.utf8_normalize(values, "NFC"), _UNSEEN, "")
        text = pc.replace_substring_regex(text, r"\p{Z}", " ")
        text = _changed(text, _TWO_SCRIPTS, _in_latin)
    if pc.any(pc.match_substring(text, "&")).as_py():
        text = pc.replace_substring_regex(_changed(text, _ENTITY, unescape), r"\p{Z}", " ")
    text = pc.utf8_trim_whitespace(text)
    if not pc.any(pc.match_substring_regex(text, _UNEVEN)).as_py():
        return text
    return pc.replace_substring_regex(text, r"\s+", " ")


def _changed(text: pa.Array, pattern: str, change: Callable[[str], str]) -> pa.Array:
    found = pc.fill_null(pc.match_substring_regex(text, pattern), False)
    if not pc.any(found).as_py():
        return text
    made = [change(each) for each in text.filter(found).to_pylist()]
    return pc.replace_with_mask(text, found, pa.array(made, text.type))


def _in_latin(text: str) -> str:
    """Write a word of two scripts in Latin letters, where all others look like such."""
    latin = text.translate(_LOOKS_LIKE)
    return latin if not re.search("[\u0370-\u03ff\u0400-\u04ff]", latin) else text


@dataclass(frozen=True)
class Grouping:
    """Which spellings are joined (spelling → the one kept), and folded forms that stay apart."""

    kept: Mapping[str, str]
    apart: tuple[str, ...]


def group(values: Sequence[str], rows: Sequence[int]) -> Grouping:
    """Join spellings under the commonest one that is all to be seen, unless the second commonest is common too.

    Those that look alike are one spelling.
    """
    looks = seen(pa.array(values, pa.string()))
    forms = _in_one_case(looks)
    if len(pc.unique(forms)) == len(values):
        return Grouping({}, ())
    groups: dict[str, list[tuple[int, str, str]]] = {}
    for form, look, value, count in zip(
        forms.to_pylist(), looks.to_pylist(), values, rows, strict=True
    ):
        groups.setdefault(form, []).append((-count, value, look))
    kept: dict[str, str] = {}
    apart = []
    for form, members in sorted(groups.items()):
        members.sort()
        if _stay_apart(members):
            apart.append(form)
        parts = [look for *_, look in members] if form in apart[-1:] else [""]
        for part in dict.fromkeys(parts):
            # without what cannot be seen, where one is written so, else the commonest
            ranked = sorted(members, key=lambda each: (each[1] != each[2], each[0], each[1]))
            alike = [value for _, value, look in ranked if part in ("", look)]
            kept |= dict.fromkeys(alike[1:], alike[0])
    return Grouping(kept, tuple(apart))


def _stay_apart(members: Sequence[tuple[int, str, str]]) -> bool:
    counts: Counter[str] = Counter()
    for count, _, look in members:
        counts[look] -= count
    ranked = counts.most_common(2)
    return len(ranked) > 1 and ranked[1][1] >= APART * counts.total()


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
            found = group([value for value, _ in pairs], [rows for _, rows in pairs])
            if found.kept:
                kept[name] = found.kept
                findings.append(_finding(name, pairs, found.kept))
            findings += [_apart(name, pairs, form) for form in found.apart]
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


def _apart(name: str, pairs: Sequence[tuple[str, int]], form: str) -> Finding:
    forms = folded(pa.array([value for value, _ in pairs], pa.string())).to_pylist()
    alike = [pair for pair, each in zip(pairs, forms, strict=True) if each == form]
    shown = ", ".join(f"{value!r} ({rows:,})" for value, rows in alike[:_SHOWN])
    words = (
        f"{name!r} holds {shown}: all are common, so that each is kept as a value of its own. If they are one, "
        "write it the one way."
    )
    return Finding("spellings-apart", "note", words, name, sum(rows for _, rows in alike))
