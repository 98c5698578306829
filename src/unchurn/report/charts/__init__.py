"""The charts: each takes a part of the evaluation and returns a `Figure` of SVG.

Its title says what the chart shows of this model, its note how to read it.
"""

from unchurn.report.charts.beeswarm import beeswarm
from unchurn.report.charts.calibration import calibration
from unchurn.report.charts.curves import gains, precision_recall, roc
from unchurn.report.charts.distribution import distribution
from unchurn.report.charts.importance import importance
from unchurn.report.charts.lift import lift
from unchurn.report.charts.profit import profit
from unchurn.report.charts.slices import slices

__all__ = [
    "beeswarm",
    "calibration",
    "distribution",
    "gains",
    "importance",
    "lift",
    "precision_recall",
    "profit",
    "roc",
    "slices",
]
