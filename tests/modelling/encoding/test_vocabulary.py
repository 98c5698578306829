"""Texts are found among the kept values: exactly, or in another spelling that is said."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.encoding.vocabulary import Vocabulary
from unchurn.project import Features

WORDS = st.text(st.sampled_from("aAbB \tÉéﬁſσςΣ\u0301\u00a0"), max_size=4)


def found(vocabulary: Vocabulary, *texts: str | None) -> tuple[list[int], list[int]]:
    places, otherwise = vocabulary.find(pa.array(texts, pa.string()))
    return places.tolist(), [] if otherwise is None else otherwise.nonzero()[0].tolist()


def test_an_exact_spelling_wins() -> None:
    """Another one is found where one value alone has its form; blanks and strangers are not."""
    vocabulary = Vocabulary(("Basic", "Plus"), ())
    assert found(vocabulary, "Plus", "PLUS", None, "Pro", " basic ") == ([1, 1, -1, -1, 0], [1, 4])
    assert found(vocabulary, "Plus", None) == ([1, -1], [])
    assert found(vocabulary) == ([], [])


def test_what_is_ambiguous_is_found_as_it_is_written_only() -> None:
    """Two kept spellings of a form, a form that training kept apart, and models that never looked."""
    assert found(Vocabulary(("A", "a", "b"), ()), "a", "A", " a", "B") == ([1, 0, -1, 2], [3])
    assert found(Vocabulary(("a", "b"), ("a",)), "a", "A", "B") == ([0, -1, 1], [2])
    assert found(Vocabulary(("a", "b"), None), "a", "A", "B") == ([0, -1, -1], [])


@given(
    values=st.sets(WORDS, min_size=1, max_size=6), cells=st.lists(st.none() | WORDS, max_size=30)
)
def test_how_cells_are_held_changes_nothing(values: set[str], cells: list[str | None]) -> None:
    """Plain, dictionaries short and long, and a slice of one: the same codes for each cell."""
    column = EncodedColumn("plan", "category", tuple(sorted(values)), apart=())
    plain = pa.array(cells, pa.string())
    long = pa.array([*cells, *"abcdefghijklmnopqrstuvwxyz"] * 2, pa.string()).dictionary_encode()
    codes, absent, otherwise = column.coded(plain)
    marked = [False] * len(cells) if otherwise is None else otherwise.tolist()
    for held in (plain.dictionary_encode(), long.slice(0, len(cells)), long):
        same = column.coded(held)
        few = slice(len(cells))
        known = ~absent
        assert same.codes[few][known].tolist() == codes[known].tolist()
        assert same.absent[few].tolist() == absent.tolist()
        other = same.otherwise
        assert ([False] * len(cells) if other is None else other[few].tolist()) == marked


@pytest.mark.parametrize("kept", ["plus", "pro"])
def test_an_exact_value_is_never_another_spelling(kept: str) -> None:
    """What training kept is read as itself, whatever else folds to it."""
    rows = pa.table({"plan": [kept] * 30 + [kept.upper()] * 20 + ["basic"] * 30})
    encoder = Encoder.fit(rows, (Column("plan", "category"),), Features())
    coded = encoder.parts[0].coded(rows["plan"].combine_chunks())
    assert coded.otherwise is None
    assert len(set(coded.codes.tolist())) == 3


def test_a_blank_is_no_other_spelling() -> None:
    """Beside a dictionary whose first value is one, too."""
    column = EncodedColumn("plan", "category", ("Plus",), apart=())
    coded = column.coded(pa.array(["PLUS", None, "Plus"]).dictionary_encode())
    assert coded.otherwise is not None
    assert coded.otherwise.tolist() == [True, False, False]
    assert coded.absent.tolist() == [False, True, False]
