"""What a model is worth without some columns: those that look like leaks, or protected traits.

One light configuration is fitted twice to the same training rows, with the columns and
without, and measured on the same held-out rows: the difference is what the columns bring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.modelling.columns.leakage import roc_auc
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting import booster as xgb
from unchurn.modelling.fitting.calibration import log_loss
from unchurn.modelling.fitting.configurations import chosen
from unchurn.modelling.judging.baselines import read_first_rows
from unchurn.modelling.judging.judged_rows import JudgedRows, mean_with_interval, surprises
from unchurn.project import Train

CONFIGURATION = "light"
ROUNDS = 400
_QUICKER = 2.0
_HELD = 5
"""One training row in so many is held out to stop the fit."""
Places = npt.NDArray[np.int64]


def worth(
    suspects: Iterable[str],
    training: Path,
    rows: JudgedRows,
    encoder: Encoder,
    train: Train,
    apart: int = 0,
) -> dict[str, Any]:
    """Measure ROC-AUC and log loss with and without `suspects`: plain data, or {} without any.

    Keys: columns, configuration, rows (training rows used), with and without (each roc_auc and
    log_loss; `without` gives everybody the same where no other column is left), and cost: how much
    log loss leaving them out adds on the same customers, with a 95% interval. Where there are
    several, ``apart`` is the cost of leaving out each of the first `apart` alone, by column.
    """
    columns = list(suspects)
    if not columns:
        return {}
    matrix, read = read_first_rows(training, encoder)
    labels = read.astype(np.int8)
    named = np.array(encoder.business)
    sides = {
        "with": np.arange(len(named)),
        "without": np.flatnonzero(~np.isin(named, columns)),
    }
    settings = xgb.Settings.of(encoder.feature_types, labels, replace(train, device="cpu"))
    margins = {
        side: _margins(places, matrix, labels, settings, rows) for side, places in sides.items()
    }
    true = rows.labels.astype(np.int8)
    found: dict[str, Any] = {
        side: {"roc_auc": roc_auc(each, true), "log_loss": log_loss(true, each)}
        for side, each in margins.items()
    }
    usual = _missed(true, margins["with"])

    def cost(margin: xgb.Floats) -> dict[str, float]:
        return mean_with_interval(_missed(true, margin) - usual, rows.groups)

    found["cost"] = cost(margins["without"])
    if len(columns) > 1:
        found["apart"] = {
            name: cost(_margins(np.flatnonzero(named != name), matrix, labels, settings, rows))
            for name in columns[:apart]
        }
    return {"columns": columns, "configuration": CONFIGURATION, "rows": len(labels), **found}


def _missed(true: npt.NDArray[np.int8], margins: xgb.Floats) -> xgb.Floats:
    return surprises(true, 1 / (1 + np.exp(-margins)))


def _margins(
    places: Places,
    matrix: xgb.Matrix,
    labels: npt.NDArray[np.int8],
    settings: xgb.Settings,
    rows: JudgedRows,
) -> xgb.Floats:
    """Fit on some columns; give everybody the same where there is none."""
    if not len(places):
        rate = settings.base_rate
        return np.full(len(rows.labels), np.log(rate / (1 - rate)))
    types = tuple(settings.feature_types[place] for place in places)
    settings = replace(settings, feature_types=types)
    return quick_fit(matrix[:, places], labels, settings)(rows.matrix[:, places])


def quick_fit(
    matrix: xgb.Matrix, labels: npt.NDArray[np.int8], settings: xgb.Settings
) -> Callable[[xgb.Matrix], xgb.Floats]:
    """Fit the quick configuration; return what gives the margins of other rows.

    Rows, `matrix` (rows, width), come in the order of a hash; the first of them stop the fit.
    """
    (configuration,) = (each.quicker(_QUICKER) for each in chosen((CONFIGURATION,)))
    cut = max(1, len(labels) // _HELD)
    seen = xgb.binned(matrix[cut:], labels[cut:], settings, configuration.max_bin)
    held = xgb.binned(matrix[:cut], labels[:cut], settings, configuration.max_bin, ref=seen)
    params = settings.complete(configuration.params)
    booster, best = xgb.fit_stopping(seen, held, params, ROUNDS)
    return lambda judged: xgb.margins(booster, np.ascontiguousarray(judged), best)
