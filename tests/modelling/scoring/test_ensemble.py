from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from folded_rows import COARSE, SMALL, folds_of, rows
from unchurn.errors import ArtefactError
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting import booster
from unchurn.modelling.fitting.folds import refit
from unchurn.modelling.scoring.ensemble import LiveModel

WEIGHTS = (0.7, 0.3)
PLAIN = Encoder(tuple(EncodedColumn(name, "number") for name in "abc")).to_plain()


@pytest.fixture
def model(tmp_path: Path) -> dict[str, Any]:
    data = rows()
    settings = folds_of(data).settings
    members = []
    for configuration, weight in zip((SMALL, COARSE), WEIGHTS, strict=True):
        file = f"{configuration.name}.ubj"
        refit(data, settings, configuration, 12, 1).save_model(tmp_path / file)
        members.append({"file": file, "weight": weight})
    return {"members": members, "calibrator": {"kind": "beta", "a": 1.2, "b": 0.9, "c": 0.1}}


def test_the_margin_is_the_weighted_mean_of_the_members(
    model: dict[str, Any], tmp_path: Path
) -> None:
    """Log odds of each booster file, weighed as model.json says."""
    matrix = rows().matrix
    live = LiveModel.load(tmp_path, model, PLAIN, 1)
    alone = [
        booster.margins(booster.read(tmp_path / each["file"], 1), matrix)
        for each in model["members"]
    ]
    expected = WEIGHTS[0] * alone[0] + WEIGHTS[1] * alone[1]
    np.testing.assert_allclose(live.margin(matrix), expected, rtol=0, atol=1e-12)


def test_a_row_scores_the_same_whoever_its_neighbours_are(
    model: dict[str, Any], tmp_path: Path
) -> None:
    """One row alone, in a batch, or with more threads: the same margin and contributions."""
    matrix = rows().matrix
    one, two = (LiveModel.load(tmp_path, model, PLAIN, threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.margin(matrix[:1]), two.margin(matrix)[:1])
    np.testing.assert_array_equal(one.contributions(matrix[:1]), two.contributions(matrix)[:1])


def test_contributions_and_base_sum_to_the_margin(model: dict[str, Any], tmp_path: Path) -> None:
    """Every row adds up in float64, missing cells included; the base hardly varies."""
    matrix = rows().matrix.copy()
    matrix[::5, 0] = np.nan
    live = LiveModel.load(tmp_path, model, PLAIN, 1)
    parts = live.contributions(matrix)
    np.testing.assert_allclose(parts.sum(axis=1), live.margin(matrix), rtol=0, atol=1e-12)
    assert np.ptp(parts[:, -1]) < 1e-4


def test_a_missing_booster_is_named(model: dict[str, Any], tmp_path: Path) -> None:
    """A member whose file is gone stops loading."""
    (tmp_path / "coarse.ubj").unlink()
    with pytest.raises(ArtefactError, match=r"coarse\.ubj is missing"):
        LiveModel.load(tmp_path, model, PLAIN, 1)
