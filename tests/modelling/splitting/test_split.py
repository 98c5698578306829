"""Who is held out by hash, and which rows never part."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.splitting.split import fold, groups, side, stratified

N = 3000
IDS = [f"c{i}" for i in range(N)]
CONTENTS = np.arange(N, dtype=np.uint64)


def keys_of(ids: list[str | None] | None, contents: np.ndarray) -> np.ndarray:
    """Group with whole rows equal to contents."""
    cells = None if ids is None else pa.array(ids, pa.string())
    return groups(cells, contents, contents).keys


def test_a_customer_like_nobody_else_is_keyed_by_its_id_alone() -> None:
    """The key is the md5 of the id, so that any engine finds the same side."""
    keys = keys_of(IDS, CONTENTS)
    assert keys[7] == hashlib.md5(b"c7").hexdigest().encode()
    fewer = keys_of(IDS[5:50], CONTENTS[5:50])
    assert (fewer == keys[5:50]).all()


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 300)), min_size=1, max_size=60),
    st.randoms(use_true_random=False),
)
def test_rows_that_share_an_id_or_contents_share_a_key(
    rows: list[tuple[int, int]], shuffle: object
) -> None:
    """Connected rows have one key, whatever the order of rows."""
    ids = [f"c{i}" for i, _ in rows]
    contents = np.array([content for _, content in rows], dtype=np.uint64)
    made = groups(pa.array(ids), contents, contents)
    for one in range(len(rows)):
        for two in range(one):
            if ids[one] == ids[two] or (contents[one] == contents[two] and not made.too_alike):
                assert made.keys[one] == made.keys[two]
    order = list(range(len(rows)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    again = groups(pa.array([ids[i] for i in order]), contents[order], contents[order])
    assert (again.keys == made.keys[order]).all()


def test_chains_of_ids_and_contents_are_one_group() -> None:
    """a-x, b-x, b-y, c-y belong together although a and c share nothing."""
    contents = np.concatenate([np.array([1, 1, 2, 2], dtype=np.uint64), CONTENTS[10:60]])
    keys = keys_of(["a", "b", "b", "c", *IDS[:50]], contents)
    assert len(set(keys[:4].tolist())) == 1
    smallest = min(hashlib.md5(each).hexdigest() for each in (b"a", b"b", b"c"))
    assert keys[0] == hashlib.md5(smallest.encode()).hexdigest().encode()


def test_without_ids_equal_contents_share_a_key() -> None:
    """A table without an id is grouped by what its rows hold."""
    contents = np.concatenate([CONTENTS[:50], CONTENTS[:3]])
    keys = keys_of(None, contents)
    assert (keys[50:] == keys[:3]).all()
    assert len(set(keys.tolist())) == 50


def test_customers_that_all_look_alike_are_split_by_id() -> None:
    """Eight different contents in 3,000 rows would leave eight groups; ids are used instead."""
    made = groups(pa.array(IDS), CONTENTS % np.uint64(8), CONTENTS)
    assert made.too_alike
    assert len(np.unique(made.keys)) == N
    nameless = groups(None, CONTENTS % np.uint64(8), CONTENTS)
    assert nameless.too_alike
    assert len(np.unique(nameless.keys)) == N


def test_rows_without_an_id_are_told_apart_by_contents() -> None:
    """Blank ids are not one customer."""
    keys = keys_of([None] * 40 + IDS[:40], CONTENTS[:80])
    assert len(set(keys.tolist())) == 80


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_about_the_share_is_held_out(share: float) -> None:
    """The held-out share is close to what was asked for, on a few thousand customers."""
    held = side(keys_of(IDS, CONTENTS), share)
    assert abs(held.mean() - share) < 0.03


def test_a_larger_share_only_adds_customers() -> None:
    """Whoever is held out at 10% is held out at 20% too."""
    keys = keys_of(IDS, CONTENTS)
    assert not (side(keys, 0.1) & ~side(keys, 0.2)).any()


def test_folds_are_even_and_independent_of_the_side() -> None:
    """Folds are about equal among training and among held-out rows."""
    keys = keys_of(IDS, CONTENTS)
    folds, held = fold(keys, 5), side(keys, 0.2)
    assert set(folds.tolist()) == set(range(5))
    for part in (held, ~held):
        assert np.bincount(folds[part]).max() < 0.27 * part.sum()


def test_stratified_gives_both_sides_both_classes() -> None:
    """Two churned customers among ten: one on each side."""
    labels = np.array([1, 1, *[0] * 8], dtype=np.int8)
    held = stratified(keys_of(IDS[:10], CONTENTS[:10]), labels, 0.2)
    assert held is not None
    assert labels[held].sum() == labels[~held].sum() == 1


def test_stratified_gives_up_on_a_single_churned_customer() -> None:
    """One churned customer cannot be on both sides."""
    labels = np.array([1, *[0] * 9], dtype=np.int8)
    assert stratified(keys_of(IDS[:10], CONTENTS[:10]), labels, 0.2) is None


def test_customers_joined_by_equal_contents_are_held_out_evenly() -> None:
    """Groups of forty look-alikes land on either side as often as single customers do."""
    ids = pa.array([f"{number:05d}" for number in range(8000)])
    contents = (np.arange(8000) % 200).astype(np.uint64)
    keys = groups(ids, contents, np.arange(8000, dtype=np.uint64)).keys
    assert len(np.unique(keys)) == 200
    assert 0.1 < side(keys, 0.2).mean() < 0.3
