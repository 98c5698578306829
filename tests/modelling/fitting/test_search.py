from __future__ import annotations

import numpy as np
import pytest

from folded_rows import folds_of, rows
from unchurn.modelling.fitting.configurations import from_strings, to_strings
from unchurn.modelling.fitting.objectives import OBJECTIVES
from unchurn.modelling.fitting.search import Search
from unchurn.project import Tune


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


@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_the_best_is_the_best_by_the_objective(objective: str) -> None:
    """Each finished trial, fitted again, has the loss that the search told of it."""
    folds = folds_of(rows())
    search = Search(folds, 7, tune=Tune(objective=objective))
    told: list[str] = []
    search.run(3, 0, told.append)
    loss, _, best = min(search.found, key=lambda each: each[:2])
    (fitted,) = folds.cross_fit([best], lambda: None)
    assert OBJECTIVES[objective].loss(folds.rows.labels, fitted.margins) == loss
    assert OBJECTIVES[objective].words(loss) in told[-1]
    assert search.best() == [best]


def test_an_area_under_the_curve_is_told_as_such() -> None:
    auc = OBJECTIVES["roc-auc"]
    labels, margins = np.array([0, 0, 1, 1], np.int8), np.array([-2.0, 0.5, 0.1, 3.0])
    assert auc.words(auc.loss(labels, margins)) == "auc 0.75000"
    assert auc.loss(labels[:2], margins[:2]) == np.inf, "undefined is never the best"


def test_ranges_are_kept_to_and_fix_a_value() -> None:
    """Every trial lies within the ranges of churn.toml; one value alone is no search."""
    ranges = {"eta": (0.2, 0.25), "grow_policy": ("depthwise",), "max_delta_step": (0.0, 3.0)}
    search = Search(folds_of(rows(100)), 7, 1.0, Tune(ranges=ranges))
    search.run(4, 0, lambda words: None)
    for _, _, each in search.found:
        assert 0.2 <= float(each.params["eta"]) <= 0.25
        assert 0 <= float(each.params["max_delta_step"]) <= 3
        assert each.params["grow_policy"] == "depthwise"


def test_trials_at_once_are_drawn_from_what_was_known_before_them() -> None:
    """As many as one after another, the same again, and even draws where they are random."""
    one, again = (Search(folds_of(rows(100)), 7, tune=Tune(parallel=3)) for _ in range(2))
    for each in (one, again):
        each.run(7, 0, lambda words: None)
    assert one.found == again.found
    alone = Search(folds_of(rows(100)), 7, tune=Tune(strategy="random"))
    alone.run(7, 0, lambda words: None)
    many = Search(folds_of(rows(100)), 7, tune=Tune(strategy="random", parallel=7))
    many.run(7, 0, lambda words: None)
    finished = {number: (loss, each) for loss, number, each in many.found}
    assert all(finished[number] == (loss, each) for loss, number, each in alone.found)
