from __future__ import annotations

import pytest
from test_folds import folds_of, rows

from unchurn.errors import ConfigError
from unchurn.modelling.fitting.configurations import Configuration, from_strings, to_strings
from unchurn.modelling.fitting.search import SPACE, Search, from_tuner


def found(trials: int, seed: int = 7) -> Search:
    search = Search(folds_of(rows()), seed)
    search.run(trials, 0, lambda words: None)
    return search


def test_the_same_seed_finds_the_same() -> None:
    """Trials are deterministic: two searches agree on every configuration and score."""
    one, two = found(3), found(3)
    assert one.found == two.found
    assert one.best() == two.best()


def test_best_is_the_best_and_survives_its_strings() -> None:
    """What is handed to train is the trial with the least log loss, in canonical text."""
    search = found(4)
    best = search.best()[0]
    assert min(search.found)[0] == min(loss for loss, _, _ in search.found)
    assert from_strings(to_strings(best.params)) == dict(best.params)
    assert best.source == "search"


def test_interrupted_it_keeps_what_it_found() -> None:
    """Ctrl-C during the second trial leaves the first one's result."""
    search = Search(folds_of(rows()), 7)

    def stop(words: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search.run(5, 0, stop)
    assert len(search.best()) == 1


def test_a_budget_in_seconds_ends() -> None:
    """A search by seconds tries at least one configuration and then stops."""
    search = Search(folds_of(rows(100)), 7)
    search.run(-1, 0.01, lambda words: None)
    assert len(search.found) == 1


def test_nothing_found_is_nothing_added() -> None:
    """No trials, no configuration."""
    assert found(0).best() == []


def drawn(*searches: Search) -> list[tuple[Configuration, dict[str, str]]]:
    """Every configuration found, with the strings a tuner would pass for it, unused keys too."""
    pairs = []
    for _, _, each in (trial for search in searches for trial in search.found):
        strings = {"max_leaves": "33", **to_strings(each.params)}
        if each.params["grow_policy"] == "lossguide":
            strings["max_depth"] = "9"
        pairs.append((each, strings))
    return pairs


def test_a_tuners_strings_make_the_configuration_that_a_trial_fits() -> None:
    """Both growing policies, unused keys dropped, long decimals rounded, the rate raised alike."""
    pairs = drawn(*(found(2, seed) for seed in range(8)))  # draws differ between versions
    policies = {each.params["grow_policy"] for each, _ in pairs}
    assert policies == {"depthwise", "lossguide"}
    for each, strings in pairs:
        assert from_tuner(strings, 1.0).params == each.params
        long = {**strings, "eta": f"{float(strings['eta']):.4f}0000000001"}
        assert from_tuner(long, 2.0).params["eta"] == pytest.approx(
            2 * float(f"{float(long['eta']):.4g}")
        )


def test_a_tuner_may_quote_its_strings() -> None:
    """Toolkits pass categorical values as JSON."""
    _, strings = drawn(found(1))[0]
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
    _, strings = drawn(found(1))[0]
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
