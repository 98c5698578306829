"""The choice is the best there is within every limit, whatever the order of the table."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.targeting.choice import choose
from unchurn.modelling.targeting.lagrangian import relaxed
from unchurn.modelling.targeting.limits import NOBODY, Limits, parts

WORTH = st.floats(-20, 100).map(lambda value: round(value, 2)) | st.just(-np.inf)


@st.composite
def small(draw: st.DrawFn) -> tuple[np.ndarray, Limits]:
    """Few customers and offers, and limits that may bind."""
    kinds = draw(st.integers(1, 3))
    rows = draw(st.integers(0, 5))
    values = draw(
        st.lists(st.lists(WORTH, min_size=kinds, max_size=kinds), min_size=rows, max_size=rows)
    )
    costs = tuple(
        parts(each)
        for each in draw(
            st.lists(st.sampled_from([0, 0.1, 1, 2.5, 7]), min_size=kinds, max_size=kinds)
        )
    )
    limits = Limits(
        draw(st.none() | st.integers(0, 6)),
        draw(st.none() | st.floats(0, 20).map(parts)),
        costs,
        tuple(draw(st.lists(st.none() | st.integers(0, 3), min_size=kinds, max_size=kinds))),
    )
    return np.array(values, dtype=float).reshape(rows, kinds), limits


def by_hand(values: np.ndarray, limits: Limits) -> float:
    """Try every assignment."""
    rows, kinds = values.shape
    best = 0.0
    for offers in itertools.product(range(NOBODY, kinds), repeat=rows):
        chosen = np.array(offers, dtype=np.int64)
        if limits.hold(limits.counted(chosen)):
            worth = [values[row, kind] for row, kind in enumerate(offers) if kind >= 0]
            best = max(best, sum(worth))
    return best


@pytest.mark.slow
@settings(max_examples=2_000)
@given(small())
def test_choice_is_the_best_of_all_many_times(case: tuple[np.ndarray, Limits]) -> None:
    """The same, on two thousand cases."""
    require_best(*case)


@settings(max_examples=150)
@given(small())
def test_choice_is_the_best_of_all(case: tuple[np.ndarray, Limits]) -> None:
    """With several limits and offers nothing within them is worth more, and nobody costs."""
    require_best(*case)


def require_best(values: np.ndarray, limits: Limits) -> None:
    """Compare a choice with every other one."""
    found = choose(values, limits)
    assert limits.hold(limits.counted(found.offers))
    assert found.value == pytest.approx(by_hand(values, limits), abs=1e-6)
    assert found.bound >= found.value
    chosen = np.flatnonzero(found.offers >= 0)
    assert (values[chosen, found.offers[chosen]] > 0).all()


@settings(max_examples=50)
@given(small())
def test_what_prices_give_is_within_its_gap(case: tuple[np.ndarray, Limits]) -> None:
    """Beyond the integer programme limits hold all the same, and no choice is above the bound."""
    values, limits = case
    offers, bound = relaxed(values, limits)
    assert limits.hold(limits.counted(offers))
    best = by_hand(values, limits)
    worth = sum(values[row, kind] for row, kind in enumerate(offers) if kind >= 0)
    assert worth <= best + 1e-9
    assert best <= bound + 1e-6


def test_one_limit_is_a_sorted_prefix() -> None:
    """With one offer a budget, a capacity and a number of calls are one number of customers."""
    values = np.array([[5.0], [9.0], [-1.0], [7.0], [7.0]])
    found = choose(values, Limits(4, parts(6), (parts(2),), (None,)))
    assert found.method == "sorted"
    assert found.offers.tolist() == [NOBODY, 0, NOBODY, 0, 0]
    assert choose(values, Limits(1, None, (0,), (3,))).offers.tolist() == [-1, 0, -1, -1, -1]
    assert choose(values, Limits(0, None, (0,), (None,))).value == 0


def test_who_is_worth_nothing_is_never_chosen() -> None:
    """Without a limit everybody who pays is chosen, with the best offer."""
    values = np.array([[1.0, 2.0], [-1.0, -np.inf], [3.0, 3.0]])
    found = choose(values, Limits(None, None, (1, 1), (None, None)))
    assert (found.method, found.offers.tolist()) == ("all", [1, NOBODY, 0])


def test_large_choices_are_within_their_gap() -> None:
    """Many customers, three offers and every limit: the gap is a few customers' worth."""
    draw = np.random.default_rng(3)
    values = draw.normal(10, 15, (30_000, 3))
    limits = Limits(9_000, parts(20_000), (parts(1), parts(2.5), parts(4)), (5_000, None, 2_000))
    found = choose(values, limits, programme_rows=1_000)
    assert found.method == "lagrangian"
    assert limits.hold(limits.counted(found.offers))
    assert 0 <= found.gap <= 3 * values.max()


def test_the_programme_is_exact_where_prices_are_not() -> None:
    """Two thousand customers: proven, and no worse than what prices find."""
    draw = np.random.default_rng(4)
    values = draw.normal(10, 15, (2_000, 3)).round(2)
    limits = Limits(600, parts(1_300), (parts(1), parts(2.5), parts(4)), (300, None, 150))
    found = choose(values, limits)
    assert found.method == "programme"
    assert found.gap <= 1e-3
    assert limits.hold(limits.counted(found.offers))
    assert found.value >= choose(values, limits, programme_rows=0).value - 1e-6
