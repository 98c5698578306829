"""The different values of a target, and how each is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.columns.label_values import Found, special_values
from unchurn.modelling.columns.labels import LabelError, read_labels

SPELLINGS = st.sampled_from(
    ["Yes", "yes", "Y", "1", "No", "n", "0", "-1", "", "NA", "gone", "Gone."]
)


def test_a_value_is_shown_in_its_commonest_spelling() -> None:
    """Of several spellings of one value the commonest stands for it, and no blank for any."""
    counts = {"yes": 2, "Yes": 9, "No": 30, "": 50}
    found = Found.of(counts, (), False, special_values(counts))
    assert found.shown == {"1": "Yes", "0": "No"}


@settings(max_examples=100)
@given(st.dictionaries(SPELLINGS, st.integers(1, 9)))
def test_what_is_shown_is_the_first_spelling_of_each_value(counts: dict[str, int]) -> None:
    """Looking a value up gives what listing its spellings begins with."""
    found = Found.of(counts, (), False, special_values(counts))
    assert found.shown == {value: found.spelled([value])[0] for value in found.rows}


@pytest.mark.parametrize("positive", ["", "v7"])
def test_a_target_of_very_many_values_is_refused(positive: str) -> None:
    """Twenty thousand different values are no label, whether churned is named or not."""
    counts = {f"v{number}": 1 for number in range(20_000)}
    with pytest.raises(LabelError, match=r"20000 different values|holds 19999 values"):
        read_labels(counts, positive)
