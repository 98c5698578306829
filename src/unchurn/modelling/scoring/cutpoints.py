"""Where a probability stands among the training customers: decile, band, share.

Cut points are quantiles of the out-of-fold probabilities of training, 1,001 of them, stored
in the model. A row's answer depends on its probability and nothing else; a table of riskier
customers simply has more than a tenth of them in decile 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.errors import ArtefactError, ConfigError

F64 = npt.NDArray[np.float64]
BANDS = ("high", "medium", "low")


def quantiles(model: dict[str, Any]) -> F64:
    """Read the stored quantiles out of ``model.json``. Raises `ArtefactError`."""
    stored = np.asarray(model.get("cut_points", {}).get("quantiles", []), dtype=np.float64)
    if len(stored) < 2 or not np.all(np.diff(stored) >= 0):
        raise ArtefactError(
            f"The model has {len(stored)} cut points; it needs ascending quantiles.",
            "Train the model again with --fresh.",
        )
    return stored


def share_cut(stored: F64, share: float) -> float:
    """Return the probability from which a customer is among the riskiest `share` (0 to 1).

    Customers at the cut are in. A share of 1 takes everybody, those below any seen too.
    """
    if share >= 1:
        return -np.inf
    place = round((1.0 - share) * (len(stored) - 1), 9)
    below, part = int(place), place - int(place)
    if not part:
        return float(stored[below])
    return float(stored[below] + part * (stored[below + 1] - stored[below]))


def decile(probability: F64, stored: F64) -> npt.NDArray[np.int8]:
    """Return 1 (riskiest tenth of the training customers) to 10, (rows,) int8."""
    places = np.searchsorted(decile_cuts(stored), probability, side="right")
    return (10 - places).astype(np.int8)


def decile_cuts(stored: F64) -> F64:
    """Return the 9 ascending probabilities that part the deciles, (9,) float64."""
    return np.array([share_cut(stored, tenths / 10) for tenths in range(9, 0, -1)])


def band_codes(probability: F64, stored: F64, bands: Sequence[float]) -> npt.NDArray[np.int8]:
    """Return places in `BANDS`: 0 high, 1 medium, 2 low; (rows,) int8.

    `bands` are the shares in high, and in high and medium together.
    Raises `ConfigError` when they are not ascending shares.
    """
    high, medium = bands
    if not 0 < high <= medium <= 1:
        raise ConfigError(
            f"[score] bands is [{high:g}, {medium:g}].",
            "Give two shares in rising order, each above 0 and at most 1, such as [0.1, 0.3].",
        )
    above_medium = probability >= share_cut(stored, medium)
    above_high = probability >= share_cut(stored, high)
    return (2 - above_medium.astype(np.int8) - above_high.astype(np.int8)).astype(np.int8)
