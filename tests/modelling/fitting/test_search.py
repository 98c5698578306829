from __future__ import annotations

import pytest
from test_folds import folds_of, rows

from unchurn.modelling.fitting.configurations import from_strings, to_strings
from unchurn.modelling.fitting.search import Search


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
