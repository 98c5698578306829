"""unchurn and its rivals: each takes one outer split and returns test probabilities."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from tables import Labelled, write_prepared
from unchurn import project as config
from unchurn.artefacts import Workspace
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.progress import Silent
from unchurn.steps.train import train
from unchurn.steps.tune import tune

THREADS = 2


def unchurn(table: Labelled, fit: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The steps tune and train with default settings; boosters that never saw a test row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared = write_prepared(table, fit, test, config.Split().folds, folder)
        settings, split, features = config.Train(threads=THREADS), config.Split(), config.Features()
        params = tune(prepared, config.Tune(), settings, split, features, Silent())
        model = train(
            prepared, params, config.Data(), settings, split, features, Workspace(folder), Silent(),
        )  # fmt: skip
        live = LiveModel.load(model.evaluated, model.model, model.encoder, THREADS)
        return live.probability(live.margin(Rows.read(prepared.test, live.encoder).matrix))


def lightgbm(table: Labelled, fit: np.ndarray, test: np.ndarray) -> np.ndarray:
    """LightGBM with its defaults: 100 rounds, 31 leaves, native categories."""
    import lightgbm

    encoder, matrix = _encoded(table, fit, config.Features())
    categories = [i for i, kind in enumerate(encoder.feature_types) if kind == "c"]
    rows = lightgbm.Dataset(
        matrix[fit], table.labels[fit], categorical_feature=categories, params={"verbose": -1}
    )
    params = {"objective": "binary", "verbose": -1, "num_threads": THREADS}
    return np.asarray(lightgbm.train(params, rows, 100).predict(matrix[test]))


def xgboost(table: Labelled, fit: np.ndarray, test: np.ndarray) -> np.ndarray:
    """XGBoost with its defaults: 100 rounds, depth 6, eta 0.3, native categories."""
    return _xgboost(table, fit, test, config.Features(), {})


def origin(table: Labelled, fit: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The origin's settings: 100 rounds, one-hot columns."""
    params = {
        "max_depth": 5, "eta": 0.2, "gamma": 4, "min_child_weight": 6, "subsample": 0.8
    }  # fmt: skip
    return _xgboost(table, fit, test, config.Features(categories="one-hot"), params)


CONTESTANTS = {"unchurn": unchurn, "LightGBM": lightgbm, "XGBoost": xgboost, "origin": origin}


def _xgboost(
    table: Labelled, fit: np.ndarray, test: np.ndarray, features: config.Features, params: dict
) -> np.ndarray:
    import xgboost as module

    encoder, matrix = _encoded(table, fit, features)
    kinds = {"feature_types": list(encoder.feature_types), "enable_categorical": True}
    rows = module.DMatrix(matrix[fit], label=table.labels[fit], **kinds)
    params = {"objective": "binary:logistic", "nthread": THREADS, **params}
    booster = module.train(params, rows, 100)
    return booster.predict(module.DMatrix(matrix[test], **kinds)).astype(np.float64)


def _encoded(
    table: Labelled, fit: np.ndarray, features: config.Features
) -> tuple[Encoder, np.ndarray]:
    encoder = Encoder.fit(table.features.take(pa.array(fit)), table.columns, features)
    return encoder, encoder.transform(table.features)
