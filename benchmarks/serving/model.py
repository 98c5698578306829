"""The model of the race: a project with two versions, and the same rows for everybody.

Version 1 is what `unchurn train` makes by default: a calibrated bag. Version 2 is one booster
of 200 trees of depth 5 over the same 20 columns, uncalibrated, so that every rival that loads
``booster.ubj`` answers alike. Rivals are given rows that are encoded already: category codes
and numbers; unchurn is given the table's own cells, and the customer's id with them.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from unchurn.artefacts import LABEL, Model, Prepared, Schema
from unchurn.demo import write_demo
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting import booster as xgb
from unchurn.modelling.fitting.calibration import Beta
from unchurn.registry import open_registry

TREES, DEPTH = 200, 5
BAG, ONE = 1, 2
"""Versions in the registry."""
RUN = "one-booster"
_DROPPED = ("State", "Area Code", "Signup Date", "Final Bill Date", "Customer Value")
"""Columns of the demo that the race leaves out: 20 are left."""


def make(folder: Path) -> None:
    """Train the bag, then put the single booster beside it as the next version."""
    write_demo(folder, customers=7_000, fresh=1_000)
    # its [decision] reads a column that the race leaves out
    (folder / "churn.toml").unlink()
    drops = [word for name in _DROPPED for word in ("--drop", name)]
    _unchurn("init", "--data", folder / "customers.csv", "--project", folder, *drops)
    trained = json.loads(_unchurn("train", "--project", folder, "--json"))
    bag = Path(trained["artefacts"]["model"])
    prepared, model = Prepared.load(bag.parent / "prepared"), Model.load(bag)
    encoder = Encoder.from_plain(prepared.encoder)
    table = pq.read_table(prepared.train)
    booster = _fit(encoder.transform(table), table[LABEL].to_numpy())
    booster.save_model(folder / "booster.ubj")
    _register(folder, model, bag.parents[1] / RUN / "model")
    _write_month(folder, {*encoder.features, Schema.from_plain(model.schema).id})


def bundle(folder: Path, version: int) -> tuple[Path, str]:
    """Where a version's files are, and the run that made it."""
    root = folder / ".unchurn"
    record = open_registry(root).get(version)
    return record.folder(root), record.entry.run_id


def _unchurn(*words: object) -> str:
    command = [sys.executable, "-m", "unchurn", *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _fit(matrix: np.ndarray, labels: np.ndarray) -> Any:
    rows = xgb.xgboost().DMatrix(matrix, labels)
    settings = {"objective": "binary:logistic", "max_depth": DEPTH, "eta": 0.05, "nthread": 1}
    return xgb.xgboost().train(settings, rows, TREES)


def _register(folder: Path, model: Model, bundle: Path) -> None:
    boosters = folder / "boosters"
    boosters.mkdir()
    (boosters / "one.ubj").write_bytes((folder / "booster.ubj").read_bytes())
    member = {"name": "one", "weight": 1.0, "file": "one.ubj"}
    plain = {**model.model, "members": [member], "calibrator": Beta().to_plain()}
    digest = replace(model, boosters=boosters, evaluated=boosters, model=plain).save(bundle)
    registry = open_registry(bundle.parents[2])
    entry = registry.get(BAG).entry
    placed = f"runs/{RUN}/model"
    registry.register(replace(entry, run_id=RUN, bundle=placed, bundle_sha256=digest), False)


def _write_month(folder: Path, used: set[str | None]) -> None:
    with (folder / "this_month.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = [name for name in rows[0] if name in used]
    with (folder / "month.csv").open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([row[name] for name in names] for row in rows)
