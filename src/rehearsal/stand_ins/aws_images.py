"""AWS's own images, known by the name of their repository, whatever account a region keeps them in."""

from __future__ import annotations

import re
import site
import sys
from collections.abc import Mapping
from dataclasses import replace

from rehearsal.cloud import ACCOUNT
from rehearsal.images import Program
from rehearsal.stand_ins import in_scripts
from rehearsal.stand_ins.xgboost_metrics import METRICS

_ADDRESS = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"
    r"/(?P<repository>[a-z0-9._/-]+)(?:[:@].*)?"
)
_HERE = str(in_scripts.FOLDER.parents[2])
_PATHS = (str(in_scripts.FOLDER), *([] if _HERE in site.getsitepackages() else [_HERE]))
"""For the user's script ``s3://`` in pandas, and this package where it is not among Python's own: those come after
what a script installs.
"""


def _built_in(metric: str) -> list[Mapping[str, str]]:
    """Return the definitions by which SageMaker finds a metric of its own XGBoost in a log."""
    value = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"
    return [
        {"Name": f"{rows}:{metric}", "Regex": rf"\[[0-9]+\].*#011{rows}-{metric}:{value}"}
        for rows in ("train", "validation")
    ]


XGBOOST = Program(
    (sys.executable, "-m", "rehearsal.stand_ins.xgboost_algorithm"),
    host_variable="REHEARSAL_HOST",
    token_variable="REHEARSAL_TOKEN",  # noqa: S106 - the name of a variable
    remark=(
        "SageMaker's XGBoost images: this machine's xgboost trains and serves, whatever version the "
        "image's tag names; xgboost-model is its own binary JSON, never a pickle; scripts import what "
        "this machine's Python has, and no requirements.txt is installed"
    ),
    several_hosts=True,
    paths=_PATHS,
    metrics=tuple(found for metric in METRICS for found in _built_in(metric)),
)

SKLEARN = Program(
    (sys.executable, "-m", "rehearsal.stand_ins.script_mode"),
    host_variable="REHEARSAL_HOST",
    token_variable="REHEARSAL_TOKEN",  # noqa: S106 - the name of a variable
    several_hosts=True,
    paths=_PATHS,
    remark=(
        "SageMaker's scikit-learn images: scripts import what this machine's Python has, whatever "
        "version the image's tag names, and no requirements.txt is installed"
    ),
)

_ONE_LINE = replace(XGBOOST, environment={"REHEARSAL_ONE_LINE": "1"})
_PROGRAMS = {"xgboost": _ONE_LINE, "sagemaker-xgboost": XGBOOST, "sagemaker-scikit-learn": SKLEARN}
"""Name of a repository → what runs."""


def aws_image(image: str) -> Program | None:
    """Return what stands in for an image of AWS; None for others, of this account above all."""
    found = _ADDRESS.fullmatch(image)
    if found is None or found["account"] == ACCOUNT:
        return None
    return _PROGRAMS.get(found["repository"])
