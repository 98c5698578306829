"""Held out by time: the latest snapshots are the test, and a gap keeps their future unknown.

A training row is used only when its whole horizon has passed before the first test snapshot:
snapshot + horizon <= first test snapshot. No customer is on both sides. Where few training
rows belong to customers of the test, those rows are left out. Where many do (a panel, in which
who stays is seen in every month), leaving them out would leave mostly churned customers to
learn from; so there customers are parted by hash first, churned or not, and each side keeps
its own customers' rows only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import EARLY, LATE
from unchurn.errors import DataError
from unchurn.modelling.splitting.split import Keys, Mask, side

FORWARD_SHARE = 1 / 3
"""Share of the training rows, the latest, that folds hold out where they run forward in time."""
GAP = "within the horizon before the test snapshots"
OTHER_SIDE = "customer is on the other side of the split"
UNDATED = "no snapshot date"
FEW = 0.05
"""Up to this share of training rows is left out for belonging to customers of the test."""
PANEL_TEST_SHARE = 1 / 3
_DAY = 86_400_000_000
Micros = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TimeSplit:
    """Masks (rows,) of training and test rows, and of those left out by reason.

    `start` is the first test snapshot and `end` the last training snapshot, as ISO dates. Those left
    out but for the undated are `aside`: nothing is judged by them, and what is shipped may know them.
    """

    train: Mask
    test: Mask
    left_out: dict[str, Mask]
    start: str
    end: str

    @property
    def aside(self) -> Mask:
        """Tell the rows whose outcome is known and that stand on neither side: (rows,)."""
        return np.asarray(self.left_out[GAP] | self.left_out[OTHER_SIDE])


def time_split(snapshots: pa.ChunkedArray, keys: Keys, share: float, horizon: int) -> TimeSplit:
    """Split by date: `snapshots` are timestamps and `keys` group keys (rows,).

    The test covers about `share` of the dated rows; `horizon` is in days. Raises `DataError`
    when no date leaves training rows before the gap.
    """
    undated = np.asarray(pc.is_null(snapshots).to_numpy(), dtype=bool)
    micros = np.asarray(pc.fill_null(pc.cast(snapshots, pa.int64()), 0).to_numpy(), dtype=np.int64)
    dates, counts = np.unique(micros[~undated], return_counts=True)
    start = first_held_out(dates, counts, share, horizon)
    late = (micros >= start) & ~undated
    early = (micros <= start - horizon * _DAY) & ~undated
    gap = ~late & ~early & ~undated
    train, test = _apart(early, late, keys, share)
    left_out = {UNDATED: undated, GAP: gap, OTHER_SIDE: (early & ~train) | (late & ~test)}
    return TimeSplit(train, test, left_out, _iso(start), _iso(int(np.max(micros[early]))))


def forward_phases(snapshots: pa.ChunkedArray, train: Mask, gap_days: int) -> npt.NDArray[np.int8]:
    """Tell early training rows, which folds learn from, from late ones, which they hold out.

    `snapshots` are timestamps and `train` the training rows (rows,); 0 marks all others, and those
    within `gap_days` before the late ones. Raises `DataError` where no row is early.
    """
    micros = np.asarray(pc.fill_null(pc.cast(snapshots, pa.int64()), 0).to_numpy(), dtype=np.int64)
    dates, counts = np.unique(micros[train], return_counts=True)
    try:
        start = first_held_out(dates, counts, FORWARD_SHARE, gap_days)
    except DataError as error:
        raise DataError(
            f"Folds cannot run forward in time within the training rows. {error.message}",
            "Set [split] forward = false, or use a longer history.",
        ) from error
    late = train & (micros >= start)
    early = train & (micros <= start - gap_days * _DAY)
    return np.where(late, LATE, np.where(early, EARLY, 0)).astype(np.int8)


def customer_weights(
    keys: Keys | npt.NDArray[np.integer[Any]], power: float
) -> npt.NDArray[np.float32]:
    """Weigh each row by its customer's number of rows to the minus `power`: float32 (rows,).

    `keys` (rows,) tell customers apart: group keys or numbers.
    """
    codes = np.unique(keys, return_inverse=True)[1]
    shares = np.bincount(codes)[codes].astype(np.float64) ** -power
    return shares.astype(np.float32)


def first_held_out(
    dates: Micros, counts: npt.NDArray[np.int64], share: float, gap_days: int
) -> int:
    """Choose the snapshot from which on the rows are nearest to `share` of all.

    `dates` (n,) ascend, in microseconds; `counts` are their rows. Raises `DataError` where no
    date lies `gap_days` before a later one.
    """
    horizon = gap_days * _DAY
    if not len(dates) or dates[0] + horizon > dates[-1]:
        span = (
            f"{_iso(int(dates[0]))} to {_iso(int(dates[-1]))}" if len(dates) else "no date at all"
        )
        raise DataError(
            f"The snapshots span {span}: no training row lies at least the horizon of "
            f"{horizon // _DAY} days before a later snapshot.",
            "Use a table with more snapshots, lower [churn] horizon_days if churn is known "
            "sooner, or clear [churn] snapshot_date to split by customer.",
        )
    usable = dates >= dates[0] + horizon
    covered = np.cumsum(counts[::-1])[::-1] / counts.sum()
    return int(dates[usable][np.argmin(np.abs(covered[usable] - share))])


def _apart(early: Mask, late: Mask, keys: Keys, share: float) -> tuple[Mask, Mask]:
    shared = early & np.isin(keys, np.unique(keys[late]))
    if shared.sum() <= FEW * early.sum():
        return early & ~shared, late
    held = side(keys, max(share, PANEL_TEST_SHARE))
    return early & ~held, late & held


def _iso(micros: int) -> str:
    return str(np.datetime64(micros, "us").astype("datetime64[D]"))
