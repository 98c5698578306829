"""Proving that a published Model loads and scores, in a child process.

A damaged ``.ubj`` can kill XGBoost with SIGSEGV, so hashes are checked first and the
boosters are then read where a crash costs nothing: ``python -m unchurn.modelling.scoring.load_check``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from unchurn.artefacts import Model, verify
from unchurn.errors import ArtefactError, UnchurnError
from unchurn.modelling.scoring.ensemble import LiveModel

_SECONDS = 120
_BOOSTERS = ("boosters", "evaluated")


def check_loads(bundle: Path) -> None:
    """Load the Model published in `bundle` in a child process and score a probe row.

    Raises `ArtefactError` when a hash differs, a booster cannot be read, or the probe's
    probability is not strictly between 0 and 1.
    """
    verify(bundle)
    command = [sys.executable, "-m", "unchurn.modelling.scoring.load_check", str(bundle)]
    try:
        # The command is this interpreter and this module; only the bundle's path varies.
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(bundle, f"it did not answer within {_SECONDS} s") from error
    if done.returncode < 0:
        raise _refused(bundle, f"reading it killed the process (signal {-done.returncode})")
    if done.returncode > 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise _refused(bundle, last[0])


def probe(bundle: Path) -> float:
    """Score one all-missing row with the shipped and the evaluated boosters.

    Returns the shipped probability. Raises `ArtefactError`.
    """
    model = Model.load(bundle)
    found = []
    for name in _BOOSTERS:
        live = LiveModel.load(getattr(model, name), model.model, model.encoder)
        row = np.full((1, live.encoder.width), np.nan, dtype=np.float32)
        found.append(float(live.probability(live.margin(row))[0]))
    strange = [value for value in found if not 0 < value < 1]
    if strange:
        raise _refused(bundle, f"it scored a probe row {strange[0]}")
    return found[0]


def _refused(bundle: Path, why: str) -> ArtefactError:
    return ArtefactError(
        f"The model in {bundle} cannot be used: {why}.", "Run the training again with --fresh."
    )


def main(arguments: list[str]) -> int:
    """Probe the bundle named by the only argument; exit 0 when it scores."""
    try:
        answer = probe(Path(arguments[0]))
    except UnchurnError as error:
        sys.stderr.write(error.message.replace("\n", " ") + "\n")
        return error.exit_code
    sys.stdout.write(json.dumps({"probability": answer}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
