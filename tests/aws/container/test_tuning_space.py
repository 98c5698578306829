"""SageMaker's tuner searches where the local search does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import unchurn
from unchurn.modelling.fitting.space import SPACE, Range

MACHINE = Path(unchurn.__file__).parent / "aws" / "machines" / "training.asl.json"


def ranges() -> dict[str, Any]:
    """Every searched hyperparameter of the state Tune, as the search writes its own."""
    text = re.sub(r": \$\{\w+\}", ": 1", MACHINE.read_text(encoding="utf-8"))
    config = json.loads(text)["States"]["Tune"]["Parameters"]["HyperParameterTuningJobConfig"]
    given, found = config["ParameterRanges"], {}
    for kind in ("Continuous", "Integer"):
        for each in given[f"{kind}ParameterRanges"]:
            low, high = float(each["MinValue"]), float(each["MaxValue"])
            log = each["ScalingType"] == "Logarithmic"
            found[each["Name"]] = Range(low, high, log, whole=kind == "Integer")
    for each in given["CategoricalParameterRanges"]:
        found[each["Name"]] = tuple(each["Values"])
    return found


def test_the_tuner_searches_the_same_space() -> None:
    ours = {n: r if isinstance(r, Range) else tuple(map(str, r)) for n, r in SPACE.items()}
    assert ranges() == ours
