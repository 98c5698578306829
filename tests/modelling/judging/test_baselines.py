"""Rivals: always-no and a logistic regression."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from prepared_tables import FEATURES, Wanted, customers, prepared
from unchurn.artefacts import LABEL
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.judging import baselines, metrics
from unchurn.project import Features


def test_always_no_forecasts_the_rate_and_predicts_nobody():
    """Probability metrics are those of the training rate; nobody is predicted to leave."""
    labels = np.array([1] * 30 + [0] * 70)
    found = baselines.always_no(labels, 0.25, 0.1)
    assert found["log_loss"] == pytest.approx(-(0.3 * np.log(0.25) + 0.7 * np.log(0.75)))
    assert (found["roc_auc"], found["average_precision"]) == (0.5, pytest.approx(0.3))
    assert (found["accuracy"], found["recall"]) == (pytest.approx(0.7), 0.0)
    assert "calibration_slope" not in found


def test_always_no_says_no_even_where_most_leave():
    """A rate above the threshold changes nothing of what is predicted."""
    found = baselines.always_no(np.array([1, 1, 0]), 0.7, 0.1)
    assert found["accuracy"] == pytest.approx(1 / 3)


def test_the_regression_beats_the_constant_on_a_linear_table(tmp_path: Path):
    """On a table whose log-odds are nearly linear it ranks well and is calibrated."""
    made = prepared(tmp_path, Wanted(rows=2500))
    test = pq.read_table(made.test)
    labels = test[LABEL].to_numpy()
    encoder = Encoder.from_plain(made.encoder)
    found = baselines.logistic_regression(made.train, test, labels, encoder, 0.5, 0.1)
    constant = baselines.always_no(labels, float(labels.mean()), 0.1)
    assert found["roc_auc"] > 0.8
    assert found["log_loss"] < constant["log_loss"] - 0.05
    assert found == baselines.logistic_regression(made.train, test, labels, encoder, 0.5, 0.1)


def test_weights_are_the_penalised_optimum():
    """At the solution the gradient of log loss plus ½·‖w‖² is zero in every weight."""
    table = customers(Wanted(rows=500))
    encoder = baselines.one_hot(Encoder.fit(table, FEATURES, Features()))
    matrix = encoder.transform(table)
    labels = table[LABEL].to_numpy()
    fitted = baselines.Logistic.fit(encoder, matrix, labels)
    design = fitted._design(matrix)
    slack = fitted.probability(matrix) - labels
    penalty = np.append(fitted.weights[:-1], 0.0)
    assert np.abs(design.T @ slack + penalty).max() < 0.05
    assert len(fitted.indicated) == 2


def test_missing_cells_and_far_values_are_met_calmly():
    """All cells missing, or a number a million times too large, still gives a probability."""
    table = customers(Wanted(rows=400))
    encoder = baselines.one_hot(Encoder.fit(table, FEATURES, Features()))
    matrix = encoder.transform(table)
    fitted = baselines.Logistic.fit(encoder, matrix, table[LABEL].to_numpy())
    odd = np.stack([np.full(matrix.shape[1], np.nan), np.full(matrix.shape[1], 1e30)])
    found = fitted.probability(odd.astype(np.float32))
    assert ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize("features", [Features(), Features(missing="impute", categories="one-hot")])
def test_the_rival_is_the_same_whatever_the_model_is_fed(tmp_path: Path, features: Features):
    """Options of [features] shape the model, not its rival."""
    made = prepared(tmp_path, Wanted(rows=600), features)
    test = pq.read_table(made.test)
    labels = test[LABEL].to_numpy()
    encoder = Encoder.from_plain(made.encoder)
    found = baselines.logistic_regression(made.train, test, labels, encoder, 0.5, 0.1)
    plain = prepared(tmp_path / "plain", Wanted(rows=600))
    usual = Encoder.from_plain(plain.encoder)
    assert found == baselines.logistic_regression(plain.train, test, labels, usual, 0.5, 0.1)


def test_only_so_many_rows_are_learnt_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The first rows, which are a random sample, up to the cap."""
    made = prepared(tmp_path, Wanted(rows=600))
    encoder = baselines.one_hot(Encoder.from_plain(made.encoder))
    monkeypatch.setattr(baselines, "ROWS", 100)
    matrix, labels = baselines.read_first_rows(made.train, encoder)
    whole = pq.read_table(made.train).slice(0, 100)
    assert matrix.shape == (100, len(encoder.columns))
    assert (labels == whole[LABEL].to_numpy()).all()
    assert metrics.brier(labels, labels.astype(float)) == 0.0
