"""Noise floors: what chance exceeds as rarely as it is told to, whatever the column."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.watching import chance
from unchurn.modelling.watching.baseline import number_baseline
from unchurn.modelling.watching.distances import wasserstein
from unchurn.modelling.watching.sketch import NumberSketch

LAWS = {
    "normal": lambda draw, n: draw.normal(size=n),
    "heavy": lambda draw, n: draw.pareto(1.2, n),
    "yes or no": lambda draw, n: (draw.random(n) < 0.03).astype(float),
    "mostly zero": lambda draw, n: (draw.random(n) < 0.05) * draw.lognormal(2, 1, n),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("rows", [200, 2_000])
def test_chance_stays_below_its_floor(law: str, rows: int) -> None:
    """Of samples of one law, hardly more than a hundredth are beyond the floor of a hundredth."""
    draw = np.random.default_rng(1)
    beyond = 0
    for _ in range(20):
        then = number_baseline(LAWS[law](draw, 4_000), 101)
        floor = chance.distance_floor(tuple(then["chance"]), _span(then), rows, 4_000, 0.01)
        for _ in range(50):
            now = NumberSketch.of(then)
            now.add_numbers(LAWS[law](draw, rows))
            beyond += wasserstein(then, now) > floor
    assert beyond <= 30


def _span(then: dict[str, list[float]]) -> float:
    return then["knots"][-1] - then["knots"][0]


def test_floors_fall_with_rows_and_never_below_the_baselines_own() -> None:
    """Four times the customers, half the noise, until the baseline's own is all that is left."""
    shares = np.linspace(0.01, 1, 100)
    moments = chance.null_moments(shares, np.full(100, 0.05))
    found = [chance.distance_floor(moments, 5.0, n, 4_000, 1e-3) for n in (200, 800, 10**6, 10**9)]
    assert found[0] > 1.8 * found[1] > found[2] > 0
    assert found[2] == pytest.approx(found[3], rel=0.01)


@pytest.mark.parametrize("cells", [[0.0, 5e-266], [0.0, 5e-324], [-1.7e308, 1.7e308], [0.0, 1e200]])
def test_numbers_of_any_size_have_floors(cells: list[float]) -> None:
    """Neither what is too small to be squared nor what is too large ends in an error or no number."""
    then = number_baseline(np.array(cells * 20), 21)
    assert np.isfinite([*then["chance"], then["sd"], *then["knots"]]).all()
    now = NumberSketch.of(then)
    now.add_numbers(np.array(cells))
    floor = chance.distance_floor(tuple(then["chance"]), _span(then), 2, 40, 0.01)
    assert np.isfinite([floor, wasserstein(then, now), now.moments.mean, now.moments.squares]).all()


def test_two_values_have_the_half_normal_law_itself() -> None:
    """Shape one half: the distance is the absolute difference of two shares."""
    shape, square = chance.null_moments(np.array([0.3, 1.0]), np.array([1.0, 0.0]))
    assert (shape, square) == (pytest.approx(0.5), pytest.approx(0.21))
    assert chance.distance_floor((shape, square), 0.0, 10**9, 10**9, 0.05) == pytest.approx(
        1.96 * np.sqrt(0.21 * 2e-9), rel=1e-3
    )


def test_a_column_without_variation_and_one_cell_have_no_floor() -> None:
    """Nothing is divided by nothing."""
    assert chance.null_moments(np.array([1.0]), np.array([0.0])) == (0.5, 0.0)
    assert chance.divergence_floor(1, 100, 100, 0.01) == 0.0
    assert chance.index_floor(1, 100, 100, 0.01) == 0.0
    assert sum(chance.alphas(50).values()) * 50 == pytest.approx(0.06)
