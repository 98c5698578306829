"""The space of the search: what a tuner draws there is what a trial fits."""

from __future__ import annotations

import pytest

from unchurn.errors import ConfigError
from unchurn.modelling.fitting.configurations import Configuration, from_strings, to_strings
from unchurn.modelling.fitting.parzen import draw
from unchurn.modelling.fitting.space import SPACE, Range, from_tuner, settled


def drawn(seed: int) -> tuple[Configuration, dict[str, str]]:
    """A configuration as a trial makes it, with the strings a tuner would pass, unused keys too."""
    params = settled(draw([], seed))
    strings = {"max_leaves": "33", **to_strings(params)}
    if params["grow_policy"] == "lossguide":
        strings["max_depth"] = "9"
    return Configuration("search-1", params, "search"), strings


def test_a_tuners_strings_make_the_configuration_that_a_trial_fits() -> None:
    """Both growing policies, unused keys dropped, long decimals rounded, the rate raised alike."""
    pairs = [drawn(seed) for seed in range(16)]
    assert {each.params["grow_policy"] for each, _ in pairs} == {"depthwise", "lossguide"}
    for each, strings in pairs:
        assert from_tuner(strings, 1.0) == each
        long = {**strings, "eta": f"{float(strings['eta']):.4f}0000000001"}
        assert from_tuner(long, 2.0).params["eta"] == pytest.approx(
            2 * float(f"{float(long['eta']):.4g}")
        )


def test_a_tuner_may_quote_its_strings() -> None:
    """Toolkits pass categorical values as JSON."""
    _, strings = drawn(1)
    quoted = {key: f'"{text}"' for key, text in strings.items()}
    assert from_tuner(quoted, 1.0) == from_tuner(strings, 1.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"depth": "3"}, "unknown key 'depth'"),
        ({"subsample": "2"}, "subsample is '2'"),
        ({"grow_policy": "sideways"}, "grow_policy is 'sideways'"),
    ],
)
def test_strange_strings_are_refused(change: dict[str, str], words: str) -> None:
    _, strings = drawn(1)
    with pytest.raises(ConfigError, match=words):
        from_tuner({**strings, **change}, 1.0)


def test_missing_strings_are_named() -> None:
    with pytest.raises(ConfigError, match="lack 'eta', 'min_child_weight'"):
        from_tuner({}, 1.0)


def test_the_space_lies_within_what_a_configuration_may_hold() -> None:
    for name, room in SPACE.items():
        ends = room if isinstance(room, tuple) else (room.low, room.high)
        for end in ends:
            assert from_strings(to_strings({name: end})) == {name: end}


@pytest.mark.parametrize("room", [each for each in SPACE.values() if isinstance(each, Range)])
def test_a_range_draws_both_of_its_ends_and_nothing_beyond(room: Range) -> None:
    low, high = room.ends
    assert (room.at(low), room.at(high)) == (room.low, room.high)
    assert room.at(room.place(room.low)) == room.low
