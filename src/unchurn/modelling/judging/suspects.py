"""What a model is worth without the columns that look like leaks.

One light configuration is fitted twice to the same training rows, with the suspects and
without, and measured on the same held-out rows: the difference is what the suspects bring.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from unchurn.modelling.judging.judged_rows import JudgedRows
from unchurn.project import Train

CONFIGURATION = "light"
ROUNDS = 400
_QUICKER = 2.0
_HELD = 5
"""One training row in so many is held out to stop the fit."""
Places = npt.NDArray[np.int64]


def worth(
    suspects: Iterable[str], training: Path, rows: JudgedRows, encoder: Encoder, train: Train
) -> dict[str, Any]:
    """Measure ROC-AUC and log loss with and without `suspects`: plain data, or {} without any.

    Keys: columns, configuration, rows (training rows used), with and without (each roc_auc and
    log_loss; `without` gives everybody the same where no other column is left).
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
    found: dict[str, Any] = {
        side: _measured(places, matrix, labels, settings, rows) for side, places in sides.items()
    }
    return {"columns": columns, "configuration": CONFIGURATION, "rows": len(labels), **found}


def _measured(
    places: Places,
    matrix: xgb.Matrix,
    labels: npt.NDArray[np.int8],
    settings: xgb.Settings,
    rows: JudgedRows,
) -> dict[str, float]:
    """Fit on some columns; rows come in the order of a hash, so that the first are any."""
    if not len(places):
        rate = settings.base_rate
        margins = np.full(len(rows.labels), np.log(rate / (1 - rate)))
    else:
        types = tuple(settings.feature_types[place] for place in places)
        settings = replace(settings, feature_types=types)
        margins = _fitted(matrix[:, places], labels, settings, rows.matrix[:, places])
    true = rows.labels.astype(np.int8)
    return {"roc_auc": roc_auc(margins, true), "log_loss": log_loss(true, margins)}


def _fitted(
    matrix: xgb.Matrix, labels: npt.NDArray[np.int8], settings: xgb.Settings, judged: xgb.Matrix
) -> xgb.Floats:
    (configuration,) = (each.quicker(_QUICKER) for each in chosen((CONFIGURATION,)))
    cut = max(1, len(labels) // _HELD)
    seen = xgb.binned(matrix[cut:], labels[cut:], settings, configuration.max_bin)
    held = xgb.binned(matrix[:cut], labels[:cut], settings, configuration.max_bin, ref=seen)
    params = settings.complete(configuration.params)
    booster, best = xgb.fit_stopping(seen, held, params, ROUNDS)
    return xgb.margins(booster, np.ascontiguousarray(judged), best)
