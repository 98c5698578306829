from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.errors import ConfigError
from unchurn.modelling.fitting.configurations import (
    Configuration,
    chosen,
    fixed,
    from_strings,
    to_strings,
)
from unchurn.project.hyperparameters import read_own


def test_every_fixed_configuration_survives_its_strings() -> None:
    """What params.json holds gives back the same hyperparameters."""
    for each in fixed().values():
        again = Configuration.from_plain(each.to_plain())
        assert (again.name, dict(again.params)) == (each.name, dict(each.params))


@given(st.floats(1e-4, 1), st.integers(0, 64))
def test_strings_are_canonical(eta: float, depth: int) -> None:
    """Written, read and written again, a configuration is the same text."""
    text = to_strings({"eta": eta, "max_depth": depth})
    assert to_strings(from_strings(text)) == text


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("tree_depth", "3", "not a hyperparameter"),
        ("eta", "fast", "eta is 'fast'; it must be a number from 0.0001 to 1"),
        ("eta", "7", "must be a number from"),
        ("eta", "nan", "must be a number from"),
        ("gamma", "inf", "must be a number from"),
        ("max_depth", "3.5", "must be a whole number from 0 to 64"),
        ("grow_policy", "sideways", "grow_policy is 'sideways'"),
    ],
)
def test_bad_text_is_refused_with_the_choices(key: str, text: str, words: str) -> None:
    """An unknown key, a word for a number and a number out of bounds each say what is valid."""
    with pytest.raises(ConfigError, match=words):
        from_strings({key: text})


@pytest.mark.parametrize("name", fixed())
def test_the_name_of_a_fixed_configuration_is_nobodys_own(name: str) -> None:
    """[[train.own]] refuses every one of them, new ones too."""
    with pytest.raises(ConfigError, match="needs one of its own"):
        read_own([{"name": name, "eta": 0.1}])


def test_unknown_name_lists_the_known_ones() -> None:
    """A misspelt configuration in churn.toml is refused with the names there are."""
    with pytest.raises(ConfigError, match=r"'shalow'(.|\n)*'shallow'"):
        chosen(["shalow"])


def test_quicker_never_lowers_a_learning_rate() -> None:
    """Raising eta stops at 0.3 and leaves alone what is above it already."""
    assert Configuration("x", {"eta": 0.05}).quicker(2).params["eta"] == 0.1
    assert Configuration("x", {"eta": 0.25}).quicker(4).params["eta"] == 0.3
    assert Configuration("x", {"eta": 0.5}).quicker(4).params["eta"] == 0.5
