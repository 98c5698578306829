"""Noise floors: how far a sample of `rows` from the baseline's own law may be from it by chance.

Each is a closed form in the number of rows on either side, so that none is simulated when a month
is judged, and what is stored of a column are two numbers. Floors err to the high side where rows
are few or values rare: benchmarks/watching measures how often months that are like training ring.
"""

from __future__ import annotations

from math import log, pi, sqrt

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
FAMILY = {"act": 0.01, "look": 0.05}
"""Share of months like training that may say so, over all that is compared of a month."""
_RARE_CELLS = 1.35
"""Rows expected in a cell are 1 to 5: the mean of Jensen-Shannon is up to that times chi-square's."""
_SHAPES = 0.5, 1e4


def null_moments(shares: F64, widths: F64) -> tuple[float, float]:
    """Return shape and mean square of the Wasserstein-1 distance of large samples, times their rows.

    `shares` are the baseline's cumulative shares at knots, `widths` how far it is to the next, both
    (knots,). The distance is the sum of widths times |Brownian bridge|, whose first two moments are
    exact; a Nakagami law with them has its tail (for two values it is the law itself).
    """
    spread = np.sqrt(shares * (1 - shares))
    inner = spread > 0
    shares, widths, spread = shares[inner], widths[inner], spread[inner]
    unit = float(np.max(widths)) if len(widths) else 0.0
    if not unit:
        return _SHAPES[0], 0.0
    widths = widths / unit  # the square of a tiny number is 0
    mean = sqrt(2 / pi) * float(widths @ spread)
    common = np.minimum.outer(shares, shares) - np.outer(shares, shares)
    scale = np.outer(spread, spread)
    alike = np.clip(common / scale, -1, 1)
    products = 2 / pi * scale * (np.sqrt(1 - alike**2) + alike * np.arcsin(alike))
    square = float(widths @ products @ widths)
    return _shape(mean**2 / square), square * unit * unit


def _shape(ratio: float) -> float:
    """Solve for the Nakagami shape of which squared mean over mean square is `ratio`."""
    from scipy.optimize import brentq
    from scipy.special import gammaln

    def beyond(shape: float) -> float:
        return float(np.exp(2 * (gammaln(shape + 0.5) - gammaln(shape))) / shape - ratio)

    least, most = _SHAPES
    if beyond(least) >= 0:
        return least
    return float(brentq(beyond, least, most)) if beyond(most) > 0 else most


def distance_floor(
    moments: tuple[float, float], span: float, rows: int, baseline: int, alpha: float
) -> float:
    """Return what a Wasserstein-1 distance exceeds by chance in a share `alpha` of samples.

    `moments` are those of `null_moments`, `span` is how far the knots reach: one row of `rows` moves the
    distance by up to span / rows, which counts where rows are few (as in Bernstein's inequality).
    """
    from scipy.special import gammainccinv

    shape, square = moments
    wide = sqrt(square / shape * float(gammainccinv(shape, alpha)))
    return wide * sqrt(1 / rows + 1 / baseline) + span * log(1 / alpha) / (3 * rows)


def divergence_floor(cells: int, rows: int, baseline: int, alpha: float) -> float:
    """Return the same of a Jensen-Shannon distance over `cells` (square root, base 2)."""
    if cells < 2:
        return 0.0
    wide = _chi_square(cells - 1, alpha) * _RARE_CELLS / (8 * log(2))
    return min(1.0, sqrt(wide * (1 / rows + 1 / baseline)))


def index_floor(cells: int, rows: int, baseline: int, alpha: float) -> float:
    """Return the same of a population stability index over `cells`."""
    if cells < 2:
        return 0.0
    return _chi_square(cells - 1, alpha) * (1 / rows + 1 / baseline)


def _chi_square(freedom: int, alpha: float) -> float:
    from scipy.special import chdtri

    return float(chdtri(freedom, alpha))


def share_floor(share: float, rows: int, baseline: int, alpha: float) -> float:
    """Return the same of how far a share of `rows` is from one of the `baseline`'s rows.

    Bernstein's bound, over the baseline's share with a row more of each kind.
    """
    pooled = (share * baseline + 1) / (baseline + 2)
    sure = log(2 / alpha)
    return sqrt(2 * sure * pooled * (1 - pooled) * (1 / rows + 1 / baseline)) + sure / (3 * rows)


def alphas(comparisons: int) -> dict[str, float]:
    """Share `FAMILY` among comparisons: by level, what each of them may take for itself."""
    return {level: share / max(1, comparisons) for level, share in FAMILY.items()}
