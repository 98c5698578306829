"""What the tuner tries: values drawn from the ranges of a tuning job, the same for the same seed."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.sagemaker.jobs import JobFailedError

Ranges = Mapping[str, Sequence[Mapping[str, Any]]]


def draw(ranges: Ranges, seed: int, number: int) -> dict[str, str]:
    """Draw the hyperparameters of training job `number`, as the strings the job will get.

    The draw depends on `seed` and `number` alone, not on which job ended first.
    """
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - repeatable, no secret
    drawn = {}
    for item in ranges.get("CategoricalParameterRanges", []):
        drawn[item["Name"]] = str(chance.choice(item["Values"]))
    for item in ranges.get("IntegerParameterRanges", []):
        least, most = int(item["MinValue"]), int(item["MaxValue"])
        # each whole number owns one unit of the range, so that the ends are as likely as the rest
        between = _between(chance.random(), least - 0.5, most + 0.5, _scaling(item, least))
        drawn[item["Name"]] = str(min(most, max(least, round(between))))
    for item in ranges.get("ContinuousParameterRanges", []):
        low, high = float(item["MinValue"]), float(item["MaxValue"])
        drawn[item["Name"]] = repr(_between(chance.random(), low, high, _scaling(item, low)))
    return drawn


def _scaling(item: Mapping[str, Any], low: float) -> str:
    scaling = str(item.get("ScalingType", "Auto"))
    if scaling == "Logarithmic" and low <= 0:
        raise JobFailedError(
            f"ClientError: {item['Name']} has Logarithmic scaling: its MinValue must be above 0."
        )
    if scaling == "ReverseLogarithmic" and not 0 <= low <= float(item["MaxValue"]) < 1:
        raise JobFailedError(
            f"ClientError: {item['Name']} has ReverseLogarithmic scaling: "
            "its range must lie in 0 ≤ value < 1."
        )
    return scaling


def _between(part: float, low: float, high: float, scaling: str) -> float:
    """Return the value that lies `part` (0 to 1) of the way from `low` to `high` on the scale."""
    if scaling == "Logarithmic":
        value = math.exp(_mix(part, math.log(low), math.log(high)))
    elif scaling == "ReverseLogarithmic":
        value = 1 - math.exp(_mix(part, math.log1p(-low), math.log1p(-high)))
    else:
        value = _mix(part, low, high)
    return min(high, max(low, value))


def _mix(part: float, low: float, high: float) -> float:
    return low + part * (high - low)
