"""A small published Model, made by hand as `modelling.ensemble` describes it, and a Batch for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import ROW, Batch, Column, Model, Schema
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.project import Features

COLUMNS = (
    Column("Phone", "category", role="id"),
    Column("CustServ Calls", "number"),
    Column("Day Charge", "number"),
    Column("Day Mins", "number"),
    Column("Plan", "category"),
    Column("Since", "date"),
    Column("Value", "number", role="dropped"),
)

MEMBERS = (("shallow", 2, 0.25), ("medium", 4, 0.75))


def customers(rows: int, seed: int = 1, id_name: str | None = "Phone") -> pa.Table:
    """Customers whose calls, minutes and plan drive churn; a twentieth of the cells are missing."""
    draw = np.random.default_rng(seed)
    mins = draw.normal(179, 50, rows).round(1)
    since = np.datetime64("2020-01-01") + draw.integers(0, 900, rows).astype("timedelta64[D]")
    gone = draw.random((3, rows)) < 0.05
    made = {
        ROW: pa.array(np.arange(1, rows + 1)),
        "CustServ Calls": pa.array(draw.poisson(1.5, rows).astype(float), mask=gone[0]),
        "Day Charge": pa.array((mins * 0.17).round(2)),
        "Day Mins": pa.array(mins),
        "Plan": pa.array(draw.choice(["basic", "gold", "silver"], rows), mask=gone[1]),
        "Since": pa.array(since.astype("datetime64[us]")),
        "Value": pa.array(draw.normal(900, 300, rows).round(2), mask=gone[2]),
    }
    if id_name:
        made[id_name] = pa.array([f"+{seed}-{number:06d}" for number in range(rows)])
    return pa.table(made)


def labels(table: pa.Table) -> np.ndarray:
    calls = np.nan_to_num(np.array(table["CustServ Calls"].to_pylist(), dtype=float), nan=3.0)
    mins = np.array(table["Day Mins"].to_pylist(), dtype=float)
    basic = np.array([value == "basic" for value in table["Plan"].to_pylist()])
    margin = -3 + 0.7 * calls + 0.02 * (mins - 179) + 0.8 * basic
    return (np.random.default_rng(5).random(len(mins)) < 1 / (1 + np.exp(-margin))).astype(np.int8)


def hand_made(
    folder: Path, categories: str = "native", id_name: str | None = "Phone", missing: str = "native"
) -> Model:
    """Fit two small boosters into `folder` and return them as a Model."""
    table = customers(2000, id_name=id_name)
    schema = Schema(
        tuple(
            replace(c, name=id_name) if c.role == "id" and id_name else c
            for c in COLUMNS
            if c.role != "id" or id_name
        ),
        "yes",
        "no",
    )
    options = Features(categories=categories, missing=missing)
    encoder = Encoder.fit(table, schema.with_role("feature"), options)
    margin = _fit(folder / "boosters", encoder, table)
    chance = np.quantile(1 / (1 + np.exp(-margin)), np.linspace(0, 1, 1001))
    plain = {
        "members": [{"name": n, "weight": w, "file": f"{n}.ubj"} for n, _, w in MEMBERS],
        "calibrator": {"kind": "beta", "a": 1.0, "b": 1.0, "c": 0.0},
        "cut_points": {"quantiles": chance.tolist()},
    }
    profile = {"related": [["Day Charge", "Day Mins"]]}
    shared = {"encoder": encoder.to_plain(), "schema": schema.to_plain(), "profile": profile}
    (folder / "out_of_fold.parquet").write_bytes(b"")
    return Model(
        folder / "boosters",
        folder / "boosters",
        plain,
        config={},
        out_of_fold=folder / "out_of_fold.parquet",
        **shared,
    )


def _fit(folder: Path, encoder: Encoder, table: pa.Table) -> np.ndarray:
    import xgboost as xgb

    folder.mkdir()
    types = list(encoder.feature_types)
    matrix = encoder.transform(table)
    rows = xgb.DMatrix(matrix, labels(table), feature_types=types, enable_categorical=True)
    margin = np.zeros(len(matrix))
    for name, depth, weight in MEMBERS:
        params = {"max_depth": depth, "eta": 0.2, "nthread": 1, "base_score": 0.2}
        booster = xgb.train(params | {"objective": "binary:logistic"}, rows, 20)
        booster.save_model(folder / f"{name}.ubj")
        margin += weight * booster.predict(rows, output_margin=True)
    return margin


def as_batch(folder: Path, table: pa.Table) -> Batch:
    """Write `table` as a Batch of small row groups into `folder`."""
    pq.write_table(table, folder / "customers.parquet", row_group_size=700)
    (folder / "rejects.csv").write_text("row_number,reason,text\n")
    rows = {"read": table.num_rows, "kept": table.num_rows, "rejected": {}}
    return Batch(folder / "customers.parquet", folder / "rejects.csv", rows, [])
