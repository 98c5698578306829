"""The model of the race, twice: a bundle for unchurn, and what its rivals load.

`python contestants.py FOLDER` with unchurn's Python; then `rivals/save.py` with the rivals' own.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from unchurn.artefacts import LABEL, Model, Prepared
from unchurn.demo import write_demo
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting import booster as xgb

ROUNDS, DEPTH = 200, 5
DROPPED = ["State", "Area Code", "Signup Date", "Final Bill Date", "Customer Value"]


def unchurn(*words: object) -> str:
    command = [sys.executable, "-m", "unchurn", *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def make(folder: Path) -> None:
    """Train the default bag; put one booster of 200 trees in the place of its members beside it."""
    write_demo(folder, customers=7_000, fresh=1_000)
    (folder / "churn.toml").unlink(missing_ok=True)
    drops = [word for name in DROPPED for word in ("--drop", name)]
    unchurn("init", "--data", folder / "customers.csv", "--project", folder, *drops)
    document = json.loads(unchurn("train", "--project", folder, "--json"))
    bag = Path(document["artefacts"]["model"])
    (folder / "bag").write_text(str(bag))
    prepared = Prepared.load(bag.parent / "prepared")
    model, encoder = Model.load(bag), Encoder.from_plain(prepared.encoder)
    table = pq.read_table(prepared.train)
    matrix, labels = encoder.transform(table), table[LABEL].to_numpy()
    booster = fit(matrix, labels, list(encoder.feature_types))
    boosters = folder / "boosters"
    boosters.mkdir(exist_ok=True)
    booster.save_model(boosters / "one.ubj")
    member = {"name": "one", "weight": 1.0, "file": "one.ubj"}
    plain = {**model.model, "members": [member]}
    replace(model, boosters=boosters, evaluated=boosters, model=plain).save(folder / "one")
    rest(folder, encoder, matrix, labels)


def fit(matrix: np.ndarray, labels: np.ndarray, types: list[str]) -> object:
    rows = xgb.xgboost().DMatrix(matrix, labels, feature_types=types, enable_categorical=True)
    settings = {"objective": "binary:logistic", "max_depth": DEPTH, "eta": 0.05, "nthread": 1}
    return xgb.xgboost().train(settings, rows, ROUNDS)


def rest(folder: Path, encoder: Encoder, matrix: np.ndarray, labels: np.ndarray) -> None:
    """Write what the rivals are given: rows encoded already, all numbers, and one to send."""
    np.savez(folder / "encoded.npz", matrix=matrix, labels=labels)
    cells = [None if np.isnan(value) else float(value) for value in matrix[0]]
    (folder / "encoded.json").write_text(json.dumps([f"c{n}" for n in range(len(cells))]))
    row = [0.0 if cell is None else cell for cell in cells]
    (folder / "row.json").write_text(json.dumps(row))
    kinds = {column.name: column.kind for column in encoder.parts}
    with (folder / "this_month.csv").open(newline="") as stream:
        first = next(iter(csv.DictReader(stream)))
    sent = {name: _typed(cell, kinds.get(name, "text")) for name, cell in first.items()}
    (folder / "customer.json").write_text(json.dumps(sent))
    print(f"{len(encoder.features)} columns, {matrix.shape[1]} in the matrix")


def _typed(cell: str, kind: str) -> str | float | None:
    return (float(cell) if cell else None) if kind == "number" else cell


if __name__ == "__main__":
    make(Path(sys.argv[1]))
