from __future__ import annotations

import json

import numpy as np
import pytest

from folded_rows import COARSE, SMALL, folds_of, rows
from unchurn.modelling.fitting.calibration import log_loss
from unchurn.modelling.fitting.recipe import Recipe


def test_the_mean_is_never_worse_than_its_parts() -> None:
    """Weighted, calibrated out-of-fold probabilities beat every configuration alone, or tie."""
    data = rows()
    folds = folds_of(data)
    crossfits = folds.cross_fit([SMALL, COARSE], lambda: None)
    recipe = Recipe.of(crossfits, data.labels, 7, 0)
    plain = recipe.to_plain(data.labels, folds.settings)
    best = min(log_loss(data.labels, each.margins) for each in crossfits)
    assert plain["out_of_fold"]["log_loss"] <= best + 1e-3
    assert sum(each["weight"] for each in plain["members"]) == pytest.approx(1)
    assert json.loads(json.dumps(plain)) == plain


def test_refits_take_more_rounds_than_the_folds_did() -> None:
    """A refit sees more rows: 1.15 times the folds' mean best rounds."""
    fitted = folds_of(rows()).cross_fit([SMALL], lambda: None)[0]
    assert fitted.shipped_rounds == max(1, round(1.15 * fitted.best_rounds))
    assert np.isfinite(fitted.best_rounds)
