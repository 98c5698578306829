"""One row alone, as among many: the same bits."""

from __future__ import annotations

import numpy as np
import pytest
import xgboost

from unchurn.modelling.fitting import booster
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.calibration import Beta
from unchurn.modelling.fitting.one_row import OneProbability, OneRow
from unchurn.project import Train


@pytest.mark.parametrize("shown", [True, False])
def test_margins_are_those_of_the_table(shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With XGBoost's C function, and where a version of it does not show it."""
    draw = np.random.default_rng(0)
    matrix = draw.normal(size=(300, 3)).astype(np.float32)
    matrix[::7, 1] = np.nan
    labels = (draw.random(300) < 0.3).astype(np.int8)
    settings = Settings.of(("q", "q", "q"), labels, Train(threads=1))
    made = [
        booster.fit(booster.binned(matrix, labels, settings, 256), settings.complete(params), 20)
        for params in ({"max_depth": 2}, {"max_depth": 5})
    ]
    expected = np.zeros(300)
    for weight, each in zip((0.25, 0.75), made, strict=True):
        expected += weight * booster.margins(each, matrix)
    with monkeypatch.context() as patch:
        if not shown:
            patch.delattr(xgboost.core, "_ProxyDMatrix")
        one = OneRow(made, (0.25, 0.75), 3)
    np.testing.assert_array_equal([one.margin(row) for row in matrix.tolist()], expected)


@pytest.mark.parametrize("beta", [Beta(), Beta(0.93, 1.07, -0.2)])
def test_probabilities_are_those_of_the_table(beta: Beta) -> None:
    draw = np.random.default_rng(1)
    margins = np.concatenate([draw.normal(0, 5, 5_000), draw.normal(0, 300, 500), [0.0, -0.0]])
    one = OneProbability(beta)
    np.testing.assert_array_equal([one.of(m) for m in margins.tolist()], beta.apply(margins))
