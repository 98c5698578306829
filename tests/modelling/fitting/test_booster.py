from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unchurn.errors import ArtefactError, ConfigError
from unchurn.modelling.fitting import booster
from unchurn.modelling.fitting.booster import Settings
from unchurn.project import Train


def settings() -> Settings:
    return Settings.of(("q", "c"), np.array([0, 1, 0, 0], np.int8), Train(threads=1))


def test_base_rate_never_reaches_the_ends() -> None:
    """Training rows of one class still give finite log odds."""
    for value in (0, 1):
        made = Settings.of(("q",), np.full(10, value, np.int8), Train())
        assert 0 < made.base_rate < 1


def test_a_gpu_that_is_not_there_is_a_config_error() -> None:
    """device = "cuda" without CUDA says which package or setting to change."""
    with pytest.raises(ConfigError, match="device is 'cuda'"):
        booster.check_device("cuda")


def test_reading_what_is_no_booster() -> None:
    """A missing file is named."""
    with pytest.raises(ArtefactError, match="is missing"):
        booster.read(Path("nowhere.ubj"), 1)


def test_reading_noise(tmp_path: Path) -> None:
    """Bytes that are no booster are refused with the path and the next move."""
    path = tmp_path / "noise.json"
    path.write_bytes(b"{not a booster")
    with pytest.raises(ArtefactError, match="cannot be read by XGBoost"):
        booster.read(path, 1)


def test_a_booster_reads_back_and_predicts_alike(tmp_path: Path) -> None:
    """Categories, missing cells and unseen codes score the same after a round trip."""
    draw = np.random.default_rng(0)
    matrix = np.column_stack([draw.normal(size=200), draw.integers(0, 9, 200)]).astype(np.float32)
    matrix[::7, 0] = np.nan
    matrix[::9, 1] = np.nan
    labels = (matrix[:, 1] > 4).astype(np.int8)
    binned = booster.binned(matrix, labels, settings(), 256)
    made = booster.fit(binned, settings().complete({"max_depth": 4}), 10)
    made.save_model(tmp_path / "b.ubj")
    again = booster.read(tmp_path / "b.ubj", 1)
    probe = np.vstack([matrix, [[0.5, 40.0]]]).astype(np.float32)
    np.testing.assert_array_equal(booster.margins(made, probe), booster.margins(again, probe))


def test_a_full_disk_is_an_error_of_the_operating_system(tmp_path: Path) -> None:
    """Whoever writes a booster can say what happened and where; XGBoost's own words are C++'s."""
    (tmp_path / "full.ubj").symlink_to("/dev/full")
    train = booster.xgboost().DMatrix(np.eye(4), np.array([0, 1, 0, 1]))
    fitted = booster.fit(train, {"objective": "binary:logistic"}, 1)
    with pytest.raises(OSError, match="No space left"):
        booster.write(fitted, tmp_path / "full.ubj")
