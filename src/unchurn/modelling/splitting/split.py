"""Who is held out: by customer hash, or by time; and which rows must never part.

A group is a connected component of rows that share an id or are equal in every feature. The
key of a customer like nobody else is the md5 of its id (of its contents where there is no id);
that of customers joined by equal contents is the md5 of the smallest of theirs, hashed once
more because the smallest of many is never an even draw. The key alone decides side and fold:
no seed, no row order. Another engine that can compute md5 gives the same split.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Keys = npt.NDArray[np.bytes_]
"""Group keys: 32 hex digits of an md5 as ASCII bytes (dtype S32)."""
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
LARGEST_SHARE = 0.1
"""A group of look-alikes above this share of rows means that contents identify nobody."""


@dataclass(frozen=True)
class Groups:
    """`keys` (rows,), and whether rows were so alike that contents could not join them."""

    keys: Keys
    too_alike: bool


def groups(
    ids: pa.ChunkedArray | pa.Array | None,
    contents: npt.NDArray[np.uint64],
    rows: npt.NDArray[np.uint64],
) -> Groups:
    """Group rows that share an id or contents.

    `ids` are strings (rows,), null where a row has none, or None for a table without ids;
    `contents` are hashes of every row's features and `rows` of the whole row (rows,). Where
    rows look so much alike that contents would join more than `LARGEST_SHARE` of them, ids
    alone are used, or whole rows where there are no ids.
    """
    unique, content_codes = np.unique(contents, return_inverse=True)
    bound = max(LARGEST_SHARE * len(contents), 2)
    if ids is None:
        too_alike = _largest(content_codes) > bound
        digests, codes = _digests_of_ids(
            pa.nulls(len(rows), pa.string()), rows if too_alike else contents
        )
        return Groups(digests[codes], too_alike)
    digests, id_codes = _digests_of_ids(ids, contents)
    if len(unique) == len(contents):
        return Groups(digests[id_codes], too_alike=False)
    parts = _components(id_codes, content_codes.astype(np.int64))
    if _largest(parts) > max(bound, _largest(id_codes)):
        return Groups(digests[id_codes], too_alike=True)
    return Groups(_smallest(digests, id_codes, parts), too_alike=False)


def side(keys: Keys, share: float) -> Mask:
    """Tell which rows are held out: (rows,), true for about `share` of the groups."""
    return _digits(keys, 0, 13) / np.float64(16**13) < share


def fold(keys: Keys, folds: int) -> npt.NDArray[np.int8]:
    """Number each row's fold from 0 to folds - 1, (rows,), independently of its side."""
    return (_digits(keys, 16, 12) % folds).astype(np.int8)


def stratified(keys: Keys, labels: npt.NDArray[np.int8], share: float) -> Mask | None:
    """Hold out about `share` of the groups with and of those without a churned row, at least one.

    For tables so small that a plain hash split leaves a side without a class. Returns None
    where fewer than two groups of a class exist.
    """
    unique, codes = np.unique(keys, return_inverse=True)
    churned = np.bincount(codes, weights=labels) > 0
    held = np.zeros(len(unique), dtype=bool)
    for members in (np.flatnonzero(churned), np.flatnonzero(~churned)):
        if len(members) < 2:
            return None
        count = min(max(1, round(share * len(members))), len(members) - 1)
        held[members[:count]] = True
    return held[codes]


def _digests_of_ids(
    ids: pa.ChunkedArray | pa.Array, contents: npt.NDArray[np.uint64]
) -> tuple[Keys, Ints]:
    """Digest every id; a row without one is told apart by its contents."""
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    encoded = whole.dictionary_encode()
    named = encoded.dictionary.to_pylist()
    codes = np.array(pc.fill_null(encoded.indices, -1), dtype=np.int64)
    nameless = codes < 0
    extra, positions = np.unique(contents[nameless], return_inverse=True)
    codes[nameless] = len(named) + positions
    texts = (str(each).encode() for each in named)
    blanks = (b"\0" + each.tobytes() for each in extra.astype("<u8"))
    return np.concatenate([_md5s(texts), _md5s(blanks)]), codes


def _md5s(values: Iterable[bytes]) -> Keys:
    found = [hashlib.md5(value, usedforsecurity=False).hexdigest() for value in values]
    return np.array(found, dtype="S32")


def _components(id_codes: Ints, content_codes: Ints) -> Ints:
    """Label rows connected through ids or contents: ids and contents are the nodes, rows edges."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ids = int(np.max(id_codes)) + 1
    size = ids + int(np.max(content_codes)) + 1
    ones = np.ones(len(id_codes), dtype=np.int8)
    graph = coo_array((ones, (id_codes, ids + content_codes)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    return np.asarray(labels, dtype=np.int64)[id_codes]


def _largest(codes: Ints) -> int:
    return int(np.max(np.bincount(codes)))


def _smallest(digests: Keys, id_codes: Ints, parts: Ints) -> Keys:
    """Give every row the key of its component, by the smallest digest in it."""
    order = np.argsort(digests, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    best = np.full(int(np.max(parts)) + 1, len(order), dtype=np.int64)
    worst = np.full(len(best), -1, dtype=np.int64)
    np.minimum.at(best, parts, rank[id_codes])
    np.maximum.at(worst, parts, rank[id_codes])
    chosen = digests[order][np.minimum(best, len(order) - 1)]
    joined = best < worst
    chosen[joined] = _md5s(chosen[joined].tolist())
    return chosen[parts]


def _digits(keys: Keys, start: int, count: int) -> Ints:
    """Read `count` hex digits of every key as a number below 16**count."""
    characters = np.ascontiguousarray(keys).view(np.uint8).reshape(len(keys), 32)
    total = np.zeros(len(keys), dtype=np.int64)
    for position in range(start, start + count):
        digit = characters[:, position].astype(np.int64)
        total = total * 16 + np.where(digit > 57, digit - 87, digit - 48)
    return total
