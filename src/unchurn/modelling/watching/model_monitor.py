"""What is written for SageMaker Model Monitor: statistics and constraints, as its documentation has them.

Field names and check types follow "Schema for Statistics (statistics.json file)", "Schema for
Constraints (constraints.json file)" and "Schema for Violations (constraint_violations.json file)" of the
SageMaker developer guide (docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-statistics.html,
…-byoc-constraints.html and model-monitor-interpreting-violations.html, read in November 2026; the service
itself is closed to new customers). Where the guide leaves a reading open:

- ``datatype_check_threshold`` and ``domain_content_threshold`` are the share of cells that must fit;
- a number below 0 where ``is_non_negative`` is a ``data_type_check``, for there is no type of its own;
- ``comparison_method`` Simple compares the largest difference of cumulative shares with the threshold,
  Robust takes off what chance makes of it first; categories are compared by LInfinity, whatever is named;
- buckets are the baseline's tenths, and the sketch of quantiles is left empty: ours is no KLL sketch;
- a date is of ``Unknown`` type.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np

from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.baseline import rounded
from unchurn.modelling.watching.month import Month
from unchurn.modelling.watching.sketch import CategorySketch, NumberSketch, Sketch

ON = "Enabled"
_MOST_DOMAIN = 100
CONFIG: dict[str, Any] = {
    "evaluate_constraints": ON,
    "emit_metrics": ON,
    "datatype_check_threshold": 1.0,
    "domain_content_threshold": 1.0,
    "distribution_constraints": {
        "perform_comparison": ON,
        "comparison_threshold": 0.1,
        "comparison_method": "Robust",
        "categorical_comparison_threshold": 0.1,
        "categorical_drift_method": "LInfinity",
    },
}
Plain = dict[str, Any]


def _inferred(then: Mapping[str, Any]) -> str:
    if "codes" in then:
        return "String"
    if then["kind"] == "date" or not then["knots"]:
        return "Unknown"
    return "Integral" if then["whole"] == 1 else "Fractional"


def of_training(
    baseline: dict[str, Any], sketches: dict[str, Sketch], parts: Mapping[str, EncodedColumn]
) -> tuple[Plain, Plain]:
    """Return ``statistics.json`` and ``constraints.json`` of the rows that a baseline and its sketches are of."""
    month = Month(baseline, parts)
    month.rows, month.columns = baseline["rows"], sketches
    return statistics(month), suggested(baseline, parts)


def statistics(month: Month) -> Plain:
    """Return ``statistics.json`` of a month."""
    features = [
        _statistics(name, month.baseline["columns"][name], sketch)
        for name, sketch in sorted(month.columns.items())
    ]
    return {"version": 0.0, "dataset": {"item_count": month.rows}, "features": features}


def _statistics(name: str, then: Plain, now: Sketch) -> Plain:
    common = {"num_present": now.present, "num_missing": now.rows - now.present}
    base: Plain = {"name": name, "inferred_type": _inferred(then)}
    if isinstance(now, CategorySketch):
        known = zip(now.part.values, now.counts[1:].tolist(), strict=True)
        values = sorted((-rows, value) for value, rows in (*known, *now.new.items()) if rows)
        buckets = [{"value": value, "count": -rows} for rows, value in values[:_MOST_DOMAIN]]
        base["string_statistics"] = {
            "common": common,
            "distinct_count": len(values),
            "distribution": {"categorical": {"buckets": buckets}},
        }
    elif base["inferred_type"] == "Unknown":
        base["string_statistics"] = {"common": common}
    else:
        base["numerical_statistics"] = {"common": common, **_numerical(then, now)}
    return base


def _numerical(then: Plain, now: NumberSketch) -> Plain:
    buckets = [] if not now.present else _buckets(then, now)
    made = now.moments
    return {
        "mean": rounded(made.mean),
        "sum": rounded(made.mean * made.count),
        "std_dev": rounded(sqrt(made.squares / made.count)) if made.count else 0.0,
        "min": now.least if now.present else 0.0,
        "max": now.most if now.present else 0.0,
        "distribution": {
            "kll": {
                "buckets": buckets,
                "sketch": {"parameters": {"c": 0.64, "k": 2048.0}, "data": []},
            }
        },
    }


def _buckets(then: Plain, now: NumberSketch) -> list[Plain]:
    """Return up to ten buckets that part the baseline evenly; together they hold every cell."""
    shares = np.cumsum(then["counts"])[:-1] / sum(then["counts"])
    ends = np.unique(np.searchsorted(shares, np.arange(1, 10) / 10))
    ends = ends[ends < len(now.knots)]
    bounds = [min(now.least, now.low), *now.knots[ends].tolist(), max(now.most, now.high)]
    found = np.cumsum(now.counts)
    below = [0, *found[ends].tolist(), now.present]
    return [
        {"lower_bound": bounds[i], "upper_bound": bounds[i + 1], "count": below[i + 1] - below[i]}
        for i in range(len(bounds) - 1)
    ]


def suggested(baseline: Mapping[str, Any], parts: Mapping[str, EncodedColumn]) -> Plain:
    """Return ``constraints.json`` as training suggests it: what held of every training row."""
    features = [
        _constraint(name, then, parts) for name, then in sorted(baseline["columns"].items())
    ]
    return {"version": 0.0, "features": features, "monitoring_config": CONFIG}


def _constraint(name: str, then: Plain, parts: Mapping[str, EncodedColumn]) -> Plain:
    kind = _inferred(then)
    made: Plain = {
        "name": name,
        "inferred_type": kind,
        # as a month's is reckoned: training itself is to keep to it to the last bit
        "completeness": (then["rows"] - then["missing"]) / then["rows"] if then["rows"] else 0.0,
    }
    if kind in ("Integral", "Fractional"):
        made["num_constraints"] = {"is_non_negative": then["low"] >= 0}
    elif kind == "String" and not then["unseen"] and len(parts[name].values) <= _MOST_DOMAIN:
        made["string_constraints"] = {"domains": list(parts[name].values)}
    return made
