"""One row alone, as among many: the same bits."""

from __future__ import annotations

import numpy as np
import pytest
import xgboost

from unchurn.modelling.encoding.pairs import RATIO, Pair
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


def test_derived_cells_are_made_and_only_their_members_read_them() -> None:
    """One member reads three columns, another those and a ratio; blanks and zeros among them."""
    draw = np.random.default_rng(2)
    plain = draw.normal(size=(300, 3)).astype(np.float32)
    plain[::5, 1], plain[::7, 0] = 0.0, np.nan
    pair = Pair(RATIO, "a", "b")
    wide = np.column_stack([plain, pair.of_columns(plain[:, 0], plain[:, 1])])
    labels = (np.nan_to_num(wide[:, 3]) > 0.5).astype(np.int8)
    settings = Settings.of(("q",) * 4, labels, Train(threads=1))
    params = settings.complete({"max_depth": 3})
    views = (plain, wide)
    made = [booster.fit(booster.binned(v, labels, settings, 256), params, 20) for v in views]
    one = OneRow(made, (0.5, 0.5), 3, ((pair, 0, 1),))
    expected = sum(0.5 * booster.margins(b, v) for b, v in zip(made, views, strict=True))
    np.testing.assert_array_equal([one.margin(row) for row in plain.tolist()], expected)


@pytest.mark.parametrize("beta", [Beta(), Beta(0.93, 1.07, -0.2)])
def test_probabilities_are_those_of_the_table(beta: Beta) -> None:
    draw = np.random.default_rng(1)
    margins = np.concatenate([draw.normal(0, 5, 5_000), draw.normal(0, 300, 500), [0.0, -0.0]])
    one = OneProbability(beta)
    np.testing.assert_array_equal([one.of(m) for m in margins.tolist()], beta.apply(margins))
