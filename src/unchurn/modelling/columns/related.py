"""Groups of columns that move together: a number and its double, a place and its code.

Numbers are compared by Spearman's rank correlation over the rows where both are present (on
rows where at least half are), categories by whether each value of one always goes with one
value of the other. Groups are the connected components of such pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Finding
from unchurn.modelling.columns.leakage import as_floats

LIMIT = 0.98
"""Absolute rank correlation from which two columns move together."""
MOST_ROWS = 20_000
_MOST_COLUMNS = 1_000
Floats = npt.NDArray[np.float64]


def related_columns(table: pa.Table, features: Sequence[Column]) -> list[list[str]]:
    """Find groups of at least two features that move together in the first `MOST_ROWS` rows.

    Rows must be in random order. Names are sorted within and between groups.
    """
    head = table.slice(0, MOST_ROWS)
    numbers = [c.name for c in features if c.kind in ("number", "date")][:_MOST_COLUMNS]
    words = [c.name for c in features if c.kind in ("category", "text")][:_MOST_COLUMNS]
    pairs = _number_pairs(head, numbers) + _category_pairs(head, words)
    return _joined(pairs)


def related_findings(groups: Sequence[Sequence[str]]) -> list[Finding]:
    """Note every group; its finding stands under the first name and counts the columns."""
    found = []
    for names in groups:
        listed = ", ".join(repr(name) for name in names)
        words = f"{listed} move together: each says what the others say."
        found.append(Finding("related-columns", "note", words, names[0], len(names)))
    return found


def _number_pairs(table: pa.Table, names: list[str]) -> list[tuple[str, str]]:
    if len(names) < 2 or table.num_rows < 10:
        return []
    columns = [as_floats(table[name]) for name in names]
    ranks = np.column_stack([_ranks(values) for values in columns])
    likely = np.abs(_correlations(ranks)) >= LIMIT - 0.1
    first, second = np.nonzero(np.triu(likely, 1))
    found = []
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        both = np.isfinite(columns[one]) & np.isfinite(columns[two])
        if both.sum() >= max(10, table.num_rows / 2):
            stacked = np.column_stack([_ranks(columns[one][both]), _ranks(columns[two][both])])
            if abs(_correlations(stacked)[0, 1]) >= LIMIT:
                found.append((names[one], names[two]))
    return found


def _ranks(values: Floats) -> Floats:
    """Average ranks of the finite values, the mean rank elsewhere."""
    finite = np.isfinite(values)
    unique, codes, counts = np.unique(values[finite], return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = np.full(len(values), (finite.sum() + 1) / 2)
    if len(unique):
        ranks[finite] = (ends - (counts - 1) / 2)[codes]
    return ranks


def _correlations(ranks: Floats) -> Floats:
    centred = ranks - ranks.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    scaled = centred / np.where(length == 0, np.inf, length)
    return np.asarray(scaled.T @ scaled)


def _category_pairs(table: pa.Table, names: list[str]) -> list[tuple[str, str]]:
    """Pair categories whose values map one to one.

    Arrow numbers values by first appearance, so such columns have the same numbers.
    """
    first: dict[bytes, str] = {}
    found = []
    for name in names:
        encoded = pc.dictionary_encode(table[name].combine_chunks(), null_encoding="encode")
        codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int32)
        if len(encoded.dictionary) < 2:
            continue
        one = first.setdefault(codes.tobytes(), name)
        if one != name:
            found.append((one, name))
    return found


def _joined(pairs: list[tuple[str, str]]) -> list[list[str]]:
    group: dict[str, set[str]] = {}
    for one, two in pairs:
        merged = group.get(one, {one}) | group.get(two, {two})
        for name in merged:
            group[name] = merged
    return [list(names) for names in sorted({tuple(sorted(names)) for names in group.values()})]
